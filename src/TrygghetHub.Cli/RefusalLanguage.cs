using System.CommandLine;
using System.CommandLine.Parsing;

namespace TrygghetHub.Cli;

/// <summary>The language of the hub's refusals: <c>--lang sv|en</c>, on every command.</summary>
internal static class RefusalLanguage
{
    public const string Swedish = "sv";
    private const string English = "en";
    private const string Name = "--lang";

    /// <summary>A new <c>--lang</c> of the root, for all commands below it that have none of their own.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>(Name)
        {
            Description = "Language of the hub's refusals. Default: en.",
            HelpName = $"{Swedish}|{English}",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong(Swedish, English);
        return option;
    }

    /// <summary>
    /// The language that was given, or English. A command's own <c>--lang</c>, of what it makes, counts for its refusals too where it was
    /// given.
    /// </summary>
    public static string Of(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult result && result.Command.Options.FirstOrDefault(o => o.Name == Name) is Option<string> option
                && parsed.GetResult(option) is { Implicit: false } given)
            {
                return given.GetValueOrDefault<string>() ?? English;
            }
        }

        return English;
    }
}
