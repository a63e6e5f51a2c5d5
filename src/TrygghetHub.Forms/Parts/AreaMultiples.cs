using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Twelve weeks of each area in charts of one form, and how things stand there.</summary>
/// <remarks>
/// A week in which a source was silent is hollow, for there may be more; a week before the first report is left out, for
/// nothing is known of it; a count that is not shown is the mark of one, never a bar.
/// </remarks>
internal static class AreaMultiples
{
    // Units of the view box: on a phone and in two columns on paper one is a little more than a pixel.
    private const double Width = 272;
    private const double Height = 116;
    private const double Left = 38;
    private const double Right = 4;
    private const double Top = 20;
    private const double Base = 98;
    private const double Bar = 13;

    // Where a scale may end, times a power of ten; one that ends below 5 would make a mountain of two reports.
    private static readonly int[] Tops = [5, 6, 8, 10, 15, 20, 30, 40, 50];

    public static Markup Render(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        var finding = ChartSentences.Areas(picture, reading.Language);
        if (reading.Areas.Count == 0)
        {
            return Markup.Of($"""<p class="empty">{finding}</p>""");
        }

        return Markup.Of($"""
            <p class="finding">{finding}</p>
            <div class="multiples">
            {reading.Areas.Where(a => !IsEmpty(reading, a)).Select((a, i) => Area(reading, a, i))}</div>
            {Legend(reading)}
            {DataTable.Folded(words.ShowFigures, Table(reading))}
            """);
    }

    /// <summary>An area's level in words, whether a person has decided it, and why.</summary>
    public static Markup Level(Reading reading, AreaTrend area)
    {
        var words = reading.Words;
        var (level, decision) = reading.LevelOf(area);
        var reason = decision is null ? reading.Suggested(area) : decision.Reason;
        var differs = decision is not null && decision.Suggested != decision.Level && decision.Suggested != AreaLevel.Unspecified
            ? $" {words.SuggestionWas} {words.LevelName(decision.Suggested).ToLowerInvariant()}."
            : "";
        return Markup.Of($"""
            <p class="level">{reading.Badge(level, decision is not null)}</p>
            {(reason.Length + differs.Length == 0 ? Markup.None : Markup.Of($"""<p class="reason">{(decision is null ? Reading.Name(reason) : reading.Written(reason))}{differs}</p>"""))}
            """);
    }

    private static Markup Area(Reading reading, AreaTrend area, int index) => Markup.Of($"""
        <figure class="area">
        <figcaption><h3>{Reading.Name(Reading.Shortened(reading.AreaName(area.Area), 60))}</h3>
        {(reading.IsWhole(area.Area) ? Markup.None : Level(reading, area))}</figcaption>
        {Chart(reading, area, index)}
        </figure>

        """);

    // What is known by municipality only is no area: without reports there is nothing to draw. The table has it.
    private static bool IsEmpty(Reading reading, AreaTrend area) =>
        reading.IsWhole(area.Area) && area.Weeks.All(w => w is { HasReports: true, Reports: 0 } or { BeforeStart: true });

    private static Markup Chart(Reading reading, AreaTrend area, int index)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        if (area.Weeks.Count == 0)
        {
            return Markup.Of($"""<p class="empty">{words.NotKnown}</p>""");
        }

        var top = Even(Math.Max(area.Weeks.Max(w => w.Reports), area.Usual?.High ?? 0));
        var slot = (Width - Left - Right) / area.Weeks.Count;
        double At(double count) => Base - ((Base - Top) * count / top);

