using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>Partners and certificates as the wire has them.</summary>
internal static class PartnerMapping
{
    private static readonly ImmutableDictionary<PartnerRole, Role> Roles = new Dictionary<PartnerRole, Role>
    {
        [PartnerRole.PartnerSystem] = Role.PartnerSystem,
        [PartnerRole.Reporter] = Role.Reporter,
        [PartnerRole.Coordinator] = Role.Coordinator,
        [PartnerRole.Auditor] = Role.Auditor,
    }.ToImmutableDictionary();

    /// <summary>Null for a role that no partner has.</summary>
    public static Role? ToRole(PartnerRole role) => Roles.TryGetValue(role, out var known) ? known : null;

    /// <summary>As people write it: <c>partner-system</c>.</summary>
    public static string NameOf(Role role) => string.Concat(
        role.ToString().Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));

    /// <summary>The partner without its certificates: what its journal entry holds.</summary>
    public static Wire.Partner ToWire(Partner partner) => new()
    {
        Name = "partners/" + partner.Id,
        Id = partner.Id.Value,
        DisplayName = partner.DisplayName,
        Kind = partner.Kind,
        LegalStatus = partner.LegalStatus,
        EnrolTime = partner.EnrolledAt.ToTimestamp(),
        State = partner.State,
        StateReason = partner.StateReason,
        StateTime = partner.StateAt.ToTimestamp(),
        Roles = { partner.Roles.Select(ToWire) },
    };

    public static Wire.PartnerRole ToWire(Role role) => Roles.First(p => p.Value == role).Key;

    public static Wire.ConsentRequest ToWire(ConsentRequest request, ConsentState state) => new()
    {
        Name = request.Name,
        Id = request.Id,
        Document = ByteString.CopyFrom(request.Document),
        State = state,
        GrantTime = request.FullAt?.ToTimestamp(),
        DecideTime = request.Outcome?.At.ToTimestamp(),
        DecidedBy = request.Outcome?.By ?? "",
        Reason = request.Outcome?.Reason ?? "",
        Signature = ByteString.CopyFrom(request.Outcome?.Signature ?? []),
        Chain = { request.Outcome?.Chain.Select(c => ByteString.CopyFrom(c)) ?? [] },
        KeepExisting = request.Outcome?.KeepExisting ?? false,
    };

    public static PartnerCertificate ToWire(
        RegisteredCertificate certificate, PartnerBook book, DateTimeOffset at, bool refusedOutside) =>
        new()
        {
            ThumbprintSha256 = certificate.Thumbprint,
            NotBefore = certificate.NotBefore.ToTimestamp(),
            NotAfter = certificate.NotAfter.ToTimestamp(),
            Issuer = certificate.Issuer,
            State = certificate switch
            {
                { RevokedAt: not null } => CertificateState.Revoked,
                _ when at > certificate.TakenUntil => CertificateState.Expired,
                _ when refusedOutside => CertificateState.RefusedByAuthority,
                { RetiresAt: not null } => CertificateState.Retiring,
                _ => CertificateState.Valid,
            },
            RetireTime = certificate.RetiresAt?.ToTimestamp(),
            RevokeTime = certificate.RevokedAt?.ToTimestamp(),
            RevocationReason = certificate.RevocationReason,
            PredecessorSha256 = certificate.Predecessor,
            Access = book.AccessOf(certificate, at),
            ConsentRequest = certificate.ConsentRequest.Length == 0 ? "" : book.Requests[certificate.ConsentRequest].Name,
        };
}
