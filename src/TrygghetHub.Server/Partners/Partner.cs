using TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>An agency or organisation that takes part.</summary>
internal sealed record Partner(
    PartnerId Id, string DisplayName, PartnerKind Kind, DateTimeOffset EnrolledAt)
{
    /// <summary>
    /// Authorities, those equated to them (OSL 2 kap. 3 §: companies that a municipality controls) and the rest: it
    /// decides which ceilings hold towards the partner.
    /// </summary>
    /// <remarks>
    /// A school is taken for private because the kind does not tell a municipal from an independent one, and the
    /// narrower ceiling is the safe one.
    /// </remarks>
    public LegalStatus LegalStatus => Kind switch
    {
        PartnerKind.MunicipalUnit or PartnerKind.Police or PartnerKind.RescueService => LegalStatus.Authority,
        PartnerKind.MunicipalCompany => LegalStatus.EquatedToAuthority,
        _ => LegalStatus.Private,
    };
}

/// <summary>A certificate registered to a principal.</summary>
/// <param name="Thumbprint">SHA-256 of its DER, upper-case hexadecimal.</param>
/// <param name="Uri">The principal: <c>urn:trygghet:partner:ID</c> or <c>urn:trygghet:operator:ID</c>.</param>
/// <param name="NotBefore">First instant at which it holds.</param>
/// <param name="NotAfter">Last instant at which it holds.</param>
/// <param name="ChainPem">As it was handed out: leaf first, without the root.</param>
internal sealed record RegisteredCertificate(
    string Thumbprint, string Uri, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string ChainPem);