        var usual = area.Usual is not { } span ? Markup.None : Markup.Of($"""
            <rect class="usual-span" x="{Left}" y="{At(span.High)}" width="{Width - Left - Right}" height="{Math.Max(1.5, At(span.Low) - At(span.High))}"/>

            """);
        return Markup.Of($"""
            <svg class="trend" viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="area-{index}-title area-{index}-told">
            <title id="area-{index}-title">{reading.AreaName(area.Area)}: {words.Areas}</title>
            <desc id="area-{index}-told">{Told(reading, area)}</desc>
            {usual}<path class="axis" d="M{Left} {Base}H{Width - Right}"/>
            <text class="scale" x="{Left - 5}" y="{Top + 4}" text-anchor="end">{notation.Number(top)}</text>
            <text class="scale" x="{Left - 5}" y="{Base + 1}" text-anchor="end">0</text>
            {area.Weeks.Select((w, i) => Week(reading, w, Left + (slot * (i + 0.5)), At, i == area.Weeks.Count - 1))}<text class="scale" x="{Left + 2}" y="{Height - 4}">{notation.ShortWeek(area.Weeks[0].Week)}</text>
            <text class="scale" x="{Width - Right}" y="{Height - 4}" text-anchor="end">{notation.ShortWeek(area.Weeks[^1].Week)}</text>
            </svg>
            """);
    }

    private static Markup Week(Reading reading, AreaWeek week, double middle, Func<double, double> at, bool isThisWeek)
    {
        if (week.BeforeStart)
        {
            return Markup.None;
        }

        if (!week.HasReports)
        {
            return Markup.Of($"""<text class="hidden" x="{middle}" y="{Base - 4}" text-anchor="middle">‥</text>{"\n"}""");
        }

        var y = at(week.Reports);
        var kind = (isThisWeek ? "bar now" : "bar") + (week.SourcesMissing ? " hollow" : "");
        var bar = week.Reports == 0
            ? Markup.Of($"""<rect class="{kind} zero" x="{middle - (Bar / 2)}" y="{Base - 1.5}" width="{Bar}" height="1.5"/>""")
            : Markup.Of($"""<rect class="{kind}" x="{middle - (Bar / 2)}" y="{y}" width="{Bar}" height="{Base - y}"/>""");
        var number = isThisWeek
            ? Markup.Of($"""<text class="value" x="{middle + (Bar / 2)}" y="{Math.Min(y, Base - 1.5) - 5}" text-anchor="end">{reading.Notation.Number(week.Reports)}</text>""")
            : Markup.None;
        return Markup.Of($"{bar}{number}\n");
    }

    private static int Even(int highest)
    {
        var unit = 1;
        while (Tops[^1] * unit < highest)
        {
            unit *= 10;
        }

        return Tops.First(top => top * unit >= highest) * unit;
    }

    private static string Told(Reading reading, AreaTrend area)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var weeks = area.Weeks.Select(w => $"{notation.Week(w.Week)} {Count(reading, w)}");
        return $"{string.Join("; ", weeks)}. {words.Usual}: {reading.Span(area.Usual)}.";
    }

    private static string Count(Reading reading, AreaWeek week) =>
        week.BeforeStart ? reading.Words.BeforeStart
        : reading.FigureText(week.HasReports ? week.Reports : null) + (week.SourcesMissing ? $" ({reading.Words.HollowWeek})" : "");

    private static Markup Legend(Reading reading)
    {
        var words = reading.Words;
        var hidden = reading.Picture.Areas.Any(a => a.Weeks.Any(w => !w.HasReports && !w.BeforeStart))
            ? reading.HiddenLegend
            : Markup.None;
        return Markup.Of($"""
            <ul class="legend">
            <li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="bar now" x="3" y="1" width="10" height="10"/></svg> {words.ThisWeeksBar}</li>
            <li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="bar" x="3" y="1" width="10" height="10"/></svg> {words.EarlierBar}</li>
            <li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="bar hollow" x="3" y="1" width="10" height="10"/></svg> {words.HollowWeek}</li>
            <li><svg viewBox="0 0 16 12" aria-hidden="true"><rect class="usual-span" x="0" y="2" width="16" height="8"/></svg> {words.UsualSpan}</li>
            {hidden}
            </ul>
            <p class="note">{words.OwnScale}</p>
            """);
    }

    private static Markup Table(Reading reading)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var weeks = reading.Areas.MaxBy(a => a.Weeks.Count)!.Weeks;
        return DataTable.Render(
            words.Areas,
            [words.Area, .. weeks.Select(w => notation.ShortWeek(w.Week)), words.Usual],
            reading.Areas.Select(a => DataTable.Row(
                Reading.ShortName(reading.AreaName(a.Area)),
                [.. a.Weeks.Select(w => Cell(reading, w)), Markup.Of($"{reading.Span(a.Usual)}")])),
            "weeks");
    }

    private static Markup Cell(Reading reading, AreaWeek week) => week.BeforeStart
        ? Markup.Of($"""<span aria-hidden="true">–</span><span class="spoken">{reading.Words.BeforeStart}</span>""")
        : week.SourcesMissing
            ? Markup.Of($"""{reading.Figure(week.HasReports ? week.Reports : null)}<span aria-hidden="true">+</span><span class="spoken"> {reading.Words.HollowWeek}</span>""")
            : reading.Figure(week.HasReports ? week.Reports : null);
}
