using System.Collections.Frozen;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Roles and what each may do, as a table. The permission that an RPC requires stands in its proto.</summary>
internal static class Permissions
{
    public static readonly FrozenDictionary<Role, FrozenSet<string>> ByRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.PartnerSystem] = Set(
            "agreements.read", "areas.read", "incidents.read", "incidents.submit", "observations.read",
            "observations.submit", "pictures.compile", "pictures.read", "weeks.confirm"),
        [Role.Operator] = Set(
            "agreements.manage", "agreements.read", "areas.read", "partners.manage", "partners.read"),
    }.ToFrozenDictionary();

    private static FrozenSet<string> Set(params string[] permissions) =>
        permissions.ToFrozenSet(StringComparer.Ordinal);
}
