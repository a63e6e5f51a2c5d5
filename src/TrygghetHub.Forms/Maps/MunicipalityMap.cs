using System.Globalization;
using System.Text;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The municipality with its areas drawn as areas, and squares where the point of a report is known.</summary>
/// <remarks>
/// A circle with a number stands for an area as a whole and lies where there is room in it, or beside it with a line to it: a report that is known
/// by its area is never drawn as a point. Needs no tiles and no network.
/// </remarks>
internal static class MunicipalityMap
{
    private const double SmallestRadius = 11;
    private const double RadiusSpan = 7;
    private const double Footing = 26;
    private const int LongestName = 20;

    // Smaller than this nobody sees it; at the scale of a municipality 250 m are two or three units.
    private const double SmallestSquare = 5;

    private static readonly int[] BarLengthsKm = [20, 10, 5, 2, 1];

    public static Markup Render(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        var finding = ChartSentences.Map(picture, reading.Language);
        var map = MapFrame.Around(picture) is { } frame
            ? Drawn(reading, frame, finding)
            : Markup.Of($"""<p class="empty">{words.NoOutline}</p>""");
        var elsewhere = picture.Areas.FirstOrDefault(a => a.Area == picture.Municipality)?.Weeks.LastOrDefault();
        var note = elsewhere is null or { HasReports: true, Reports: 0 }
            ? Markup.None
            : Markup.Of($"""<p class="note">{words.MunicipalityReports(reading.FigureText(elsewhere.HasReports ? elsewhere.Reports : null))}</p>""");
        return Markup.Of($"""
            <p class="finding">{finding}</p>
            <div class="pair where">
            <div>{map}{note}</div>
            <div>{TopPlaces.Render(reading, TopPlaces.Most)}</div>
            </div>
            {(picture.Areas.Count == 0 ? Markup.None : DataTable.Folded(words.ShowFigures, Tables(reading)))}
            """);
    }

    private static Markup Drawn(Reading reading, MapFrame frame, string finding)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        var areas = picture.Areas.Where(a => a.Outline is { Rings.Count: > 0 } && a.Area != picture.Municipality).ToList();
        var most = areas.Select(ThisWeek).Max() ?? 0;

        // 1. Squares, and the arrow to the north, keep their places; circles give way, the largest first.
        var squares = picture.Squares.Select(s => SquareBox(frame, s)).ToList();
        List<Box> taken = [.. squares, new Box(MapFrame.Width - 30, 0, 30, 38)];
        var paper = new Box(2, 2, MapFrame.Width - 4, frame.Height - 4);
        var marks = areas.OrderByDescending(a => ThisWeek(a) ?? 0).ThenBy(a => a.Area, StringComparer.Ordinal)
            .Select(a => (Area: a, Mark: AreaMark.Place(
                frame.X(a.Outline.LabelEastingM),
                frame.Y(a.Outline.LabelNorthingM),
                Radius(reading, ThisWeek(a), most),
                Reading.Shortened(reading.AreaName(a.Area), LongestName),
                paper,
                taken,
                (x, y) => IsInside(frame, a.Outline, x, y))))
            .ToList();

