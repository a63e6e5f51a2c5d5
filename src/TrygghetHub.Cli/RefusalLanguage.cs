using System.CommandLine;
using System.CommandLine.Parsing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Options.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli;

/// <summary>The language of the hub's refusals: <c>--lang sv|en</c>, on every command.</summary>
internal static class RefusalLanguage
{
    public const string Swedish = "sv";
    public const string English = "en";
    private const string Name = "--lang";

    private static readonly Dictionary<int, string> SentencesInSwedish = ErrorReasonReflection.Descriptor.EnumTypes
        .Single(e => e.Name == nameof(ErrorReason)).Values
        .Select(v => (v.Number, Text: v.GetOptions()?.GetExtension(OptionsExtensions.ReasonText)))
        .Where(v => v.Text is not null)
        .ToDictionary(v => v.Number, v => v.Text!.Swedish);

    /// <summary>A new <c>--lang</c> of the root, for all commands below it that have none of their own.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>(Name)
        {
            Description = "Language of the hub's error messages. Default: en.",
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

    /// <summary>Why a report was refused alone: the rule as the hub says it, or the reason in Swedish where it is a reason that this version knows.</summary>
    public static string Rule(string language, Refused refused) =>
        language == Swedish ? SentencesInSwedish.GetValueOrDefault((int)refused.Reason, refused.Rule) : refused.Rule;
}
