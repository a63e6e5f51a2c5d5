using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>A place comes back: three reports or more within 14 days, more than it usually has. Pure.</summary>
/// <remarks>
/// A place that always has reports is among the places to talk about each week and is no news; it stands out against its own
/// seven weeks before the 14 days. The chance is that of <see cref="NewPlaceRule"/>: each report of the nine weeks is, if
/// nothing has changed, as likely to be of any of them. Something must be of this week, or last week's signal would stand twice.
/// </remarks>
internal static class RepeatPlaceRule
{
    /// <summary>So many reports make a place one that comes back.</summary>
    public const int Fewest = 3;

    /// <summary>Within 14 days: this week and the one before.</summary>
    public const int RecentWeeks = 2;

    // A partner silent for a week, or the season, moves a busy place's weeks by a tenth or so without anything having happened:
    // the share of two weeks in nine, 0.22, is known to ± 0.03, which is as surely as 200 reports tell it.
    private const double Certainty = 200;

    /// <summary>One trial for each place that has reports enough and weeks to be compared with.</summary>
    public static IEnumerable<Trial> Trials(SignalInputs inputs, SignalNames names)
    {
        foreach (var place in inputs.Places)
        {
            var earlierWeeks = place.WeeksKnown + 1 - RecentWeeks;
            var recent = place.Weeks.Take(RecentWeeks).Sum();
            var all = recent + place.Weeks.Skip(RecentWeeks).Take(earlierWeeks).Sum();
            if (earlierWeeks < 1 || all < Fewest)
            {
                continue;
            }

            var usual = (double)(all - recent) * RecentWeeks / earlierWeeks;
            var share = (double)RecentWeeks / (RecentWeeks + earlierWeeks);
            yield return new Trial(
                Fewest, count => UpperTails.BetaBinomial(count, all, share, Certainty), recent,
                recent >= Fewest && place.Weeks[0] > 0 && recent > usual ? new Signal
                {
                    Id = $"repeat-place.{place.Area}.{place.Key}",
                    Rule = SignalRule.RepeatPlace,
                    Area = place.Area,
                    AreaName = names.Area(place.Area),
                    Place = place.Name,
                    Observed = recent,
                    UsualMean = usual,
                    UsualWeeks = earlierWeeks,
                    Sources = place.Sources,
                } : null);
        }
    }
}
