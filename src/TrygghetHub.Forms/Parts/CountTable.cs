using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Counts by kind and area: a row for each family, and one for each of its categories.</summary>
/// <remarks>
/// Each figure stands with what it was last week and what is usual, for a number alone says nothing. More areas than fit on
/// a sheet of paper go on in a next table.
/// </remarks>
internal sealed class CountTable
{
    private const int AreasOfATable = 5;

    private readonly Reading reading;
    private readonly IReadOnlyList<string> areas;
    private readonly Dictionary<(string Area, string Family, string Category), Counted> figures = [];
    private readonly List<Sum> families;
    private readonly ILookup<string, (string Code, string Name)> categories;

    private CountTable(Reading reading, IReadOnlyCollection<Cell> cells, IReadOnlyCollection<Sum> sums)
    {
        this.reading = reading;
        foreach (var cell in cells)
        {
            figures.Add((cell.Area, cell.Family, CategoryOf(cell.Category, cell.CategoryWithheld)), new Counted(
                cell.HasThisWeek ? cell.ThisWeek : null, cell.HasLastWeek ? cell.LastWeek : null, cell.Usual, cell.Judgement,
                cell.HasComparedReports ? cell.ComparedReports : null));
        }

        foreach (var sum in sums)
        {
            figures.Add((sum.Area, sum.Family, CategoryOf(sum.Category, sum.CategoryWithheld)), new Counted(
                sum.HasThisWeek ? sum.ThisWeek : null, sum.HasLastWeek ? sum.LastWeek : null, sum.Usual, sum.Judgement,
                sum.HasComparedReports ? sum.ComparedReports : null));
        }

        areas =
        [
            .. cells.Select(c => c.Area).Distinct(StringComparer.Ordinal).OrderBy(reading.IsWhole).ThenBy(a => a, StringComparer.Ordinal),
        ];
        families = [.. sums.Where(s => s.Family.Length > 0).DistinctBy(s => s.Family).OrderBy(s => s.Family, StringComparer.Ordinal)];
        families.AddRange(cells.Where(c => families.TrueForAll(f => f.Family != c.Family)).DistinctBy(c => c.Family)
            .Select(c => new Sum { Family = c.Family }));
        categories = cells.Select(c => (c.Family, c.Category, c.CategoryName))
            .DistinctBy(c => (c.Family, c.Category))
            .OrderBy(c => c.Category.Length == 0).ThenBy(c => c.Category, StringComparer.Ordinal)
            .ToLookup(c => c.Family, c => (c.Category, c.CategoryName), StringComparer.Ordinal);
    }

    // No category has this code: what is known by its family alone.
    private static string OnlyFamily => "*";

    private static string CategoryOf(string code, bool isWithheld) => isWithheld ? OnlyFamily : code;

    /// <summary>What partners have reported.</summary>
    public static Markup Reported(Reading reading) => reading.Picture.Cells.Count == 0
        ? Markup.Of($"""<p class="empty">{EmptyWeek.Text(reading.Picture, reading.Language)}</p>""")
        : Markup.Of($"""
            <p class="finding">{ChartSentences.Table(reading.Picture, reading.Language)}</p>
            {new CountTable(reading, reading.Picture.Cells, reading.Picture.Sums).Render(reading.Words.Table)}
            """);

    /// <summary>The police's published events, which are a choice of all that happens: never summed with the rest.</summary>
    public static Markup Published(Reading reading) => Markup.Of($"""
        <p class="finding">{ChartSentences.PublishedEvents(reading.Picture, reading.Language)}</p>
        {(reading.Picture.PublishedEvents.Count == 0
            ? Markup.None
            : new CountTable(reading, reading.Picture.PublishedEvents, reading.Picture.PublishedSums).Render(reading.Words.Published))}
        {(Shown.Of(reading.Picture, new CellRef { Published = true }) is { HasLastYear: true } whole
            ? Markup.Of($"""<p class="note">{reading.Words.PublishedLastYear(reading.Notation.Number(whole.LastYear))}</p>""")
            : Markup.None)}
        """);

    private Markup Render(string caption)
    {
        var chunks = areas.Chunk(AreasOfATable).ToList();
        return Markup.Of($"""
            {chunks.Select((c, i) => Table(chunks.Count == 1 ? caption : $"{caption} ({i + 1}/{chunks.Count})", c, withTotal: i == 0 && areas.Count > 1))}
            {Legend()}
            <p class="note">{reading.Words.NoSignalAlone}</p>
            """);
    }

