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
    // Above this e^-mean comes too close to the smallest number, and the normal distribution is as good.
    private const double LargestExactMean = 500;

    /// <summary>The span around the usual count of the partners who answered in both periods.</summary>
    public static UsualSpan Over(Comparison comparison) => new()
    {
        Low = Quantile(comparison.Mean, 0.10),
        High = Quantile(comparison.Mean, 0.90),
        Weeks = comparison.Weeks,
        Mean = comparison.Mean,
    };

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
