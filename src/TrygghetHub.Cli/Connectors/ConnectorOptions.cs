using System.CommandLine;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Options that all connectors share.</summary>
internal static class ConnectorOptions
{
    /// <summary>A new <c>--dry-run</c>.</summary>
    public static Option<bool> DryRun() => new("--dry-run")
    {
        Description = "Send nothing. Tell what would be sent, and why something would be refused; with --json each report.",
    };
}
