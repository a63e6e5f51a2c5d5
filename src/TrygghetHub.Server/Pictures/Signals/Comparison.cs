namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>A week's count against what is usual, over the partners who answered in both periods.</summary>
/// <remarks>
/// A partner takes part when it answered this week and in at least 26 of the 52 before; its usual count is the mean over the
/// weeks in which it answered. So a silent partner makes no fall, and a new one no rise.
/// </remarks>
/// <param name="Observed">This week's count of those partners.</param>
/// <param name="Mean">Their usual count.</param>
/// <param name="Weeks">The fewest comparable weeks that one of them has: 26 to 52.</param>
internal sealed record Comparison(int Observed, double Mean, int Weeks)
{
    /// <summary>Fewer comparable weeks say too little.</summary>
    public const int FewestWeeks = 26;

    /// <summary>More than a year back is another time.</summary>
    public const int MostWeeks = 52;

    /// <summary>Null when no partner can be compared: it is too early to say.</summary>
    public static Comparison? Of(IEnumerable<PartnerSeries> partners)
    {
        var (observed, mean, fewest) = (0, 0.0, int.MaxValue);
        foreach (var partner in Compared(partners))
        {
            observed += partner.Observed;
            mean += partner.Mean;
            fewest = Math.Min(fewest, partner.Weeks);
        }

        return fewest == int.MaxValue ? null : new Comparison(observed, mean, fewest);
    }

    /// <summary>The partners that can be compared: this week's count of each, its usual one, and over how many weeks.</summary>
    public static IEnumerable<(PartnerSeries Series, int Observed, double Mean, int Weeks)> Compared(
        IEnumerable<PartnerSeries> partners)
    {
        foreach (var partner in partners)
        {
            if (partner.Weeks[0] is not { } now)
            {
                continue;
            }

            if (UsualOf(partner) is var (mean, weeks))
            {
                yield return (partner, now, mean, weeks);
            }
        }
    }

    /// <summary>A partner's usual count, whether it has answered this week or not; null where it has too few weeks.</summary>
    public static double? MeanOf(PartnerSeries partner) => UsualOf(partner)?.Mean;

    private static (double Mean, int Weeks)? UsualOf(PartnerSeries partner)
    {
        var (sum, weeks) = (0, 0);
        for (var age = 1; age < partner.Weeks.Count && age <= MostWeeks; age++)
        {
            if (partner.Weeks[age] is { } count)
            {
                sum += count;
                weeks++;
            }
        }

        return weeks >= FewestWeeks ? ((double)sum / weeks, weeks) : null;
    }
}
