namespace TrygghetHub.Client;

/// <summary>The two kinds of hub, told apart by the names of their authorities.</summary>
internal static class HubEnvironment
{
    /// <summary>Which kind an authority's distinguished name belongs to; null when it is of neither.</summary>
    public static string? Of(string distinguishedName) => distinguishedName switch
    {
        _ when distinguishedName.StartsWith("CN=TrygghetHub sandbox ", StringComparison.Ordinal) => "sandbox",
        _ when distinguishedName.StartsWith("CN=TrygghetHub issuing", StringComparison.Ordinal)
            || distinguishedName.StartsWith("CN=TrygghetHub root", StringComparison.Ordinal) => "production",
        _ => null,
    };
}
