using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>The operator's RPCs for partners.</summary>
internal sealed class PartnerService(PartnerRegister register, Authority authority, PageTokens pages)
    : Wire.PartnerService.PartnerServiceBase
{
    private const int LargestCsr = 8 * 1024;

    public override async Task<EnrolPartnerResponse> EnrolPartner(
        EnrolPartnerRequest request, ServerCallContext context)
    {
        var wanted = request.Partner ?? throw Invalid(
            ErrorReason.FieldRequired, "partner", "A partner is required.", "Send id, display_name and kind.");
        if (!PartnerId.IsValid(wanted.Id))
        {
            throw Invalid(
                ErrorReason.FieldInvalid, "partner.id",
                "An id is 2 to 40 of a–z, 0–9 and hyphen, and starts with a letter.",
                "Choose an id such as bostad-bro.");
        }

        var name = wanted.DisplayName.Trim();
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
        {
            throw Invalid(
                ErrorReason.FieldInvalid, "partner.display_name", "A name has 1 to 100 characters on one line.",
                "Send the name that people use.");
        }

        if (!Enum.IsDefined(wanted.Kind) || wanted.Kind == PartnerKind.Unspecified)
        {
            throw Invalid(
                ErrorReason.EnumUnknown, "partner.kind", "The kind is not one that the hub knows.",
                "Send one of " + string.Join(", ", Enum.GetNames<PartnerKind>().Skip(1)) + ".");
        }

        var (partner, certificate) = await register.EnrolAsync(
            new PartnerId(wanted.Id), name, wanted.Kind, ReadCsr(request.CsrDer.ToByteArray()),
            context.CancellationToken);
        return new EnrolPartnerResponse
        {
            Partner = PartnerRegister.ToWire(partner, register.Book.CertificatesOf(partner.Id)),
            CertificateChainPem = certificate.ChainPem,
            RootPem = authority.Root.ExportCertificatePem(),
        };
    }

    public override Task<GetPartnerResponse> GetPartner(GetPartnerRequest request, ServerCallContext context)
    {
        var book = register.Book;
        return request.Name.StartsWith("partners/", StringComparison.Ordinal)
            && book.Partners.TryGetValue(new PartnerId(request.Name["partners/".Length..]), out var partner)
            ? Task.FromResult(new GetPartnerResponse
            {
                Partner = PartnerRegister.ToWire(partner, book.CertificatesOf(partner.Id)),
            })
            : throw Invalid(
                ErrorReason.PartnerUnknown, "name", "No partner has this name.",
                "Names have the form partners/ID; list them to see the ids.");
    }

    public override Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var book = register.Book;
        var scope = $"partners/{context.Caller().Id}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = book.Partners.Values.Where(p => string.CompareOrdinal(p.Id.Value, after) > 0).Take(size + 1).ToList();
        var response = new ListPartnersResponse
        {
            Partners = { page.Take(size).Select(p => PartnerRegister.ToWire(p, book.CertificatesOf(p.Id))) },
        };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, page[size - 1].Id.Value);
        }

        return Task.FromResult(response);
    }

    // The signature inside the request proves that whoever made it holds the key.
    private static CertificateRequest ReadCsr(byte[] der)
    {
        const string remedy = "Make an ECDSA P-256 key and sign a PKCS #10 request with it; thub does both.";
        if (der.Length is 0 or > LargestCsr)
        {
            throw Invalid(ErrorReason.CsrInvalid, "csr_der", "A signing request has 1 byte to 8 KiB.", remedy);
        }

        CertificateRequest request;
        try
        {
            request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ArgumentException)
        {
            throw Invalid(
                ErrorReason.CsrInvalid, "csr_der", "It is not a signing request, or its signature does not hold.", remedy);
        }

        using var key = request.PublicKey.GetECDsaPublicKey();
        return key is not null && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? request
            : throw Invalid(ErrorReason.CsrInvalid, "csr_der", "The key must be ECDSA P-256.", remedy);
    }

    private static HubException Invalid(ErrorReason reason, string field, string rule, string remedy) =>
        new(reason, field, rule, remedy);
}
