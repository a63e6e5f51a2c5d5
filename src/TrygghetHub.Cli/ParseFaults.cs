using System.CommandLine;
using System.CommandLine.Parsing;

namespace TrygghetHub.Cli;

/// <summary>What is wrong with a command line, in words. Pure.</summary>
internal static class ParseFaults
{
    /// <summary>
    /// One message for each cause; empty where nothing is wrong. A word that is no command, and an option that the
    /// command does not have, is named alone, with the closest one: what else the parser says follows from it.
    /// </summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        // What a shell asks for completion is half a command line.
        if (parsed.Tokens.Any(token => token.Type == TokenType.Directive))
        {
            return [];
        }

        var command = parsed.CommandResult.Command;
        // A misspelled command takes its options for the root's: what is misspelled is named, not what follows from it.
        if (command.Subcommands.Count > 0 && NoCommand(parsed) is { } word)
        {
            return [Unknown(parsed.CommandResult, word)];
        }

        if ((Misspelled(parsed) ?? (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null)) is { } unknown)
        {
            return [Unknown(parsed.CommandResult, unknown)];
        }

        return command.Subcommands.Count > 0 && parsed.Errors.Count > 0
            ? [$"'{Path(parsed.CommandResult)}' needs a command: {string.Join(", ", Names(command))}."]
            : [.. parsed.Errors.Select(error => Spaced(error.Message)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The command as it is typed: "thub partner create".</summary>
    public static string Path(SymbolResult? result)
    {
        var names = new List<string>();
        for (; result is CommandResult command; result = result.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "thub" : command.Command.Name);
        }

        return string.Join(' ', names);
    }

    // The parser lists what may stand there on lines of their own, each after a tab.
    private static string Spaced(string message) => message.ReplaceLineEndings("\n").Replace("\n\t", " ", StringComparison.Ordinal);

    // The word where a command is wanted: the first after those that were understood, unless it is an option.
    private static string? NoCommand(ParseResult parsed) => parsed.Tokens
        .SkipWhile(token => token.Type is TokenType.Command or TokenType.Directive).FirstOrDefault() is { Type: TokenType.Argument } first
            && !first.Value.StartsWith('-') ? first.Value : null;

    // The parser takes an option that it does not know for the argument that comes next. After "--" it may be one.
    private static string? Misspelled(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))?.Value;

    private static string Unknown(CommandResult result, string unknown)
    {
        var command = result.Command;
        var isOption = unknown.StartsWith('-');
        var isCommand = !isOption && command.Subcommands.Count > 0;
        var known = isOption ? Options(result).Select(o => o.Name) : isCommand ? Names(command) : [];
        var meant = ClosestName.Of(unknown.Split('=', ':')[0], known) is { } closest ? $" Did you mean '{closest}'?" : "";
        return isOption ? $"'{Path(result)}' has no option '{unknown}'.{meant}"
            : isCommand ? $"'{Path(result)}' has no command '{unknown}'.{meant}"
            : $"'{Path(result)}' takes no further argument: '{unknown}'.";
    }

    private static IEnumerable<string> Names(Command command) => command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);

    // Those of the commands above hold below where they say so, such as --help.
    private static IEnumerable<Option> Options(CommandResult result)
    {
        foreach (var option in result.Command.Options)
        {
            yield return option;
        }

        for (var above = result.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            foreach (var option in above.Command.Options.Where(o => o.Recursive))
            {
                yield return option;
            }
        }
    }
}
