using System.Globalization;
using CsCheck;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Tests.Platform.Calendar;

public class IsoWeekTests
{
    private static readonly DateTimeOffset first = new IsoWeek(IsoWeek.FirstYear, 1).Start;
    private static readonly DateTimeOffset last = new IsoWeek(IsoWeek.LastYear, IsoWeek.WeeksIn(IsoWeek.LastYear)).End;

    private static readonly Gen<DateTimeOffset> instants =
        Gen.Long[first.UtcTicks, last.UtcTicks - 1].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    // Within two hours of a Monday 00:00, where a wrong hour of summer time would show.
    private static readonly Gen<DateTimeOffset> instantsNearMidnight =
        Gen.Select(instants, Gen.Long[-2 * TimeSpan.TicksPerHour, 2 * TimeSpan.TicksPerHour])
            .Select((instant, ticks) => IsoWeek.Of(instant).Start.AddTicks(ticks));

    private static readonly Gen<IsoWeek> weeks = instants.Select(IsoWeek.Of);

    [Theory]
    [InlineData("2027-01-03T12:00:00+01:00", "2026-W53")]
    [InlineData("2024-12-30T12:00:00+01:00", "2025-W01")]
    [InlineData("2024-12-29T23:59:59+01:00", "2024-W52")]
    [InlineData("2024-12-29T23:00:00Z", "2025-W01")]
    [InlineData("2024-12-29T22:59:59Z", "2024-W52")]
    [InlineData("2021-01-03T22:59:59Z", "2020-W53")]
    [InlineData("2021-01-03T23:00:00Z", "2021-W01")]
    [InlineData("2016-01-01T00:00:00+01:00", "2015-W53")]
    [InlineData("2000-01-03T00:00:00+01:00", "2000-W01")]
    [InlineData("2000-01-02T23:59:59+01:00", "1999-W52")]
    [InlineData("2101-01-02T23:59:59+01:00", "2100-W52")]
    [InlineData("2101-01-03T00:00:00+01:00", "2101-W01")]
    [InlineData("1970-01-01T00:00:00Z", "1970-W01")]
    public void Of_InstantNearAYearsEnd_IsTheWeekOfTheSwedishCalendar(string instant, string week) =>
        Assert.Equal(week, IsoWeek.Of(At(instant)).ToString());

    [Theory]
    // The March night: Monday 00:00 is 23:00Z before it, 22:00Z after it.
    [InlineData("2026-03-22T22:59:59.9999999Z", "2026-W12")]
    [InlineData("2026-03-22T23:00:00Z", "2026-W13")]
    [InlineData("2026-03-29T00:59:59Z", "2026-W13")]
    [InlineData("2026-03-29T01:00:00Z", "2026-W13")]
    [InlineData("2026-03-29T21:59:59.9999999Z", "2026-W13")]
    [InlineData("2026-03-29T22:00:00Z", "2026-W14")]
    // The October night: the other way round.
    [InlineData("2026-10-18T21:59:59.9999999Z", "2026-W42")]
    [InlineData("2026-10-18T22:00:00Z", "2026-W43")]
    [InlineData("2026-10-25T00:30:00Z", "2026-W43")]
    [InlineData("2026-10-25T01:30:00Z", "2026-W43")]
    [InlineData("2026-10-25T22:59:59.9999999Z", "2026-W43")]
    [InlineData("2026-10-25T23:00:00Z", "2026-W44")]
    public void Of_InstantNearAChangeOfTheClock_IsTheWeekOfTheSwedishCalendar(string instant, string week) =>
        Assert.Equal(week, IsoWeek.Of(At(instant)).ToString());

    [Theory]
    [InlineData(2026, 13, "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", 167)]
    [InlineData(2026, 43, "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z", 169)]
    [InlineData(2026, 53, "2026-12-27T23:00:00Z", "2027-01-03T23:00:00Z", 168)]
    [InlineData(2025, 1, "2024-12-29T23:00:00Z", "2025-01-05T23:00:00Z", 168)]
    [InlineData(2024, 20, "2024-05-12T22:00:00Z", "2024-05-19T22:00:00Z", 168)]
    public void StartAndEnd_KnownWeek_AreLocalMondaysInUtc(int year, int week, string start, string end, int hours)
    {
        var known = new IsoWeek(year, week);
        Assert.Equal(At(start), known.Start);
        Assert.Equal(At(end), known.End);
        Assert.Equal(TimeSpan.Zero, known.Start.Offset);
        Assert.Equal(TimeSpan.Zero, known.End.Offset);
        Assert.Equal(TimeSpan.FromHours(hours), known.End - known.Start);
    }