    private Markup Table(string caption, string[] chunk, bool withTotal)
    {
        var words = reading.Words;
        string[] columns = withTotal ? ["", .. chunk] : [.. chunk];
        var table = Markup.Of($"""
            <table class="counts columns-{columns.Length}">
            <caption>{caption}</caption>
            <thead><tr><th scope="col">{words.What}</th>{columns.Select(a => Markup.Of($"""<th scope="col">{Reading.ShortName(reading.AreaName(a))}</th>"""))}</tr></thead>
            <tbody class="family">
            {Row(words.Total, columns, "", "", "total")}</tbody>
            {families.Select(f => Family(f, columns))}</table>
            """);
        return Markup.Of($"{DataTable.Scrolling(caption, table, isNamed: withTotal != (areas.Count > 1) || areas.Count > AreasOfATable)}\n");
    }

    private Markup Family(Sum family, string[] columns)
    {
        // Where the family alone is shown, its row says it all.
        var kinds = categories[family.Family].ToList();
        var rows = kinds.All(k => k.Code.Length == 0) ? [] : kinds;
        return Markup.Of($"""
            <tbody class="family">
            {Row(reading.FamilyName(family.Family, family.FamilyName), columns, family.Family, "", "family")}{rows.Select(k => Row(
                k.Code.Length == 0 ? reading.Words.OnlyFamily : KindName(family, k.Code, k.Name),
                columns,
                family.Family,
                k.Code.Length == 0 ? OnlyFamily : k.Code,
                "category"))}</tbody>

            """);
    }

    // Two rows of one name are told apart: what is of the family and of none of its other kinds.
    private string KindName(Sum family, string code, string name) => code == family.Family
        ? reading.Words.Another(reading.CategoryName(code, name))
        : reading.CategoryName(code, name);

    private Markup Row(string name, string[] columns, string family, string category, string kind) => Markup.Of($"""
        <tr class="{kind}"><th scope="row">{Reading.ShortName(name)}</th>{columns.Select(a => Figure(a, family, category))}</tr>

        """);

    private Markup Figure(string area, string family, string category)
    {
        if (!figures.TryGetValue((area, family, category), out var counted))
        {
            return Markup.Of($"""<td class="none"><span aria-hidden="true">–</span><span class="spoken">{reading.Words.NoReports}</span></td>""");
        }

        var words = reading.Words;
        if (counted.IsQuiet)
        {
            return Markup.Of($"""<td class="none">0</td>""");
        }

        var usual = counted.Usual is null ? Markup.None : Markup.Of($""" <span class="spoken">{words.Usual} </span><span class="span">({reading.Span(counted.Usual)})</span>""");
        // What the span and the judgement are of, where it is not all.
        var compared = counted.Compared is not { } some ? Markup.None : Markup.Of($""" <span class="compared">{words.OfWhichCompared(reading.Notation.Number(some))}</span>""");
        var judged = reading.Judged(counted.Judgement, inWords: area.Length == 0 && category.Length == 0 && counted.Judgement != Judgement.Usual);
        return Markup.Of($"""
            <td><b>{reading.Figure(counted.ThisWeek)}</b> {judged}{compared}{usual}<span class="last">{words.Last}{"\u00A0"}{reading.Figure(counted.LastWeek)}</span></td>
            """);
    }

    private Markup Legend()
    {
        var words = reading.Words;
        Judgement[] judgements =
            [Judgement.Above, Judgement.Usual, Judgement.Below, Judgement.BelowSourcesSilent, Judgement.SourcesMissing];
        var hidden = figures.Values.Any(f => f.ThisWeek is null || f.LastWeek is null)
            ? reading.HiddenLegend
            : Markup.None;
        return Markup.Of($"""
            <ul class="legend">
            <li><b>12</b> {words.ThisWeek.ToLowerInvariant()}</li>
            <li><span class="span">(4–9)</span> {words.UsualSpan}</li>
            {judgements.Select(j => Markup.Of($"<li>{reading.Judged(j, inWords: true)}</li>\n"))}<li>– {words.NoReports}</li>
            {hidden}
            </ul>
            """);
    }

    /// <summary>What stands in one place of the table.</summary>
    private sealed record Counted(int? ThisWeek, int? LastWeek, UsualSpan? Usual, Judgement Judgement, int? Compared)
    {
        /// <summary>Nothing in either week, as usual: zero says it all.</summary>
        public bool IsQuiet => this is { ThisWeek: 0, LastWeek: 0, Judgement: Judgement.Usual };
    }
}
