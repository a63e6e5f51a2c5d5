using System.Globalization;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Where it happens, as far as single reports may be seen there and no ceiling keeps them at their district. Pure.
/// </summary>
/// <remarks>Of concerns alone: a square with three calm evenings is no place to talk about, and nothing happened there.</remarks>
internal sealed class PlaceCounts
{
    private readonly PictureInputs inputs;
    private readonly IReadOnlyList<SeenReport> reports;
    private readonly Func<string, bool> isAreaShown;
    private readonly int smallest;
    private readonly IReadOnlyList<(SeenReport Seen, string Key)> placed;
    private readonly SquareNames squares;

    /// <param name="inputs">For the names of places.</param>
    /// <param name="reports">Of this week and of the eight before.</param>
    /// <param name="isAreaShown">Whether the sum of an area is shown: where it is not, its parts are not either.</param>
    /// <param name="smallest">The smallest count that is shown.</param>
    public PlaceCounts(PictureInputs inputs, IReadOnlyList<SeenReport> reports, Func<string, bool> isAreaShown, int smallest)
    {
        (this.inputs, this.isAreaShown, this.smallest) = (inputs, isAreaShown, smallest);
        this.reports = [.. reports.Where(r => r is { IsConcern: true, Cell.Published: false })];
        placed = [.. this.reports.Select(r => (r, Key: KeyOf(r))).Where(r => r.Key is not null)!];
        squares = new SquareNames(
            inputs.Rules.Areas,
            placed.Where(p => !inputs.Rules.Areas.TryGet(p.Key, out _)).DistinctBy(p => p.Key)
                .Select(p => (long.Parse(p.Key, CultureInfo.InvariantCulture), p.Seen.Cell.Area)));
    }

    /// <summary>The squares of 250 m with point-precise reports of the week.</summary>
    public IEnumerable<GridSquare> Squares() =>
        from report in reports
        where report is { Age: 0, Report: { Cell: not null, Envelope.Precision: Precision.Point } }
            && MayBePlaced(report) && (report.Record!.ShowsPosition || report.Record.ShowsCell) && isAreaShown(report.Cell.Area)
        group report by report.Report.Cell!.Value
        into square
        where square.Count() >= smallest
        orderby square.Key
        select SquareOf(square.Key, square.Count(), Sources(square));

    /// <summary>The places with most reports in 14 days.</summary>
    public IEnumerable<TopPlace> Top() =>
        Fortnights()
            .Where(p => p.Count() >= Math.Max(2, smallest) && isAreaShown(p.First().Seen.Cell.Area)
                && IsLargeEnough(p.Count(r => r.Seen.Age == 0)) && IsLargeEnough(p.Count(r => r.Seen.Age == 1)))
            .Select(p => Place(p.Key, [.. p.Select(r => r.Seen)]))
            .OrderByDescending(p => p.Reports).ThenByDescending(p => p.ThisWeek).ThenBy(p => p.PlaceName, StringComparer.Ordinal)
            .Take(TopPlaces.Most);

    /// <summary>Nine weeks of each place, for the rules.</summary>
    /// <param name="weeksKnown">How many weeks before this one a partner has answered in, or earlier ones.</param>
    public IReadOnlyList<PlaceSeries> Series(Func<PartnerId, int> weeksKnown) =>
    [
        .. placed.GroupBy(p => p.Key).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new PlaceSeries(
            g.Key, NameOf(g.Key), g.First().Seen.Cell.Area,
            [.. Enumerable.Range(0, PictureInputs.RecentWeeks + 1).Select(age => g.Count(r => r.Seen.Age == age))],
            // Whoever has just joined makes no place new: it has told nothing of the weeks before.
            g.Select(r => r.Seen.Report.Envelope.Sender).Distinct().Min(p => Math.Min(PictureInputs.RecentWeeks, weeksKnown(p))),
            Sources(g.Where(r => r.Seen.Age < RepeatPlaceRule.RecentWeeks).Select(r => r.Seen)))),
    ];

    /// <summary>How many places of an area come back: as <see cref="RepeatPlaceRule"/> has it, whether that is news or not.</summary>
    public int RepeatPlaces(string area) =>
        Fortnights().Count(p => p.First().Seen.Cell.Area == area && p.Count() >= RepeatPlaceRule.Fewest);

    private IEnumerable<IGrouping<string, (SeenReport Seen, string Key)>> Fortnights() =>
        placed.Where(p => p.Seen.Age < RepeatPlaceRule.RecentWeeks).GroupBy(p => p.Key);

    private bool IsLargeEnough(int count) => count == 0 || count >= smallest;

    private static int Sources(IEnumerable<SeenReport> reports) => reports.SelectMany(r => r.Senders).Distinct().Count();

    // A named place, or else the square of its position.
    private string? KeyOf(SeenReport seen)
    {
        if (!MayBePlaced(seen))
        {
            return null;
        }

        var record = seen.Record!;
        return record.Area.Place is { } place ? place
            : (record.ShowsPosition || record.ShowsCell) && seen.Report.Cell is { } cell ? cell.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    // Its own reports a partner sees without ceilings; on a page a home is no place for its sender either.
    private bool MayBePlaced(SeenReport seen) =>
        seen.Record is not null && Disclosure.FinestForAnyone(seen.Report.Envelope, inputs.Rules) <= Precision.Grid250M;

    private TopPlace Place(string key, List<SeenReport> fortnight)
    {
        var isNamed = inputs.Rules.Areas.TryGet(key, out _);
        var square = fortnight.Select(r => r.Report.Cell).OfType<long>().CountBy(c => c)
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => (long?)c.Key).FirstOrDefault();
        var area = fortnight[0].Cell.Area;
        return new TopPlace
        {
            Place = isNamed ? key : "",
            PlaceName = NameOf(key),
            Area = area,
            AreaName = inputs.Rules.Areas.TryGet(area, out var known) ? known.DisplayName : area,
            Reports = fortnight.Count,
            ThisWeek = fortnight.Count(r => r.Age == 0),
            Sources = Sources(fortnight),
            Families =
            {
                fortnight.CountBy(r => r.Cell.Family).OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal)
                    .Select(f => f.Key),
            },
            // Of a named place the square tells more than the place where few of its reports have a position.
            Square = isNamed || square is null ? null : SquareOf(square.Value, fortnight.Count, Sources(fortnight)),
        };
    }

    private string NameOf(string key) => inputs.Rules.Areas.TryGet(key, out var area)
        ? area.DisplayName
        : squares.Of(long.Parse(key, CultureInfo.InvariantCulture));

    private static GridSquare SquareOf(long cell, int reports, int sources)
    {
        var corner = GridCell.FromKey(cell).Corner;
        return new GridSquare
        {
            NorthingM = (int)corner.Northing,
            EastingM = (int)corner.Easting,
            Reports = reports,
            Sources = sources,
        };
    }
}
