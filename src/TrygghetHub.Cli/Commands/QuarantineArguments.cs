using System.CommandLine;

namespace TrygghetHub.Cli.Commands;

/// <summary>What the commands about quarantined reports take alike.</summary>
internal static class QuarantineArguments
{
    public static Argument<string> Name() => new("NAME")
    {
        Description = "As `thub quarantine list` gives it: partners/ID/quarantine/ITEM.",
    };
}
