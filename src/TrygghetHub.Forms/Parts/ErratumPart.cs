using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The erratum: why there is another revision, and all that is another in it: figures, signals and levels.</summary>
/// <remarks>The steering group is given no single cells, and so no figures here.</remarks>
internal static class ErratumPart
{
    public static Markup Render(Reading reading)
    {
        var (review, words) = (reading.Picture.Review ?? new Review(), reading.Words);
        var reason = review.RevisionReason.Length == 0
            ? Markup.None
            : Markup.Of($"<p>{words.RevisionReason}: {reading.Written(review.RevisionReason)}</p>");
        if (review.Diff is not { } diff)
        {
            return reason;
        }

        return Markup.Of($"""
            <div class="erratum">
            <h2>{words.DiffersFrom(diff.FromRevision)}</h2>
            {reason}
            {Listed(words.SignalsNew, diff.SignalsNew.Select(id => Signal(reading, id)))}
            {Listed(words.SignalsGone, diff.SignalsGone.Select(id => Signal(reading, id)))}
            {Listed(words.LevelsChanged, diff.Levels.Select(level => Level(reading, level)))}
            {(reading.IsForSteering ? Markup.None : Figures(reading, diff))}
            </div>
            """);
    }

    private static Markup Listed(string heading, IEnumerable<Markup> lines) => lines.ToList() is { Count: > 0 } all
        ? Markup.Of($"""<h3>{heading}</h3><ul class="lines">{all.Select(line => Markup.Of($"<li>{line}</li>"))}</ul>""")
        : Markup.None;

    // In one that is gone nothing but its id is left: by it the rule, the area and the family are known.
    private static Markup Signal(Reading reading, string id)
    {
        if (reading.Picture.Signals.FirstOrDefault(s => s.Id == id) is { } signal)
        {
            return MattersPart.Signal(reading, signal);
        }

        if (id.Split('.') is not [var code, var area, var about, .. var rest] || RuleOf(code) is not (var rule and not SignalRule.Unspecified))
        {
            return Reading.ShortName(id);
        }

        var isPublished = rest.LastOrDefault() == "published";
        var kind = rule is SignalRule.NewPlace or SignalRule.RepeatPlace ? ""
            : rest.FirstOrDefault() is { } category and not "published" ? $", {reading.CategoryName(category, CategoryNames.Of(category, about))}"
            : $", {reading.FamilyName(about)}";
        var published = isPublished ? $", {reading.Words.Published.ToLowerInvariant()}" : "";
        return Markup.Of($"{Reading.ShortName(reading.AreaName(area))}{kind}{published}: {reading.Words.Rules(rule)}");
    }

    private static SignalRule RuleOf(string code) => code switch
    {
        "deviation" => SignalRule.Deviation,
        "new-place" => SignalRule.NewPlace,
        "repeat-place" => SignalRule.RepeatPlace,
        "time-cluster" => SignalRule.TimeCluster,
        _ => SignalRule.Unspecified,
    };

    private static Markup Level(Reading reading, LevelChange change)
    {
        var name = change.Area == reading.Picture.Municipality ? reading.Words.All : change.AreaName;
        return Markup.Of($"{Reading.ShortName(name)}: {reading.Words.LevelName(change.Old)} → {reading.Words.LevelName(change.New)}");
    }

    private static Markup Figures(Reading reading, PictureDiff diff) => diff.Figures.Count == 0 ? Markup.None : DataTable.Render(
        reading.Words.DiffersFrom(diff.FromRevision),
        [reading.Words.Figure, reading.Words.Before, reading.Words.After],
        Sorted(diff.Figures).Select(f => DataTable.Row(
            Label(reading, f), reading.Figure(f.HasBefore ? f.Before : null), reading.Figure(f.HasAfter ? f.After : null))));

    // All of the municipality first, then each area, and what it is the sum of after it.
    private static IEnumerable<FigureChange> Sorted(IEnumerable<FigureChange> figures) => figures
        .OrderBy(f => f.Cell?.Published ?? false).ThenBy(f => f.Cell?.Area ?? "", StringComparer.Ordinal)
        .ThenBy(f => f.Cell?.Family ?? "", StringComparer.Ordinal).ThenBy(f => f.Cell?.Category ?? "", StringComparer.Ordinal);

    // What is of the whole municipality has no name in the data but the page's own; every other label is Swedish data.
    private static Markup Label(Reading reading, FigureChange change) => change.Cell switch
    {
        { Area.Length: 0, Family.Length: 0, Category.Length: 0 } => Markup.Of($"{reading.All}"),
        { Area.Length: 0 } => Markup.Of($"{reading.All}, {reading.Written(Reading.Shortened(change.Label, 80))}"),
        _ => reading.Written(Reading.Shortened(change.Label, 80)),
    };
}
