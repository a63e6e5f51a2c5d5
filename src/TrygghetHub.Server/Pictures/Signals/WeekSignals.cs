using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>What stands out in a week: at most three signals, the least expected first. Pure and thread-safe.</summary>
/// <remarks>
/// A count that meets a rule is not yet a signal: a picture looks at hundreds of counts, and some meet it by chance alone. So
/// each is asked how many of all that the rule has looked at chance alone would let stand out as much (the expectation, as
/// database searches in biology rank their hits: Karlin and Altschul, 1990). What chance gives more often than the rule's share
/// of one a month is no signal. So the limit holds for one area and for fifty, and a small municipality keeps the sharper eye.
/// </remarks>
internal static class WeekSignals
{
    /// <summary>More are not talked about in half an hour.</summary>
    public const int Most = 3;

    // One false signal a month is 12 / 52 = 0.23 a week. A deviation is what the picture is for and gets the larger part. Each share is an
    // upper bound: a family and its categories rise together, and of them one is told. WeekSignalsSimulationTests count what comes of it.
    private static readonly (Func<SignalInputs, SignalNames, IEnumerable<Trial>> Trials, double FalseAWeek)[] Rules =
    [
        (DeviationRule.Trials, 0.23),
        (NewPlaceRule.Trials, 0.02),
        (RepeatPlaceRule.Trials, 0.03),
        (TimeClusterRule.Trials, 0.03),
    ];

    /// <summary>The signals of the week, in an order that follows from the inputs alone.</summary>
    /// <param name="inputs">What the rules look at.</param>
    /// <param name="names">What people call it.</param>
    /// <returns>
    /// At most three, by expectation; of one place, and of one family in one area by the clock, the foremost. Where one category carries
    /// its family's rise it is less expected than the family's, and is the one that is told.
    /// </returns>
    public static IReadOnlyList<Signal> Of(SignalInputs inputs, SignalNames names) =>
    [
        .. Rules.SelectMany(rule => Raised([.. rule.Trials(inputs, names)], rule.FalseAWeek))
            .OrderBy(raised => raised.Expectation).ThenBy(raised => raised.Signal.Id, StringComparer.Ordinal)
            .ThenBy(raised => raised.Signal.WindowStartHour)
            .Select(raised => raised.Signal)
            .DistinctBy(signal => signal.Place.Length > 0 ? $"{signal.Area} {signal.Place}" : $"{signal.Rule} {signal.Area} {signal.Family} {signal.Published}")
            .Take(Most),
    ];

    // Those of a rule's trials that chance would not give as often as the rule may be wrong.
    private static IEnumerable<(Signal Signal, double Expectation)> Raised(IReadOnlyList<Trial> trials, double falseAWeek)
    {
        foreach (var trial in trials)
        {
            if (trial.Signal is null)
            {
                continue;
            }

            var chance = trial.Chance(trial.Observed);
            var expectation = trials.Sum(other => other.StandsOut(chance));
            if (expectation <= falseAWeek)
            {
                yield return (trial.Signal, expectation);
            }
        }
    }
}
