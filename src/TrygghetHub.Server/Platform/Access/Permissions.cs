using System.Collections.Frozen;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Roles and what each may do, as a table. The permission that an RPC requires stands in its proto.</summary>
internal static class Permissions
{
    // Whoever has a certificate may ask who it is and renew it; without that a role taken away could not be explained.
    private static readonly string[] Own = ["self.read", "self.renew"];

    public static readonly FrozenDictionary<Role, FrozenSet<string>> ByRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.PartnerSystem] = Set(
            "agreements.end", "agreements.explain", "agreements.read", "agreements.sign", "areas.read", "audit.read",
            "codes.manage", "codes.read", "deliveries.acknowledge", "deliveries.read", "feed.read", "incidents.read",
            "incidents.submit", "links.read", "observations.read", "observations.submit", "pictures.read", "quarantine.manage", "recalls.answer", "recalls.read",
            "retention.decide", "retention.read", "self.leave", "weeks.confirm"),
        [Role.Reporter] = Set("areas.read", "codes.read", "incidents.submit", "observations.submit", "quarantine.manage"),
        [Role.Coordinator] = Set(
            "agreements.draft", "agreements.end", "agreements.explain", "agreements.read", "agreements.sign",
            "areas.read", "audit.read", "codes.decide", "codes.manage", "codes.read", "deliveries.acknowledge", "deliveries.read",
            "feed.read", "incidents.read", "links.decide", "links.read", "observations.read", "pictures.approve",
            "pictures.compile", "pictures.read", "pictures.review", "recalls.answer", "recalls.read", "retention.decide",
            "retention.read", "weeks.confirm"),
        [Role.Operator] = Set(
            "agreements.draft", "agreements.end", "agreements.explain", "agreements.read", "areas.import",
            "areas.read", "partners.manage", "partners.read", "retention.decide", "retention.read", "status.read"),
        [Role.Auditor] = Set(
            "agreements.explain", "agreements.read", "areas.read", "audit.read", "partners.read", "retention.read",
            "status.read"),
    }.ToFrozenDictionary();

    /// <summary>What the roles let one do together, and what everyone may.</summary>
    public static FrozenSet<string> Of(IEnumerable<Role> roles) =>
        roles.SelectMany(r => ByRole[r]).Concat(Own).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Set(params string[] permissions) =>
        permissions.ToFrozenSet(StringComparer.Ordinal);
}
