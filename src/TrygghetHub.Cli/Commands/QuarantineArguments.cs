using System.CommandLine;

namespace TrygghetHub.Cli.Commands;

/// <summary>What the commands about quarantined reports take alike.</summary>
internal static class QuarantineArguments
{
    public static Argument<string> Name() => new("NAME")
    {
        Description = "Name of the quarantined report, as listed by `thub quarantine list`: partners/ID/quarantine/ITEM.",
    };
}