        // 2. Drawn from the ground up: areas, lines, squares, circles.
        return Markup.Of($"""
            <figure class="map">
            <svg class="municipality" viewBox="0 0 {MapFrame.Width} {frame.Height + Footing}" role="img" aria-labelledby="map-title map-told">
            <title id="map-title">{words.Where}: {picture.MunicipalityName}</title>
            <desc id="map-told">{finding} {Told(reading, areas)}</desc>
            {picture.Areas.Where(a => a.Outline is not null).Select(a => Markup.Of($"""<path class="{(a.Area == picture.Municipality ? "land rest" : "land")}" d="{Path(frame, a.Outline)}"/>{"\n"}"""))}
            {marks.Where(m => m.Mark.IsOutside).Select(m => Markup.Of($"""<path class="lead-line" d="M{m.Mark.AnchorX} {m.Mark.AnchorY}L{m.Mark.X} {m.Mark.Y}"/>{"\n"}"""))}
            {picture.Squares.Zip(squares).Select(s => Markup.Of($"""<rect class="square square-{Math.Min(s.First.Reports, 3)}" x="{s.Second.Left}" y="{s.Second.Top}" width="{s.Second.Width}" height="{s.Second.Height}"/>{"\n"}"""))}
            {marks.Select(m => Circle(reading, m.Area, m.Mark))}
            {North(words)}
            {ScaleBar(frame)}
            </svg>
            <figcaption><ul class="legend">
            <li><svg viewBox="0 0 16 16" aria-hidden="true"><circle class="total" cx="8" cy="8" r="7"/></svg> {words.CircleLegend}</li>
            {(squares.Count == 0 ? Markup.None : Markup.Of($"""<li><svg viewBox="0 0 16 16" aria-hidden="true"><rect class="square square-3" x="4" y="4" width="8" height="8"/></svg> {words.SquareLegend}</li>"""))}
            {(areas.Any(a => ThisWeek(a) is null) ? reading.HiddenLegend : Markup.None)}
            </ul></figcaption>
            </figure>
            """);
    }

    // Even–odd: how many edges lie east of the point.
    private static bool IsInside(MapFrame frame, Outline outline, double x, double y) => outline.Rings
        .SelectMany(ring =>
        {
            var points = MapFrame.Points(ring).Select(p => (X: frame.X(p.Easting), Y: frame.Y(p.Northing))).ToList();
            return points.Zip(points.Skip(1).Append(points.FirstOrDefault()));
        })
        .Count(edge => edge.First.Y > y != edge.Second.Y > y
            && x < edge.First.X + ((y - edge.First.Y) * (edge.Second.X - edge.First.X) / (edge.Second.Y - edge.First.Y))) % 2 == 1;

    // As wide as its number at the least.
    private static double Radius(Reading reading, int? count, int most) => Math.Max(
        SmallestRadius + (most == 0 ? 0 : Math.Round(RadiusSpan * Math.Sqrt((count ?? 0) / (double)most), 1)),
        4 + (4.5 * reading.Notation.Number(count ?? 0).Length));

    private static int? ThisWeek(AreaTrend area) => area.Weeks.LastOrDefault() is { HasReports: true } week ? week.Reports : null;

    private static Box SquareBox(MapFrame frame, GridSquare square)
    {
        var side = Math.Max(SmallestSquare, Squares.SideM * frame.UnitsPerM);
        return Box.Around(
            frame.X(square.EastingM + (Squares.SideM / 2.0)), frame.Y(square.NorthingM + (Squares.SideM / 2.0)), side, side);
    }

    private static string Path(MapFrame frame, Outline outline)
    {
        var path = new StringBuilder();
        foreach (var ring in outline.Rings)
        {
            var step = 'M';
            foreach (var (northing, easting) in MapFrame.Points(ring))
            {
                path.Append(CultureInfo.InvariantCulture, $"{step}{frame.X(easting):0.#} {frame.Y(northing):0.#}");
                step = 'L';
            }

            path.Append('Z');
        }

        return path.ToString();
    }

    private static Markup Circle(Reading reading, AreaTrend area, AreaMark mark)
    {
        var count = ThisWeek(area);
        var name = mark.Name.Length == 0 ? Markup.None
            : Markup.Of($"""<text class="name" x="{mark.X}" y="{mark.Y + mark.Radius + 12}" text-anchor="middle">{mark.Name}</text>""");
        return Markup.Of($"""
            <g><circle class="total{(count is null ? " unknown" : "")}" cx="{mark.X}" cy="{mark.Y}" r="{mark.Radius}"/><text class="count" x="{mark.X}" y="{mark.Y + 4.5}" text-anchor="middle">{(count is { } shown ? reading.Notation.Number(shown) : "‥")}</text>{name}</g>

            """);
    }

    private static Markup North(PageWords words) => Markup.Of($"""
        <g class="north"><path d="M{MapFrame.Width - 15} 4l5 12h-10z"/><text x="{MapFrame.Width - 15}" y="29" text-anchor="middle">{words.North}</text></g>
        """);

    private static Markup ScaleBar(MapFrame frame)
    {
        var lengthKm = BarLengthsKm.FirstOrDefault(km => km * 1000 * frame.UnitsPerM <= MapFrame.Width / 3, BarLengthsKm[^1]);
        var length = lengthKm * 1000 * frame.UnitsPerM;
        var y = frame.Height + 12;
        return Markup.Of($"""
            <g class="ruler"><path d="M12 {y - 4}v4h{length}v-4"/><text x="{12 + length + 7}" y="{y + 2}">{lengthKm} km</text></g>
            """);
    }

    private static string Told(Reading reading, IEnumerable<AreaTrend> areas) => string.Join("; ", areas.Select(a =>
        $"{reading.AreaName(a.Area)} {reading.FigureText(ThisWeek(a))}")) + ".";

    private static Markup Tables(Reading reading)
    {
        var (picture, words, notation) = (reading.Picture, reading.Words, reading.Notation);
        var areas = DataTable.Render(
            words.ReportsByArea,
            [words.Area, words.Reports, words.Published],
            reading.Areas.Select(a => DataTable.Row(
                Reading.ShortName(reading.AreaName(a.Area)),
                reading.Figure(ThisWeek(a)),
                reading.Figure(a.HasPublishedEvents ? a.PublishedEvents : null))),
            isNamed: true);
        var squares = picture.Squares.Count == 0 ? Markup.None : DataTable.Render(
            words.Squares,
            [words.Place, words.Reports, words.Sources],
            picture.Squares.Select(s => DataTable.Row(
                Markup.Of($"{Squares.Named(reading, s)}"),
                Markup.Of($"{notation.Number(s.Reports)}"),
                Markup.Of($"{notation.Number(s.Sources)}"))),
            isNamed: true);
        return Markup.Of($"""<div class="pair">{areas}{squares}</div>""");
    }
}
