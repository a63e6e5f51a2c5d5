using System.Collections.Immutable;
using CsCheck;
using TrygghetHub.Server.Platform.Tokens;

namespace TrygghetHub.Server.Tests.Platform.Tokens;

public sealed class SigningPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // A hub lives: it is looked after every hour, and stands still now and then.
    private static readonly Gen<(int Days, TimeSpan[] Waits)> Lives = Gen.Select(
        Gen.Int[1, 20],
        Gen.Frequency(
            (20, Gen.Int[50, 70].Select(m => TimeSpan.FromMinutes(m))),
            (1, Gen.Int[1, 60].Select(d => TimeSpan.FromDays(d)))).Array[1, 800]);

    [Fact]
    public void Key_AtEveryInstant_WasPublishedADayBeforeItSigns() => Lives.Sample(life =>
    {
        foreach (var (at, ring, _) in Live(life.Days, life.Waits))
        {
            var signing = SigningPlan.Signing(ring, at);
            Assert.True(signing.SignsFrom <= at);
            Assert.True(signing.Id == "0" || at - signing.PublishedAt >= TimeSpan.FromDays(1));
            Assert.Single(ring, k => k == signing);
        }
    });

    [Fact]
    public void Key_OfATokenThatStillHolds_IsPublished() => Lives.Sample(life =>
    {
        // The longest life that a token may have, and the longest that a check is lenient.
        var longest = TimeSpan.FromMinutes(60) + AccessTokens.ClockSkew;
        var tokens = new List<(DateTimeOffset Until, string Key)>();
        foreach (var (at, ring, _) in Live(life.Days, life.Waits))
        {
            tokens.RemoveAll(t => t.Until <= at);
            Assert.All(tokens, t => Assert.Contains(ring, k => k.Id == t.Key));
            tokens.Add((at + longest, SigningPlan.Signing(ring, at).Id));
        }
    });

    [Fact]
    public void Key_OfAHubThatIsLookedAfter_SignsForItsTimeAndGoes() => Gen.Int[2, 20].Sample(days =>
    {
        var waits = Enumerable.Repeat(TimeSpan.FromHours(1), 24 * days * 4).ToArray();
        var ring = Live(days, waits).Last().Ring;

        // At most the one before, the one that signs and the next; each changed on the day.
        Assert.InRange(ring.Length, 1, 3);
        Assert.All(ring, k => Assert.Equal(TimeSpan.Zero, TimeSpan.FromTicks((k.SignsFrom - Start).Ticks % TimeSpan.FromDays(days).Ticks)));
    });

    [Fact]
    public void Key_AtTheFirstStart_SignsAtOnce()
    {
        var due = SigningPlan.Due([], Start, TimeSpan.FromDays(30), "first");

        Assert.Equal(new KeyDates("first", Start, Start), due);
        Assert.Null(SigningPlan.Due([due!], Start.AddDays(28), TimeSpan.FromDays(30), "next"));
    }

    [Fact]
    public void Key_WhenTheClockIsSetBack_StillSigns()
    {
        ImmutableArray<KeyDates> ring = [new("a", Start, Start), new("b", Start.AddDays(1), Start.AddDays(2))];

        Assert.Equal("a", SigningPlan.Signing(ring, Start.AddDays(-5)).Id);
        Assert.False(SigningPlan.IsOver(ring, ring[0], Start.AddDays(2).AddMinutes(64)));
        Assert.True(SigningPlan.IsOver(ring, ring[0], Start.AddDays(2).AddMinutes(65)));
        Assert.False(SigningPlan.IsOver(ring, ring[1], Start.AddDays(900)));
    }

    // As SigningKeys rotates: what is over goes, what is due comes. Yields each instant before and after.
    private static IEnumerable<(DateTimeOffset At, ImmutableArray<KeyDates> Ring, int Made)> Live(int days, TimeSpan[] waits)
    {
        var at = Start;
        var made = 0;
        var ring = ImmutableArray<KeyDates>.Empty;
        foreach (var wait in waits.Prepend(TimeSpan.Zero))
        {
            at += wait;
            if (!ring.IsEmpty)
            {
                yield return (at, ring, made);
            }

            ring = [.. ring.Where(k => !SigningPlan.IsOver(ring, k, at))];
            if (SigningPlan.Due(ring, at, TimeSpan.FromDays(days), made.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } due)
            {
                ring = ring.Add(due);
                made++;
            }

            yield return (at, ring, made);
        }
    }
}
