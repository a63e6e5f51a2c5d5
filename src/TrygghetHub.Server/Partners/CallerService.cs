using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>What every caller may ask about itself.</summary>
internal sealed class CallerService(
    PartnerRegister register, Notices notices, Departures departures, Authority authority, KeptSignatures signatures,
    PageTokens pages, TimeProvider time)
    : Wire.CallerService.CallerServiceBase
{
    private const int NoticesAtOnce = 20;

    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var book = register.Book;
        var certificate = book.Certificates[Thumbprint(context)];
        var response = new GetCallerResponse
        {
            Principal = caller.Uri,
            Roles = { caller.Roles.Order().Select(PartnerMapping.NameOf) },
            Permissions = { caller.Permissions.Order(StringComparer.Ordinal) },
            Certificate = register.ToWire(certificate),
            Partner = caller.IsOperator ? null : PartnerOf(caller, book, certificate),
            HubTime = time.GetUtcNow().ToTimestamp(),
            Environment = authority.IsSandbox ? "sandbox" : "production",
            HubVersion = HubVersion.Text,
        };
        if (!caller.IsOperator)
        {
            var id = new PartnerId(caller.Id);
            response.OpenRequests.Add(book.OpenRequestsOf(id, time.GetUtcNow())
                .Where(r => caller.Restriction is null || r.Id == certificate.ConsentRequest).Select(register.ToWire));
            if (caller.Restriction is null)
            {
                response.Contacts.Add(book.ContactsOf(id).Current.Select(c => c.ToWire()));
                response.Notices.Add(notices.For(id, long.MaxValue, NoticesAtOnce).Select(n => n.Notice));
            }
        }

        return Task.FromResult(response);
    }

    public override Task<ListNoticesResponse> ListNotices(ListNoticesRequest request, ServerCallContext context)
    {
        var id = new PartnerId(context.Caller().Id);
        var scope = $"notices/{id}";
        var before = pages.Open(scope, request.PageToken) is { Length: > 0 } at
            ? long.Parse(at, CultureInfo.InvariantCulture) : long.MaxValue;
        var size = PageTokens.SizeOf(request.PageSize);
        var page = notices.For(id, before, size + 1);
        var response = new ListNoticesResponse { Notices = { page.Take(size).Select(n => n.Notice) } };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, page[size - 1].Seq.ToString(CultureInfo.InvariantCulture));
        }

        return Task.FromResult(response);
    }

    public override async Task<GiveConsentResponse> GiveConsent(GiveConsentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (partner, known) = RequireRequest(caller, request.Name);
        var cms = request.Signature.ToByteArray();
        var signature = signatures.CheckPartner(known.Document, cms, caller.Id, "consents.decide", "this request");
        return new GiveConsentResponse
        {
            Request = register.ToWire(await register.GiveConsentAsync(
                partner, known.Id, cms, signature, request.KeepExisting, caller.Uri, context.CancellationToken)),
        };
    }

    public override async Task<RaiseObjectionResponse> RaiseObjection(
        RaiseObjectionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var reason = PartnerService.RequireReason(request.Reason);
        var (partner, known) = RequireRequest(caller, request.Name);
        return new RaiseObjectionResponse
        {
            Request = register.ToWire(await register.ObjectAsync(
                partner, known.Id, Thumbprint(context), reason, caller.Uri,
                context.CancellationToken)),
        };
    }

    public override async Task<HandInContactConsentResponse> HandInContactConsent(
        HandInContactConsentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (partner, known) = RequireRequest(caller, request.Name);
        var cms = request.Signature.ToByteArray();
        using var signer = KeptSignatures.SignerOf(known.Document, cms, "this request");
        return new HandInContactConsentResponse
        {
            Request = register.ToWire(await register.HandInConsentAsync(
                partner, known.Id, cms, signer, caller.Uri, context.CancellationToken)),
        };
    }

    public override async Task<HandInContactObjectionResponse> HandInContactObjection(
        HandInContactObjectionRequest request, ServerCallContext context)
    {
        var reason = PartnerService.RequireReason(request.Reason);
        var cms = request.Signature.ToByteArray();
        using var signer = KeptSignatures.SignerOf(ObjectionText.Of(request.Name, reason), cms, "this objection");
        var objected = await register.HandInObjectionAsync(
            request.Name, cms, signer, reason, context.Caller(), context.CancellationToken);
        return new HandInContactObjectionResponse { ObjectTime = objected.Outcome!.At.ToTimestamp() };
    }

    public override async Task<SetContactsResponse> SetContacts(SetContactsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = new PartnerId(caller.Id);
        var (contacts, isChanged) = await register.SetContactsAsync(
            id, request.Contacts, Thumbprint(context), caller.Uri, context.CancellationToken);
        return new SetContactsResponse
        {
            Contacts = { contacts.Current.Select(c => c.ToWire()) },
            Letter = isChanged && contacts.ChangedAt is not null ? ContactLetters.OfChange(id, register.Book, time.GetUtcNow()) : null,
        };
    }

    public override async Task<RenewCertificateResponse> RenewCertificate(
        RenewCertificateRequest request, ServerCallContext context)
    {
        var (certificate, retiresAt) = await register.RenewAsync(
            context.Caller(), Thumbprint(context), SigningRequest.Read(request.CsrDer), context.CancellationToken);
        return new RenewCertificateResponse
        {
            CertificateChainPem = certificate.ChainPem,
            RootPem = authority.RootsPem,
            RetireTime = retiresAt.ToTimestamp(),
        };
    }

    public override async Task<LeaveHubResponse> LeaveHub(LeaveHubRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (request.Name != "partners/" + caller.Id)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "name", "The name is not that of the caller.",
                $"Send partners/{caller.Id} if you mean to leave.");
        }

        var (_, departure) = await departures.OffboardAsync(
            new PartnerId(caller.Id), request.RecallReports, PartnerService.RequireReason(request.Reason),
            caller.Uri, request.ReportsEtag, request.ValidateOnly, context.CancellationToken);
        return new LeaveHubResponse { Departure = departure };
    }

    // A certificate that the partner has not consented to sees none but itself.
    private Wire.Partner PartnerOf(Principal caller, PartnerBook book, RegisteredCertificate certificate)
    {
        var partner = book.Partners[new PartnerId(caller.Id)];
        return caller.Restriction is null ? register.ToWire(partner) : register.ToWire(partner, [certificate]);
    }

    // Another partner's is not found: that it exists is nobody else's concern.
    private (PartnerId Partner, ConsentRequest Request) RequireRequest(Principal caller, string name)
    {
        var partner = new PartnerId(caller.Id);
        var prefix = $"partners/{partner}/consentRequests/";
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && register.Book.Requests.TryGetValue(name[prefix.Length..], out var request) && request.Partner == partner
            ? (partner, request)
            : throw PartnerErrors.RequestUnknown();
    }

    private static string Thumbprint(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate!.GetCertHashString(HashAlgorithmName.SHA256);
}
