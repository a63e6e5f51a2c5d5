using System.CommandLine;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Options that all connectors share.</summary>
internal static class ConnectorOptions
{
    /// <summary>A new <c>--dry-run</c>.</summary>
    public static Option<bool> DryRun() => new("--dry-run")
    {
        Description = "Do not send anything. Show what would be sent, and why reports would be refused. With --json, print each report.",
    };
}