    [Theory]
    [InlineData(2000, 52)]
    [InlineData(2004, 53)]
    [InlineData(2009, 53)]
    [InlineData(2015, 53)]
    [InlineData(2020, 53)]
    [InlineData(2024, 52)]
    [InlineData(2025, 52)]
    [InlineData(2026, 53)]
    [InlineData(2027, 52)]
    [InlineData(2100, 52)]
    public void WeeksIn_KnownYear_IsTheCalendars(int year, int weeksInYear) =>
        Assert.Equal(weeksInYear, IsoWeek.WeeksIn(year));

    [Theory]
    [InlineData("2026-11-14T22:00:00+01:00", "2026-11-16T01:00:00+01:00", "2026-W46")] // most before midnight
    [InlineData("2026-11-15T22:00:00+01:00", "2026-11-16T03:00:00+01:00", "2026-W47")] // most after
    [InlineData("2026-11-15T22:00:00+01:00", "2026-11-16T02:00:00+01:00", "2026-W46")] // a tie
    [InlineData("2026-11-15T22:00:00+01:00", "2026-11-16T00:00:00+01:00", "2026-W46")] // ends at midnight
    [InlineData("2026-11-16T00:00:00+01:00", "2026-11-16T00:00:00+01:00", "2026-W47")] // an instant at midnight
    [InlineData("2026-11-15T23:59:59+01:00", "2026-11-15T23:59:59+01:00", "2026-W46")] // an instant before
    [InlineData("2026-11-15T12:00:00+01:00", "2026-12-03T12:00:00+01:00", "2026-W47")] // two whole weeks: a tie
    [InlineData("2027-01-03T22:00:00+01:00", "2027-01-04T02:00:00+01:00", "2026-W53")] // a tie over a year's end
    [InlineData("2026-10-12T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-W43")] // 168 h and 169 h
    [InlineData("2026-03-23T00:00:00+01:00", "2026-04-06T00:00:00+02:00", "2026-W14")] // 167 h and 168 h
    public void OfInterval_OverMidnight_IsTheWeekThatHoldsMost(string from, string to, string week) =>
        Assert.Equal(week, IsoWeek.OfInterval(At(from), At(to)).ToString());

    [Fact]
    public void OfInterval_SundayBeforeTheMarchNight_CountsElapsedTimeNotTheClock()
    {
        // 00:00 to 24:00 on the wall of 29 March is 23 hours, so that 23 hours of Monday tie with it.
        var from = At("2026-03-29T00:00:00+01:00");
        Assert.Equal("2026-W13", IsoWeek.OfInterval(from, At("2026-03-30T23:00:00+02:00")).ToString());
        Assert.Equal("2026-W14", IsoWeek.OfInterval(from, At("2026-03-30T23:00:01+02:00")).ToString());
    }

