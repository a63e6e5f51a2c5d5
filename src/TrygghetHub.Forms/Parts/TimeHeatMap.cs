using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Weekday × four-hour band over four weeks, with the count in each.</summary>
/// <remarks>Not drawn under 60 reports with a known time, over which alone 42 bands can show a pattern; it says so instead.</remarks>
internal static class TimeHeatMap
{
    private const int Shades = 4;
    private const double Left = 46;
    private const double Top = 24;
    private const double Across = 49;
    private const double Down = 27;
    private const double Width = Left + (6 * Across) + 2;
    private const double Height = Top + (7 * Down) + 2;

    private static readonly int[] StartHours = [0, 4, 8, 12, 16, 20];

    public static Markup Render(Reading reading)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var finding = ChartSentences.TimePattern(reading.Picture, reading.Language);
        if (reading.Picture.TimePattern is not { } pattern || !ChartSentences.HasTimePattern(pattern))
        {
            return Markup.Of($"""<p class="empty">{finding}</p>""");
        }

        var counts = Counts(pattern);
        var most = counts.Values.Max() ?? 0;
        return Markup.Of($"""
            <p class="finding">{finding}</p>
            <div class="pair">
            <figure class="pattern">
            <svg class="heat" viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="when-title when-told">
            <title id="when-title">{words.When}</title>
            <desc id="when-told">{finding}</desc>
            {StartHours.Select((h, i) => Markup.Of($"""<text class="scale" x="{Left + (Across * (i + 0.5))}" y="{Top - 8}" text-anchor="middle">{Wording.Hours(h)}</text>{"\n"}"""))}
            {Enumerable.Range(1, 7).Select(d => Day(reading, d, counts, most))}</svg>
            <figcaption>{words.Timed(
                pattern.HasTimedReports ? notation.Number(pattern.TimedReports) : null,
                pattern.HasUntimedReports ? notation.Number(pattern.UntimedReports) : null,
                Wording.Weeks(pattern.Weeks, reading.Language),
                pattern.Published)}{Hidden(reading, counts.Values)}</figcaption>
            </figure>
            {DataTable.Folded(words.ShowFigures, Table(reading, pattern))}
            </div>
            """);
    }

    /// <summary>The same as a table, from a weekday to Sunday.</summary>
    public static Markup Table(Reading reading, TimePattern pattern, int firstDay = 1)
    {
        var counts = Counts(pattern);
        return DataTable.Render(
            reading.Words.When,
            [reading.Words.Weekday, .. StartHours.Select(Wording.Hours)],
            Enumerable.Range(firstDay, 8 - firstDay).Select(d => DataTable.Row(
                Markup.Of($"{reading.Notation.DayName(d)}"),
                [.. StartHours.Select(h => reading.Figure(counts.GetValueOrDefault((d, h))))])),
            "hours");
    }

    private static Dictionary<(int Weekday, int StartHour), int?> Counts(TimePattern pattern) => pattern.Bands
        .DistinctBy(b => (b.Weekday, b.StartHour)).ToDictionary(b => (b.Weekday, b.StartHour), b => b.HasReports ? b.Reports : (int?)null);

    private static Markup Hidden(Reading reading, IEnumerable<int?> counts) => counts.Any(c => c is null)
        ? Markup.Of($""" <b aria-hidden="true">‥</b> {reading.Words.NotShownLegend(reading.SmallestCount)}.""")
        : Markup.None;

    private static Markup Day(Reading reading, int weekday, Dictionary<(int, int), int?> counts, int most)
    {
        var y = Top + (Down * (weekday - 1));
        return Markup.Of($"""
            <text class="scale" x="{Left - 8}" y="{y + (Down / 2) + 4}" text-anchor="end">{reading.Notation.ShortDay(weekday)}</text>
            {StartHours.Select((h, i) => Band(reading, Left + (Across * i), y, counts.GetValueOrDefault((weekday, h)), most))}
            """);
    }

    private static Markup Band(Reading reading, double x, double y, int? count, int most)
    {
        var shade = count is null ? "unknown" : $"shade-{(count == 0 || most == 0 ? 0 : (int)Math.Ceiling((double)count.Value * Shades / most))}";
        return Markup.Of($"""
            <g class="{shade}"><rect x="{x + 1}" y="{y + 1}" width="{Across - 2}" height="{Down - 2}"/><text x="{x + (Across / 2)}" y="{y + (Down / 2) + 4.5}" text-anchor="middle">{(count is { } shown ? reading.Notation.Number(shown) : "‥")}</text></g>

            """);
    }
}
