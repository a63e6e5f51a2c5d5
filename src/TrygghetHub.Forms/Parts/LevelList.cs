using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The levels of the areas in a short list: those where something is to be done come first, and are never cut.</summary>
internal static class LevelList
{
    /// <summary>The list; nothing where no area has a level.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="most">How many there is room for.</param>
    /// <param name="longestReason">How many characters of a reason there is room for; 0 for none.</param>
    public static Markup Render(Reading reading, int most, int longestReason)
    {
        var areas = reading.Areas.Where(a => !reading.IsWhole(a.Area) && reading.LevelOf(a).Level != AreaLevel.Unspecified)
            .OrderByDescending(a => reading.LevelOf(a).Level).ThenBy(a => a.Area, StringComparer.Ordinal).ToList();
        var more = areas.Count > most ? Markup.Of($"<li>{reading.Words.More(areas.Count - most)}</li>") : Markup.None;
        return areas.Count == 0
            ? Markup.None
            : Markup.Of($"""<ul class="levels">{areas.Take(most).Select(a => Level(reading, a, longestReason))}{more}</ul>""");
    }

    private static Markup Level(Reading reading, AreaTrend area, int longestReason)
    {
        var (level, decision) = reading.LevelOf(area);
        var reason = decision is null ? reading.Suggested(area) : decision.Reason;
        var why = longestReason == 0 || reason.Length == 0 ? Markup.None
            : Markup.Of($""" <span class="reason">{(decision is null ? Reading.Name(Reading.Shortened(reason, longestReason)) : reading.Written(Reading.Shortened(reason, longestReason)))}</span>""");
        return Markup.Of($"""
            <li><b>{Reading.ShortName(reading.AreaName(area.Area))}</b> {reading.Badge(level, decision is not null)}{why}</li>
            """);
    }
}
