using CsCheck;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Retention;
using HoldScope = TrygghetHub.Server.Retention.HoldScope;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>What is due, by whole Swedish days from receipt, less what is held.</summary>
public sealed class DisposalPlanTests
{
    private static readonly PartnerId Sender = new("polisen");
    private static readonly AreaChain Bro = new("01", "0139", "0139-bro", null);

    [Fact]
    public void Plan_WithoutADecision_IsNone()
    {
        Assert.Null(Plan(RetentionBook.Empty, Noon(2126, 1, 1)));
        // Another's decision, and one about another class, are none either.
        Assert.Null(Plan(RetentionBook.Empty.With(Decision(1, new PartnerId("bostad"))), Noon(2126, 1, 1)));
        Assert.Null(Plan(RetentionBook.Empty.With(Decision(1, null, RetentionClass.AccessLog)), Noon(2126, 1, 1)));
    }

    [Fact]
    public void Plan_OfADecisionToPreserve_IsNone() =>
        Assert.Null(Plan(RetentionBook.Empty.With(Decision(1)).With(Decision(0)), Noon(2126, 1, 1)));

    [Fact]
    public void Plan_OfALaterDecision_TakesThePlaceOfTheEarlier()
    {
        var plan = Plan(RetentionBook.Empty.With(Decision(1)).With(Decision(30)), Noon(2026, 3, 31))!;

        Assert.Equal(new DateOnly(2026, 2, 28), plan.LastDay);
    }

    /// <summary>The day of receipt does not count, nor the day on which it goes: a day's contents are kept for whole days.</summary>
    [Theory]
    // An ordinary day.
    [InlineData("2026-01-10T22:59:59.999999Z", "2026-01-10")]
    [InlineData("2026-01-10T23:00:00Z", "2026-01-11")]
    // The clocks go forward on 2026-03-29: that day begins at 23:00Z and ends at 22:00Z.
    [InlineData("2026-03-28T22:59:59.999999Z", "2026-03-28")]
    [InlineData("2026-03-28T23:00:00Z", "2026-03-29")]
    [InlineData("2026-03-29T21:59:59.999999Z", "2026-03-29")]
    [InlineData("2026-03-29T22:00:00Z", "2026-03-30")]
    // And back on 2026-10-25: that day begins at 22:00Z and ends at 23:00Z.
    [InlineData("2026-10-24T21:59:59.999999Z", "2026-10-24")]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25")]
    [InlineData("2026-10-25T22:59:59.999999Z", "2026-10-25")]
    [InlineData("2026-10-25T23:00:00Z", "2026-10-26")]
    public void Content_ReceivedOnADay_IsDueTheDayAfterItsLast(string received, string day)
    {
        var at = DateTimeOffset.Parse(received, System.Globalization.CultureInfo.InvariantCulture);
        var book = RetentionBook.Empty.With(Decision(7));
        var due = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).AddDays(8);

