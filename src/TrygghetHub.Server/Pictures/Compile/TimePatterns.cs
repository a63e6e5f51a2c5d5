using TrygghetHub.Agreements.V1;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Pictures.Signals;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>When it happens: weekday and four-hour band. Pure.</summary>
/// <remarks>Of concerns alone: who reads a dark band on Friday evenings takes it for the time at which something happens.</remarks>
internal static class TimePatterns
{
    /// <summary>Over so many weeks, the picture's the last of them.</summary>
    public const int Weeks = TimeClusterRule.EarlierWeeks + 1;

    private const int BandHours = TimeClusterRule.WindowHours;
    private const int Bands = 24 / BandHours;
    private static readonly TimeSpan LongestKnown = TimeSpan.FromHours(BandHours);

    /// <summary>The pattern of the last four weeks, as its audience may see it.</summary>
    /// <param name="reports">Of this week and of those before.</param>
    /// <param name="isWeekShown">Whether the sum of a week, so many before this one, is shown, of published events or not.</param>
    /// <param name="smallest">The smallest count that is shown.</param>
    public static TimePattern Of(IReadOnlyList<SeenReport> reports, Func<bool, int, bool> isWeekShown, int smallest)
    {
        var recent = reports.Where(r => r.Age < Weeks).ToList();
        var published = recent.TrueForAll(r => r.Cell.Published) && recent.Count > 0;
        recent.RemoveAll(r => r.Cell.Published != published);
        var calm = recent.RemoveAll(r => !r.IsConcern);
        var timed = recent.Select(BandOf).OfType<(int Day, int Band)>().CountBy(b => b).ToDictionary();
        var sum = timed.Values.Sum();
        var pattern = new TimePattern { Weeks = Weeks, Published = published };
        // All of it is the sum of four weeks: it tells none that is not shown, and neither the few whose time is not known nor
        // the few of a calm evening.
        if ((recent.Count - sum is var untimed && untimed > 0 && untimed < smallest) || (calm > 0 && calm < smallest)
            || !Enumerable.Range(0, Weeks).All(age => isWeekShown(published, age)))
        {
            return pattern;
        }

        Set(sum, count => pattern.TimedReports = count);
        Set(recent.Count - sum, count => pattern.UntimedReports = count);
        if (sum < ChartSentences.FewestTimedReports)
        {
            return pattern;
        }

        var all = from day in Enumerable.Range(0, 7) from band in Enumerable.Range(0, Bands) select (day, band);
        // The sum is told, so that one band alone that is not would be told by it.
        var hidden = SmallNumbers.Hidden(
            [
                .. all.Select(b => new Figure<(int, int)>("all", "band", b, timed.GetValueOrDefault(b))),
                new Figure<(int, int)>("band", "all", (-1, -1), sum),
            ],
            smallest);
        foreach (var (day, band) in all)
        {
            var drawn = new TimeBand { Weekday = day + 1, StartHour = band * BandHours };
            if (!hidden.Contains((day, band)))
            {
                drawn.Reports = timed.GetValueOrDefault((day, band));
            }

            pattern.Bands.Add(drawn);
        }

        if (hidden.Contains((-1, -1)))
        {
            pattern.ClearTimedReports();
        }

        return pattern;

        void Set(int count, Action<int> set)
        {
            if (count == 0 || count >= smallest)
            {
                set(count);
            }
        }
    }

    /// <summary>The windows of each family in each area: this week's, and those of the three weeks before.</summary>
    public static IReadOnlyList<TimeSeries> Series(IReadOnlyList<SeenReport> reports) =>
    [
        .. reports.Where(r => r.IsConcern && r.Age < Weeks)
            .Select(r => (r.Cell, r.Age, Band: BandOf(r)))
            .Where(r => r.Band is not null)
            .GroupBy(r => (r.Cell.Published, r.Cell.Area, r.Cell.Family))
            .OrderBy(g => g.Key.Published).ThenBy(g => g.Key.Area, StringComparer.Ordinal).ThenBy(g => g.Key.Family, StringComparer.Ordinal)
            .Select(g => new TimeSeries(
                g.Key.Published, g.Key.Area, g.Key.Family,
                Counted(g.Where(r => r.Age == 0).Select(r => r.Band!.Value.Band)),
                Counted(g.Where(r => r.Age > 0).Select(r => r.Band!.Value.Band)))),
    ];

    private static int[] Counted(IEnumerable<int> bands)
    {
        var counts = new int[Bands];
        foreach (var band in bands)
        {
            counts[band]++;
        }

        return counts;
    }

    // The middle of the interval; none where it is longer than a band, or its time of day may not be seen.
    private static (int Day, int Band)? BandOf(SeenReport seen)
    {
        var report = seen.Report;
        var isSeen = seen.Record is { } record
            && (record.Whole || (record.Time == TimeGranularity.Minute && record.Fields.Has(ReportField.Occurred)));
        if (!isSeen || report.To - report.From > LongestKnown
            || report.Certainty is not (TimeCertainty.Exact or TimeCertainty.Hour or TimeCertainty.PartOfDay))
        {
            return null;
        }

        var local = SwedishTime.ToLocal(report.From + ((report.To - report.From) / 2));
        return (((int)local.DayOfWeek + 6) % 7, local.Hour / BandHours);
    }
}
