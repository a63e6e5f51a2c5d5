namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>How much higher a family lies in all of the municipality just now than over the year. Immutable.</summary>
/// <remarks>
/// Summer evenings bring more of some families everywhere, year after year; that is the season, and no deviation of one area.
/// The level is the family's recent weeks against their mean, drawn towards 1 by what seasons use to do (a gamma distribution
/// with mean 1, whose mean and certainty after the recent weeks are the usual conjugate ones). It only ever raises what is
/// expected: so no signal is raised that the plain mean would not raise.
/// </remarks>
/// <param name="Factor">1 or more.</param>
/// <param name="RelativeVariance">How surely: the square of its relative standard error.</param>
internal sealed record SeasonLevel(double Factor, double RelativeVariance)
{
    // Four weeks: shorter is noise in a small municipality; longer lags behind a season that changes by a third in a quarter.
    private const int RecentWeeks = 4;

    // Families swing by some 30 % over a year: a standard deviation of 0.21, and 1 / 0.21² is as sure as 22 reports make it.
    private const double PriorReports = 22;

    // In the two to three weeks from the middle of the recent ones to this week a season moves on by up to a tenth, up or down
    // and mostly less: half of a tenth squared.
    private const double Drift = 0.005;

    /// <summary>The level of one family, over the areas that it is counted in.</summary>
    public static SeasonLevel Of(IEnumerable<FamilySeries> areas)
    {
        var (counted, expected) = (0, 0.0);
        foreach (var partner in areas.SelectMany(area => Comparison.Compared(area.Partners)))
        {
            foreach (var count in partner.Series.Weeks.Skip(1).Take(RecentWeeks).OfType<int>())
            {
                counted += count;
                expected += partner.Mean;
            }
        }

        return new SeasonLevel(
            Math.Max(1, (counted + PriorReports) / (expected + PriorReports)), (1 / (expected + PriorReports)) + Drift);
    }
}