    [Fact]
    public void OfInterval_EndsBeforeItBegins_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            IsoWeek.OfInterval(At("2026-11-16T00:00:00Z"), At("2026-11-15T00:00:00Z")));

    [Theory]
    [InlineData("2026-W53", 2026, 53)]
    [InlineData("2026-W01", 2026, 1)]
    [InlineData("2000-W01", 2000, 1)]
    [InlineData("2100-W52", 2100, 52)]
    public void TryParse_Week_IsRead(string text, int year, int week)
    {
        Assert.True(IsoWeek.TryParse(text, out var parsed));
        Assert.Equal(new IsoWeek(year, week), parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-W1")]
    [InlineData("2026-w53")]
    [InlineData("2026W53")]
    [InlineData("2026-W54")]
    [InlineData("2025-W53")]
    [InlineData("2026-W00")]
    [InlineData("1999-W52")]
    [InlineData("2101-W01")]
    [InlineData(" 2026-W5")]
    [InlineData("2026-W53 ")]
    [InlineData("2026-W+1")]
    [InlineData("-026-W01")]
    [InlineData("2026-W 1")]
    [InlineData("2026-W5\0")]
    [InlineData("2026\0W53")]
    [InlineData("٢٠٢٦-W01")]
    public void TryParse_NotAWeek_IsRefused(string? text)
    {
        Assert.False(IsoWeek.TryParse(text, out var week));
        Assert.Equal(default, week);
    }

    [Theory]
    [InlineData(2026, 53, true)]
    [InlineData(2025, 53, false)]
    [InlineData(2026, 0, false)]
    [InlineData(2026, -1, false)]
    [InlineData(1999, 52, false)]
    [InlineData(2101, 1, false)]
    [InlineData(int.MinValue, int.MaxValue, false)]
    public void IsValid_YearAndWeek_FollowsTheCalendarAndTheRange(int year, int week, bool valid) =>
        Assert.Equal(valid, IsoWeek.IsValid(year, week));

    [Theory]
    [InlineData(0)]
    [InlineData(-202601)]
    [InlineData(202600)]
    [InlineData(202553)]
    [InlineData(int.MaxValue)]
    public void FromKey_NoWeek_Throws(int key) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IsoWeek.FromKey(key));

    [Fact]
    public void Start_DefaultValue_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(IsoWeek).Start);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(IsoWeek).End);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(IsoWeek).Plus(1));
    }

    [Theory]
    [InlineData("2026-W52", 1, "2026-W53")]
    [InlineData("2026-W53", 1, "2027-W01")]
    [InlineData("2027-W01", -1, "2026-W53")]
    [InlineData("2026-W10", -52, "2025-W10")]
    [InlineData("2026-W10", 0, "2026-W10")]
    [InlineData("2000-W01", -1, "1999-W52")]
    [InlineData("2100-W52", 1, "2101-W01")]
    public void Plus_OverAYearsEnd_CountsWeeks(string week, int weeksLater, string expected)
    {
        Assert.True(IsoWeek.TryParse(week, out var parsed));
        Assert.Equal(expected, parsed.Plus(weeksLater).ToString());
    }

    [Fact]
    public void Weeks_From2000To2100_AreContiguousAndMatchTheSlowWay()
    {
        var week = new IsoWeek(2000, 1);
        var count = 0;
        for (; week.Year <= 2100; week = week.Plus(1), count++)
        {
            Assert.True(IsoWeek.IsValid(week.Year, week.Week));
            Assert.Equal(week.End, week.Plus(1).Start);
            Assert.True(week < week.Plus(1));
            Assert.Equal(week, IsoWeek.Of(week.Start));
            Assert.Equal(week, IsoWeek.Of(week.End.AddTicks(-1)));

            var local = SwedishTime.ToLocal(week.Start);
            Assert.Equal((DayOfWeek.Monday, TimeSpan.Zero), (local.DayOfWeek, local.TimeOfDay));
            Assert.Equal((week.Year, week.Week), (ISOWeek.GetYear(local.Date), ISOWeek.GetWeekOfYear(local.Date)));
        }

        Assert.Equal(Enumerable.Range(2000, 101).Sum(IsoWeek.WeeksIn), count);
    }

    [Fact]
    public void Of_AnyInstant_LiesFromStartToEnd() =>
        Gen.OneOf(instants, instantsNearMidnight).Sample(instant =>
        {
            var week = IsoWeek.Of(instant);
            return week.Start <= instant && instant < week.End;
        });

    [Fact]
    public void Of_AnyInstant_IsThatOfItsSwedishDate() =>
        Gen.OneOf(instants, instantsNearMidnight).Sample(instant =>
        {
            var date = SwedishTime.ToLocal(instant).Date;
            return IsoWeek.Of(instant) == new IsoWeek(ISOWeek.GetYear(date), ISOWeek.GetWeekOfYear(date));
        });

    [Fact]
    public void OfInterval_AnyInterval_HoldsNoLessThanAnyOtherWeekAndMoreThanEarlierOnes() =>
        Gen.Select(Gen.OneOf(instants, instantsNearMidnight), Gen.Long[0, 40 * TimeSpan.TicksPerDay]).Sample((from, ticks) =>
        {
            var to = from.AddTicks(ticks);
            var week = IsoWeek.OfInterval(from, to);
            if (week < IsoWeek.Of(from) || week > IsoWeek.Of(to))
            {
                return false;
            }

            for (var other = IsoWeek.Of(from); other <= IsoWeek.Of(to); other = other.Plus(1))
            {
                if (Held(other) > Held(week) || (other < week && Held(other) == Held(week)))
                {
                    return false;
                }
            }

            return true;

            long Held(IsoWeek one) => Math.Max(
                0, Math.Min(one.End.UtcTicks, to.UtcTicks) - Math.Max(one.Start.UtcTicks, from.UtcTicks));
        });

    [Fact]
    public void Key_AnyWeek_RoundTripsAndOrders() =>
        Gen.Select(weeks, weeks).Sample((one, other) =>
            IsoWeek.FromKey(one.Key) == one
            && IsoWeek.TryParse(one.ToString(), out var parsed) && parsed == one
            && one.CompareTo(other) == one.Start.CompareTo(other.Start)
            && one.Key.CompareTo(other.Key) == one.Start.CompareTo(other.Start));

    [Fact]
    public void Plus_AnyWeek_GoesBackTheSameWay() =>
        Gen.Select(weeks, Gen.Int[-6000, 6000]).Sample((week, count) => week.Plus(count).Plus(-count) == week);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
