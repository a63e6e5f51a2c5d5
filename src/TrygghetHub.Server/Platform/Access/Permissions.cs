using System.Collections.Frozen;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Roles and what each may do, as a table. The permission that an RPC requires stands in its proto.</summary>
internal static class Permissions
{
    // Whoever has a certificate may ask who it is and renew it; without that a role taken away could not be explained.
    private static readonly string[] Own = ["self.read", "self.renew"];

    // What is done in a partner's name is its concern whatever its roles are.
    private static readonly string[] OwnOfPartners =
        ["consents.decide", "consents.hand_in", "contacts.manage", "notices.read", "objections.hand_in"];

    /// <summary>
    /// All that a certificate may do to which its partner has not consented, and that may send meanwhile. What is not named
    /// here is not permitted, also what comes later.
    /// </summary>
    public static readonly FrozenSet<string> WhileSending = Set(
        "consents.hand_in", "incidents.submit", "objections.hand_in", "observations.submit", "self.read", "self.renew",
        "weeks.confirm");

    /// <summary>All that a certificate may do to which its partner has not consented: ask what its access is.</summary>
    public static readonly FrozenSet<string> WhilePending = Set("self.read");

    public static readonly FrozenDictionary<Role, FrozenSet<string>> ByRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.PartnerSystem] = Set(
            "agreements.end", "agreements.explain", "agreements.read", "agreements.sign", "areas.read", "audit.read",
            "codes.manage", "codes.read", "deliveries.acknowledge", "deliveries.read", "feed.read", "incidents.check",
            "incidents.read", "incidents.submit", "incidents.withdraw", "links.read", "observations.check",
            "observations.read", "observations.submit", "observations.withdraw", "pictures.read", "quarantine.manage",
            "recalls.answer", "recalls.read", "retention.decide", "retention.read", "self.leave", "weeks.confirm",
            "weeks.read"),
        [Role.Reporter] = Set(
            "areas.read", "codes.read", "incidents.check", "incidents.submit", "incidents.withdraw", "observations.check",
            "observations.submit", "observations.withdraw", "quarantine.manage"),
        [Role.Coordinator] = Set(
            "agreements.draft", "agreements.end", "agreements.explain", "agreements.read", "agreements.sign",
            "areas.read", "audit.read", "codes.decide", "codes.manage", "codes.read", "deliveries.acknowledge", "deliveries.read",
            "feed.read", "incidents.read", "links.decide", "links.read", "observations.read", "pictures.approve",
            "pictures.compile", "pictures.read", "pictures.review", "recalls.answer", "recalls.read", "retention.decide",
            "retention.read", "weeks.confirm", "weeks.read"),
        [Role.Operator] = Set(
            "agreements.draft", "agreements.end", "agreements.explain", "agreements.read", "areas.import",
            "areas.read", "objections.hand_in", "partners.manage", "partners.read", "retention.decide", "retention.read",
            "status.read"),
        [Role.Auditor] = Set(
            "agreements.explain", "agreements.read", "areas.read", "audit.read", "partners.read", "retention.read",
            "status.read"),
    }.ToFrozenDictionary();

    /// <summary>What the roles let one do together, what everyone may, and what every partner may.</summary>
    public static FrozenSet<string> Of(IReadOnlyCollection<Role> roles) => roles.SelectMany(r => ByRole[r])
        .Concat(Own).Concat(roles.Contains(Role.Operator) ? [] : OwnOfPartners).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Set(params string[] permissions) =>
        permissions.ToFrozenSet(StringComparer.Ordinal);
}
