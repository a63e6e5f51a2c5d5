using CsCheck;
using TrygghetHub.Cli.Connectors.Polisen;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class PoliceFeedLimitsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly (TimeSpan Window, int Most)[] Rules =
    [
        (TimeSpan.FromSeconds(10), 1), (TimeSpan.FromHours(1), 60), (TimeSpan.FromDays(1), 1440),
    ];

    [Fact]
    public void Next_AfterACallInTheFuture_WaitsAsAfterOneNow()
    {
        // A clock that was put back must neither free the caller nor stop it for years.
        Assert.Equal(Start.AddSeconds(10), PoliceFeedLimits.Next([Start.AddYears(3)], Start));
    }

    [Fact]
    public void Next_AfterSixtyCallsInAnHour_WaitsForTheFirstToBeAnHourOld()
    {
        var calls = Enumerable.Range(0, 60).Select(i => Start.AddSeconds(10 * i)).ToList();

        Assert.Equal(Start.AddHours(1), PoliceFeedLimits.Next(calls, Start.AddMinutes(11)));
    }

    [Fact]
    public void Next_WithNoCalls_IsNow() => Assert.Equal(Start, PoliceFeedLimits.Next([], Start));

    [Fact]
    public void Next_OfAnyCallerThatKeepsToIt_BreaksNoRuleInAnyWindow()
    {
        // Callers that come whenever they like, over days, with what they remember kept between calls.
        Gen.Int[0, 200].Array[1, 3000].Sample(
            waits =>
            {
                var (now, kept, all) = (Start, (IReadOnlyList<DateTimeOffset>)[], new List<DateTimeOffset>());
                foreach (var wait in waits)
                {
                    now = PoliceFeedLimits.Next(kept, now.AddSeconds(wait));
                    all.Add(now);
                    kept = PoliceFeedLimits.Kept([.. kept, now], now);
                }

                foreach (var (window, most) in Rules)
                {
                    for (var i = most; i < all.Count; i++)
                    {
                        Assert.True(all[i] - all[i - most] >= window, $"{most + 1} calls within {window}");
                    }
                }
            },
            iter: 40);
    }

    [Fact]
    public void Next_OfAHastyCaller_IsNeverLaterThanARuleDemands()
    {
        Gen.Int[0, 30].Array[1, 200].Sample(waits =>
        {
            var (now, calls) = (Start, new List<DateTimeOffset>());
            foreach (var wait in waits)
            {
                now = now.AddSeconds(wait);
                var next = PoliceFeedLimits.Next(calls, now);
                Assert.True(
                    next == now || Rules.Any(r => calls.Count >= r.Most && calls[^r.Most] + r.Window == next));
                calls.Add(now = next);
            }
        });
    }

    [Fact]
    public void Kept_AfterADay_HoldsNothing() =>
        Assert.Empty(PoliceFeedLimits.Kept([Start], Start + PoliceFeedLimits.Longest));
}
