using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary>What a feed is narrowed by, as options.</summary>
internal sealed class FeedArguments
{
    private readonly Option<string> purpose = new("--purpose")
    {
        Description = "Purpose of use, as named in the agreement: weekly-picture, measure-coordination, "
            + "statutory-picture or evaluation.",
        HelpName = "PURPOSE",
        DefaultValueFactory = _ => Words.Of(Agreements.V1.Purpose.WeeklyPicture),
    };
    private readonly Option<string[]> category = new("--category")
    {
        Description = "Include only this category, such as graffiti. Can be specified more than once.",
        HelpName = "CODE",
    };
    private readonly Option<string[]> area = new("--area")
    {
        Description = "Include only this area, such as 0139-bro. Can be specified more than once.",
        HelpName = "CODE",
    };
    private readonly Option<string> severity = new("--severity")
    {
        Description = "Minimum severity: minor, moderate, serious or grave.",
        HelpName = "SEVERITY",
    };

    private readonly Option<bool> exercise = new("--exercise") { Description = "Include only reports from exercises." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(purpose);
        command.Options.Add(category);
        command.Options.Add(area);
        command.Options.Add(severity);
        command.Options.Add(exercise);
    }

    /// <summary>What it is wanted for.</summary>
    /// <exception cref="UsageException">There is no such purpose.</exception>
    public Purpose Purpose(ParseResult parsed) => Words.ValueOf<Purpose>(parsed.GetRequiredValue(purpose), "purpose");

    /// <summary>By what it is narrowed; null for nothing.</summary>
    /// <exception cref="UsageException">There is no such severity.</exception>
    public FeedFilter? Filter(ParseResult parsed)
    {
        var filter = new FeedFilter
        {
            Categories = { parsed.GetValue(category) ?? [] },
            Areas = { parsed.GetValue(area) ?? [] },
            LeastSeverity = parsed.GetValue(severity) is { } word ? Words.ValueOf<Severity>(word, "severity") : Severity.Unspecified,
            Exercise = parsed.GetValue(exercise),
        };
        return filter.Equals(new FeedFilter()) ? null : filter;
    }
}