        Assert.False(Plan(book, SwedishTime.StartOf(due).AddMicroseconds(-1))!.IsDue(at));
        Assert.True(Plan(book, SwedishTime.StartOf(due))!.IsDue(at));
    }

    [Theory]
    [InlineData("0139-bro", "", true)]
    [InlineData("0139", "", true)]
    [InlineData("0139-brunna", "", false)]
    // It may lie there: it is known by its district alone.
    [InlineData("0139-bro-exempeltorget", "", true)]
    [InlineData("", "graffiti", true)]
    [InlineData("", "littering", false)]
    [InlineData("0139-bro", "littering", false)]
    public void Hold_ByAreaAndCategory_KeepsWhatFitsBoth(string area, string category, bool kept)
    {
        AreaBook.LoadEmbedded().TryResolve(area, out var chain);
        var book = RetentionBook.Empty.With(Decision(1)).With(Hold(new HoldScope(area, chain, category, null, null)));

        Assert.Equal(kept, Plan(book, Noon(2026, 2, 1))!.HoldsOn([Revision(Noon(2026, 1, 1))]).Any());
    }

    [Fact]
    public void Hold_OnOneRevision_KeepsTheWholeReport()
    {
        var scope = new HoldScope("", default, "littering", null, null);
        var plan = Plan(RetentionBook.Empty.With(Decision(1)).With(Hold(scope)), Noon(2026, 2, 1))!;
        var first = Revision(Noon(2026, 1, 1));

        Assert.NotEmpty(plan.HoldsOn([first, first with { Seq = 2, Category = "littering" }]));
        Assert.Empty(plan.HoldsOn([first]));
    }

    [Fact]
    public void Hold_OfAnotherPartnerOrLifted_KeepsNothing()
    {
        var all = new HoldScope("", default, "", null, null);
        var others = Hold(all) with { Partner = new PartnerId("bostad") };
        var lifted = Hold(all) with
        {
            Id = Guid.CreateVersion7(Noon(2026, 1, 1)),
            Lifting = new HoldLifting(Noon(2026, 1, 1), "KS2026/2", "urn"),
        };

        Assert.False(Plan(RetentionBook.Empty.With(Decision(1)).With(others).With(lifted), Noon(2026, 2, 1))!.HasHolds);
    }

    /// <summary>Against a model that counts day by day on the wall clock and tries each hold on each revision.</summary>
    [Fact]
    public void Plan_OfAnything_IsThatOfTheNaiveModel()
    {
        var instant = Gen.Long[0, 730L * 24 * 3600].Select(s => Noon(2026, 1, 1).AddSeconds(s));
        var scope = Gen.Select(
            OneOf("", "0139", "0139-bro", "0139-brunna"), OneOf("", "graffiti", "littering"),
            Gen.Select(Gen.Bool, instant), Gen.Select(Gen.Bool, instant),
            (area, category, from, to) =>
            {
                AreaBook.LoadEmbedded().TryResolve(area, out var chain);
                return new HoldScope(area, chain, category, from.Item1 ? from.Item2 : null, to.Item1 ? to.Item2 : null);
            });
        var revision = Gen.Select(instant, OneOf("graffiti", "littering"), OneOf("0139-bro", "0139-brunna", ""),
            (at, category, district) => new ReceivedRevision(
                1, Guid.Empty, at, new AreaChain("01", "0139", district.Length > 0 ? district : null, null), category));
        Gen.Select(Gen.Int[0, 400], scope.Array[0, 3], revision.Array[1, 3], instant).Sample((days, scopes, revisions, now) =>
        {
            var book = RetentionBook.Empty.With(Decision(days));
            foreach (var held in scopes)
            {
                book = book.With(Hold(held) with { Id = Guid.CreateVersion7(Noon(2026, 1, 1)) });
            }

            var plan = Plan(book, now);
            foreach (var one in revisions)
            {
                var goes = plan is not null && plan.IsDue(one.ReceivedAt) && !plan.HoldsOn(revisions).Any();
                Assert.Equal(Naive(days, scopes, revisions, one, now), goes);
            }
        });

        static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

        static bool Naive(
            int days, HoldScope[] scopes, ReceivedRevision[] revisions, ReceivedRevision one, DateTimeOffset now)
        {
            // Preserved.
            if (days == 0)
            {
                return false;
            }

            var day = TimeZoneInfo.ConvertTime(one.ReceivedAt, SwedishTime.Zone).Date;
            for (var kept = 0; kept <= days; kept++)
            {
                day = day.AddDays(1);
            }

            return TimeZoneInfo.ConvertTime(now, SwedishTime.Zone).Date >= day
                && !scopes.Any(s => revisions.Any(r =>
                    (s.Area is "" or "0139" || r.Area.District is null || r.Area.District == s.Area)
                    && (s.Category is "" || s.Category == r.Category)
                    && (s.ReceivedFrom is null || s.ReceivedFrom <= r.ReceivedAt)
                    && (s.ReceivedTo is null || s.ReceivedTo > r.ReceivedAt)));
        }
    }

    /// <summary>No day is gone through twice, and none that has to be is left out.</summary>
    [Fact]
    public void Stretches_OfTheJournal_HoldEachDayOnce() => Gen.Select(
        Gen.Int[100, 160], Gen.Select(Gen.Bool, Gen.Int[100, 160]), Gen.Int[95, 165].Array[0, 12]).Sample((last, swept, left) =>
        {
            DateOnly? done = swept.Item1 ? DateOnly.FromDayNumber(swept.Item2) : null;
            var lastDay = DateOnly.FromDayNumber(last);
            var days = left.Select(DateOnly.FromDayNumber).ToList();
            var wanted = Enumerable.Range(0, last + 1).Select(DateOnly.FromDayNumber)
                .Where(d => done is null || d > done || days.Contains(d));

            Assert.Equal(wanted, DueEntries.Stretches(lastDay, done, days).SelectMany(s =>
                Enumerable.Range(s.First.DayNumber, s.Last.DayNumber - s.First.DayNumber + 1).Select(DateOnly.FromDayNumber)));
        });

    private static DisposalPlan? Plan(RetentionBook book, DateTimeOffset at) =>
        DisposalPlan.Of(book, RetentionClass.Report, Sender, at);

    private static Server.Retention.RetentionDecision Decision(
        int days, PartnerId? partner = null, RetentionClass @class = RetentionClass.Report) => new(
            1, Noon(2026, 1, 1), Guid.Empty, @class, @class == RetentionClass.Report ? partner ?? Sender : null, days, "KS2026/1",
            "urn:trygghet:partner:polisen");

    private static Server.Retention.LegalHold Hold(HoldScope scope) => new(
        2, Noon(2026, 1, 1), Guid.Empty, Sender, scope, "KS2026/2", "A reason.", "urn:trygghet:partner:polisen", Lifting: null);

    private static ReceivedRevision Revision(DateTimeOffset at) => new(1, Guid.Empty, at, Bro, "graffiti");

    private static DateTimeOffset Noon(int year, int month, int day) => new(year, month, day, 12, 0, 0, TimeSpan.Zero);
}
