using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>Half or more of a family's reports in an area within one four-hour window, which is not usual. Pure.</summary>
/// <remarks>
/// Half of them on an evening is what some families always look like, so it is set against the three weeks before: if nothing
/// has changed, which of the four weeks' reports are this week's has nothing to do with which of them lie in the window
/// (Fisher's exact test). With nothing to compare with it is silent.
/// </remarks>
internal static class TimeClusterRule
{
    /// <summary>Hours of a window; what is known no closer is in none.</summary>
    public const int WindowHours = 4;

    /// <summary>Weeks before this one that it is set against.</summary>
    public const int EarlierWeeks = 3;

    // Fewer make a cluster too easily.
    private const int Fewest = 6;

    /// <summary>One trial for each window of each family and area that has reports enough.</summary>
    public static IEnumerable<Trial> Trials(SignalInputs inputs, SignalNames names)
    {
        foreach (var series in inputs.Times)
        {
            var (now, earlier) = (series.ThisWeek.Sum(), series.Earlier.Sum());
            if (now < Fewest || earlier == 0)
            {
                continue;
            }

            for (var window = 0; window < series.ThisWeek.Count; window++)
            {
                var inWindow = series.ThisWeek[window];
                var marked = inWindow + series.Earlier[window];
                yield return new Trial(
                    (now + 1) / 2, count => UpperTails.Hypergeometric(count, now, marked, now + earlier), inWindow,
                    inWindow * 2 >= now ? SignalOf(series, window, names, inputs) : null);
            }
        }
    }

    private static Signal SignalOf(TimeSeries series, int window, SignalNames names, SignalInputs inputs) => new()
    {
        Id = $"time-cluster.{series.Area}.{series.Family}{(series.Published ? ".published" : "")}",
        Rule = SignalRule.TimeCluster,
        Area = series.Area,
        AreaName = names.Area(series.Area),
        Family = series.Family,
        FamilyName = names.Family(series.Family),
        Observed = series.ThisWeek.Sum(),
        InWindow = series.ThisWeek[window],
        WindowStartHour = window * WindowHours,
        UsualMean = (double)series.Earlier[window] / EarlierWeeks,
        UsualWeeks = EarlierWeeks,
        Sources = inputs.Families
            .Where(f => f.Published == series.Published && f.Area == series.Area && f.Family == series.Family)
            .Sum(f => f.Partners.Count(p => p.Weeks[0] > 0)),
        Published = series.Published,
    };
}
