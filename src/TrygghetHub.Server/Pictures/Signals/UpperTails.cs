namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>How likely a count of so many or more is by chance. Pure and thread-safe.</summary>
/// <remarks>
/// A tail is summed from its own first term on, which is taken from logarithms, and never as one less what lies below: so it
/// loses nothing where it is tiny, and nothing overflows where the mean is large. Right to some ten digits up to counts of 10⁶.
/// </remarks>
internal static class UpperTails
{
    // Below this share of the sum another term changes no digit that anybody reads.
    private const double Negligible = 1e-16;

    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>P(X ≥ count) of a Poisson distribution.</summary>
    /// <param name="count">The count.</param>
    /// <param name="mean">Its mean, 0 or more.</param>
    public static double Poisson(int count, double mean)
    {
        if (count <= 0)
        {
            return 1;
        }

        return mean <= 0 ? 0 : Sum(
            count, int.MaxValue, (count * Math.Log(mean)) - mean - LogGamma(count + 1.0), k => mean / (k + 1));
    }

    /// <summary>P(X ≥ count) where the mean itself is not known for sure: Poisson over a gamma distribution.</summary>
    /// <remarks>The negative binomial distribution; its variance is mean + mean² / shape.</remarks>
    /// <param name="count">The count.</param>
    /// <param name="mean">What is expected, over 0.</param>
    /// <param name="shape">How surely: one divided by the square of the mean's relative standard error.</param>
    public static double GammaPoisson(int count, double mean, double shape)
    {
        if (count <= 0)
        {
            return 1;
        }

        var ratio = mean / (shape + mean);
        var first = LogGamma(shape + count) - LogGamma(shape) - LogGamma(count + 1.0)
            - (shape * Math.Log(1 + (mean / shape))) + (count * Math.Log(ratio));
        return Sum(count, int.MaxValue, first, k => ratio * (shape + k) / (k + 1));
    }

    /// <summary>P(X ≥ count) of so many draws, each of which hits with that probability.</summary>
    public static double Binomial(int count, int draws, double probability)
    {
        if (count <= 0)
        {
            return 1;
        }

        if (count > draws)
        {
            return 0;
        }

        var odds = probability / (1 - probability);
        var first = LogChoose(draws, count) + (count * Math.Log(probability)) + ((draws - count) * Math.Log(1 - probability));
        return Sum(count, draws, first, k => odds * (draws - k) / (k + 1));
    }

    /// <summary>P(X ≥ count) of so many draws whose probability is itself not known for sure: binomial over a beta distribution.</summary>
    /// <param name="count">The count.</param>
    /// <param name="draws">How many are drawn.</param>
    /// <param name="probability">What is expected, between 0 and 1.</param>
    /// <param name="certainty">How surely: as sure as so many draws would make it.</param>
    public static double BetaBinomial(int count, int draws, double probability, double certainty)
    {
        if (count <= 0)
        {
            return 1;
        }

        if (count > draws)
        {
            return 0;
        }

        var (hits, misses) = (probability * certainty, (1 - probability) * certainty);
        var first = LogChoose(draws, count) + LogGamma(hits + count) + LogGamma(misses + draws - count) - LogGamma(certainty + draws)
            + LogGamma(certainty) - LogGamma(hits) - LogGamma(misses);
        return Sum(count, draws, first, k => (draws - k) / (k + 1.0) * ((hits + k) / (misses + draws - k - 1)));
    }

    /// <summary>P(X ≥ count) when so many are drawn of a total, of which some are marked: Fisher's exact test.</summary>
    public static double Hypergeometric(int count, int draws, int marked, int total)
    {
        var most = Math.Min(draws, marked);
        if (count <= Math.Max(0, draws + marked - total))
        {
            return 1;
        }

        if (count > most)
        {
            return 0;
        }

        var first = LogChoose(marked, count) + LogChoose(total - marked, draws - count) - LogChoose(total, draws);
        return Sum(
            count, most, first,
            k => (double)(marked - k) / (k + 1) * (draws - k) / (total - marked - draws + k + 1));
    }

    // Terms grow up to the mode and fall after it, so a small one ends the sum only when the next is smaller still.
    private static double Sum(int count, int most, double logFirst, Func<int, double> step)
    {
        var (term, scaled) = (1.0, 1.0);
        for (var k = count; k < most; k++)
        {
            var ratio = step(k);
            term *= ratio;
            scaled += term;
            if (ratio < 1 && term < Negligible * scaled)
            {
                break;
            }

            if (scaled > 1e290)
            {
                return 1; // the first term was so far below the mode that nothing is missing from the tail
            }
        }

        return Math.Min(1, Math.Exp(logFirst + Math.Log(scaled)));
    }

    private static double LogChoose(int of, int choose) =>
        LogGamma(of + 1.0) - LogGamma(choose + 1.0) - LogGamma(of - choose + 1.0);

    /// <summary>The logarithm of the gamma function, for arguments over 0: Stirling's series, carried up to 10 first.</summary>
    internal static double LogGamma(double argument)
    {
        var product = 1.0;
        for (; argument < 10; argument++)
        {
            product *= argument;
        }

        // 1/12x − 1/360x³ + 1/1260x⁵ − 1/1680x⁷ + 1/1188x⁹ − 691/360360x¹¹ (Abramowitz and Stegun 6.1.41)
        var inverse = 1 / (argument * argument);
        var series = ((((((((((-691.0 / 360360) * inverse) + (1.0 / 1188)) * inverse) - (1.0 / 1680)) * inverse) + (1.0 / 1260)) * inverse)
            - (1.0 / 360)) * inverse) + (1.0 / 12);
        return ((argument - 0.5) * Math.Log(argument)) - argument + HalfLogTwoPi + (series / argument) - Math.Log(product);
    }
}
