namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>How much more counts vary from week to week than rare, independent events do. Pure.</summary>
/// <remarks>
/// The variance over the mean of a week's count, pooled over all families and areas: Pearson's statistic over its degrees of freedom,
/// as quasi-Poisson models estimate it (McCullagh and Nelder, Generalized Linear Models, 1989, 4.5). It is 1 for Poisson counts; in the police's
/// feed it is 1.2 to 1.3 for the municipality at the median and 2.4 for Stockholm (2023-W12 on). Never under 1: a quieter past than
/// chance gives is chance.
/// </remarks>
internal static class Dispersion
{
    // Where next to nothing is usual a single report is most of the statistic.
    private const double LeastMean = 0.5;

    /// <summary>The dispersion of the weeks before this one: 1 or more.</summary>
    /// <param name="series">Of one kind: families or categories, of partners' reports or of published events.</param>
    public static double Of(IEnumerable<FamilySeries> series)
    {
        var (statistic, freedom) = (0.0, 0);
        foreach (var partners in series.Select(s => Comparison.Compared(s.Partners).ToList()))
        {
            var weeks = 0;
            for (var age = 1; age <= Comparison.MostWeeks; age++)
            {
                // A cluster is seen by several partners: what counts is the sum of those who answered.
                var (count, mean) = (0, 0.0);
                foreach (var partner in partners)
                {
                    if (age < partner.Series.Weeks.Count && partner.Series.Weeks[age] is { } reports)
                    {
                        count += reports;
                        mean += partner.Mean;
                    }
                }

                if (mean >= LeastMean)
                {
                    statistic += (count - mean) * (count - mean) / mean;
                    weeks++;
                }
            }

            freedom += Math.Max(0, weeks - 1);
        }

        return freedom == 0 ? 1 : Math.Max(1, statistic / freedom);
    }
}
