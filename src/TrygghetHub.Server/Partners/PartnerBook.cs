using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

/// <summary>All partners and certificates as known at one entry. Immutable.</summary>
internal sealed record PartnerBook(
    ImmutableSortedDictionary<PartnerId, Partner> Partners,
    ImmutableDictionary<string, RegisteredCertificate> Certificates)
{
    public static readonly PartnerBook Empty = new(
        ImmutableSortedDictionary<PartnerId, Partner>.Empty,
        ImmutableDictionary.Create<string, RegisteredCertificate>(StringComparer.Ordinal));

    public PartnerBook With(Partner partner) => this with { Partners = Partners.SetItem(partner.Id, partner) };

    public PartnerBook With(RegisteredCertificate certificate) =>
        this with { Certificates = Certificates.SetItem(certificate.Thumbprint, certificate) };

    public IEnumerable<RegisteredCertificate> CertificatesOf(PartnerId partner) => Certificates.Values
        .Where(c => c.Uri == Principal.PartnerUri + partner)
        .OrderByDescending(c => c.NotBefore).ThenBy(c => c.Thumbprint, StringComparer.Ordinal);

    /// <summary>
    /// The principal of a certificate whose chain TLS has verified: its one SAN URI and the register must name the
    /// same one. A connection may outlive its certificate, so time is looked at here too.
    /// </summary>
    public Standing Find(X509Certificate2 certificate, DateTimeOffset at)
    {
        if (!Certificates.TryGetValue(certificate.GetCertHashString(HashAlgorithmName.SHA256), out var registered)
            || SubjectUri(certificate) is not { } uri || uri != registered.Uri)
        {
            return PartnerErrors.CertificateUnknown;
        }

        if (at > registered.NotAfter)
        {
            return PartnerErrors.CertificateExpired(registered.NotAfter);
        }

        if (uri.StartsWith(Principal.PartnerUri, StringComparison.Ordinal))
        {
            var id = uri[Principal.PartnerUri.Length..];
            return Partners.ContainsKey(new PartnerId(id))
                ? new Principal(uri, id, new[] { Role.PartnerSystem, Role.Coordinator }.ToFrozenSet(), Permissions.Of([Role.PartnerSystem, Role.Coordinator]))
                : PartnerErrors.CertificateUnknown;
        }

        return new Principal(uri, uri[Principal.OperatorUri.Length..], new[] { Role.Operator }.ToFrozenSet(), Permissions.Of([Role.Operator]));
    }

    // The framework reads DNS names and addresses out of the extension, but not URIs. RFC 5280, 4.2.1.6:
    // GeneralName ::= CHOICE { … uniformResourceIdentifier [6] IA5String … }. Two URIs would be two claims: refused.
    private static string? SubjectUri(X509Certificate2 certificate)
    {
        if (certificate.Extensions["2.5.29.17"] is not { } extension)
        {
            return null;
        }

        string? uri = null;
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(uriTag))
            {
                if (uri is not null)
                {
                    return null;
                }

                uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag);
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uri;
    }
}
