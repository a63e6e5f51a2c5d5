using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>Who calls which hub: <c>--as DIR</c>, on every command that talks to one.</summary>
internal static class CallerOptions
{
    private const string Variable = "THUB_AS";

    /// <summary>A new <c>--as</c>.</summary>
    public static Option<string> As() => new("--as")
    {
        Description = $"Identity folder of the caller. Default: the environment variable {Variable}.",
        HelpName = "DIR",
    };

    /// <summary>A new <c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print protobuf JSON instead of text." };

    /// <summary>A new <c>--municipality</c>.</summary>
    public static Option<string> Municipality(bool required = true) => new("--municipality")
    {
        Description = "Code of the municipality, such as 0139.",
        HelpName = "CODE",
        Required = required,
    };

    /// <summary>A new <c>--week</c>.</summary>
    public static Option<string> InWeek(bool required = true) => new("--week")
    {
        Description = "ISO week, such as 2024-W20.",
        HelpName = "WEEK",
        Required = required,
    };

    /// <summary>Loads the identity that the command names.</summary>
    public static IdentityFolder Identity(this ParseResult parsed, Option<string> asOption) =>
        IdentityFolder.Load(parsed.Directory(asOption));

    /// <summary>The identity folder that the command names, whatever is in it.</summary>
    public static string Directory(this ParseResult parsed, Option<string> asOption)
    {
        var directory = parsed.GetValue(asOption) ?? Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrWhiteSpace(directory)
            ? throw new UsageException("No identity was named.",
                $"Add --as DIR, or set {Variable}, to the folder with client.crt, client.key, ca.crt and hub.json.")
            : directory;
    }
}
