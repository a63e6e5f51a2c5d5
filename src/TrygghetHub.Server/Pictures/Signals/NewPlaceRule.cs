using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>A place where nothing was for eight weeks has three reports or more. Pure.</summary>
/// <remarks>
/// If nothing has changed, each of a place's reports of the nine weeks is as likely to be of any of them; that all of them
/// are of the last one has then the chance of 1/9 for each. It needs no guess at how busy the place is (the conditional test of
/// Przyborowski and Wilenski, 1940), and a place with fewer than three reports in all is no trial: it cannot stand out.
/// </remarks>
internal static class NewPlaceRule
{
    private const int Fewest = 3;

    /// <summary>A place is new when it had nothing for so long.</summary>
    public const int EarlierWeeks = 8;

    /// <summary>One trial for each place that has reports enough, where the hub held all of the eight weeks.</summary>
    public static IEnumerable<Trial> Trials(SignalInputs inputs, SignalNames names)
    {
        foreach (var place in inputs.Places)
        {
            var all = place.Weeks.Sum();
            if (all < Fewest || place.WeeksKnown < EarlierWeeks)
            {
                continue;
            }

            yield return new Trial(
                all, count => UpperTails.Binomial(count, all, 1.0 / (EarlierWeeks + 1)), place.Weeks[0],
                place.Weeks[0] == all ? new Signal
                {
                    Id = $"new-place.{place.Area}.{place.Key}",
                    Rule = SignalRule.NewPlace,
                    Area = place.Area,
                    AreaName = names.Area(place.Area),
                    Place = place.Name,
                    Observed = all,
                    UsualMean = 0,
                    UsualWeeks = EarlierWeeks,
                    Sources = place.Sources,
                } : null);
        }
    }
}
