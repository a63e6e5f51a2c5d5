using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>What counts are usual: the central 80 % of a Poisson distribution around the mean of earlier weeks.</summary>
/// <remarks>
/// Counts of rare, independent events follow it, and unlike a standard deviation it is right for the small numbers of
/// one district and one category. Four weeks of five fall inside when nothing has changed.
/// </remarks>
internal static class UsualCounts
{
    /// <summary>Fewer earlier weeks say too little.</summary>
    public const int FewestWeeks = Comparison.FewestWeeks;

    /// <summary>More than a year back is another time.</summary>
    public const int MostWeeks = Comparison.MostWeeks;

    // Above this e^-mean comes too close to the smallest number, and the normal distribution is as good.
    private const double LargestExactMean = 500;

    /// <summary>The span, or null when it is too early to say.</summary>
    /// <param name="sum">Counted over the earlier weeks.</param>
    /// <param name="weeks">How many weeks that is.</param>
    public static UsualSpan? Over(int sum, int weeks) => weeks < FewestWeeks ? null : Around((double)sum / weeks, weeks);

    /// <summary>The span around the usual count of the partners who answered in both periods.</summary>
    public static UsualSpan Over(Comparison comparison) => Around(comparison.Mean, comparison.Weeks);

    private static UsualSpan Around(double mean, int weeks) =>
        new() { Low = Quantile(mean, 0.10), High = Quantile(mean, 0.90), Weeks = weeks, Mean = mean };

    /// <summary>The smallest count that at least that share of weeks does not exceed.</summary>
    internal static int Quantile(double mean, double share)
    {
        if (mean > LargestExactMean)
        {
            const double z = 1.2815515655446004; // the normal distribution's 90 % quantile
            return (int)Math.Round(mean + (share < 0.5 ? -z : z) * Math.Sqrt(mean), MidpointRounding.AwayFromZero);
        }

        var probability = Math.Exp(-mean);
        var sum = probability;
        var count = 0;
        while (sum < share)
        {
            count++;
            probability *= mean / count;
            sum += probability;
        }

        return count;
    }
}
