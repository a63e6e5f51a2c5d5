using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

/// <summary>An agency or organisation that takes part.</summary>
internal sealed record Partner(
    PartnerId Id, string DisplayName, PartnerKind Kind, DateTimeOffset EnrolledAt)
{
    private readonly ImmutableArray<Role> roles = DefaultRoles(Kind);
    private Principal? principal;

    /// <summary>Whether it may call.</summary>
    public PartnerState State { get; init; } = PartnerState.Active;

    /// <summary>Why it is suspended or has left; empty while it takes part.</summary>
    public string StateReason { get; init; } = "";

    /// <summary>Since when the state holds.</summary>
    public DateTimeOffset StateAt { get; init; } = EnrolledAt;

    /// <summary>The entry from which on its reports are shown to nobody; null when they were not recalled.</summary>
    public long? RecalledAtSeq { get; init; }

    /// <summary>What its systems may do, in the order of the enum.</summary>
    public ImmutableArray<Role> Roles
    {
        get => roles;
        init => (roles, principal) = ([.. value.Distinct().Order()], null);
    }

    /// <summary>Who its systems are to access control.</summary>
    public Principal Principal => principal ??= new Principal(
        Principal.PartnerUri + Id, Id.Value, Roles.ToFrozenSet(), Permissions.Of(Roles));

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

    /// <summary>What a partner may do from the start. A municipal unit has the picture compiled.</summary>
    public static ImmutableArray<Role> DefaultRoles(PartnerKind kind) =>
        kind == PartnerKind.MunicipalUnit ? [Role.PartnerSystem, Role.Coordinator] : [Role.PartnerSystem];
}

/// <summary>A certificate registered to a principal.</summary>
/// <param name="Thumbprint">SHA-256 of its DER, upper-case hexadecimal.</param>
/// <param name="Uri">The principal: <c>urn:trygghet:partner:ID</c> or <c>urn:trygghet:operator:ID</c>.</param>
/// <param name="NotBefore">First instant at which it holds.</param>
/// <param name="NotAfter">Last instant at which it holds.</param>
/// <param name="ChainPem">As it was handed out: leaf first, without the root; of an outside authority the leaf alone.</param>
internal sealed record RegisteredCertificate(
    string Thumbprint, string Uri, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string ChainPem)
{
    // Copies of the record carry it: reading a certificate for it costs more than all else that is asked of one.
    private string? keySha256;

    /// <summary>SHA-256 of its public key (SubjectPublicKeyInfo), upper-case hexadecimal.</summary>
    public string KeySha256
    {
        get
        {
            if (keySha256 is null)
            {
                using var parsed = X509Certificate2.CreateFromPem(ChainPem);
                keySha256 = Convert.ToHexString(SHA256.HashData(parsed.PublicKey.ExportSubjectPublicKeyInfo()));
            }

            return keySha256;
        }
    }

    /// <summary>Distinguished name of who issued it.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Issued by an outside authority, whose revocation list is asked too.</summary>
    public bool Outside { get; init; }

    /// <summary>Thumbprint of the certificate that asked for this one; empty for the first.</summary>
    public string Predecessor { get; init; } = "";

    /// <summary>
    /// Id of the request for consent that its access depends on; empty for a partner's first certificate. What renews a
    /// certificate depends on the same request: it never has more access than what it came from.
    /// </summary>
    public string ConsentRequest { get; init; } = "";

    /// <summary>End of the overlap with its successor.</summary>
    public DateTimeOffset? RetiresAt { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why it was revoked.</summary>
    public string RevocationReason { get; init; } = "";

    /// <summary>The last instant at which the hub takes it, if nobody revokes it.</summary>
    public DateTimeOffset TakenUntil => RetiresAt is { } retires && retires < NotAfter ? retires : NotAfter;

    /// <summary>Whether the register takes it at an instant; an outside authority has a say besides.</summary>
    public bool IsTaken(DateTimeOffset at) => RevokedAt is null && at <= TakenUntil;
}
