using CsCheck;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Agreements;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class HoldTests
{
    private static readonly DateTimeOffset[] Around =
    [
        // The days on which the clock changes, the turn of a year, and an ordinary one.
        new(2024, 3, 31, 0, 0, 0, TimeSpan.Zero), new(2024, 10, 27, 0, 0, 0, TimeSpan.Zero),
        new(2024, 12, 31, 12, 0, 0, TimeSpan.Zero), new(2024, 5, 15, 12, 0, 0, TimeSpan.Zero),
    ];

    private static readonly Gen<Hold> GenHold =
        from delay in Gen.OneOf(
            Gen.Const(0L), Gen.Long[0, 3 * 24 * 3600L].Select(s => s * 1_000_000), Gen.Long[0, 90L * 24 * 3600].Select(s => s * 1_000_000))
        from period in Gen.Int[(int)TimeGranularity.Minute, (int)TimeGranularity.Week]
        select new Hold(TimeSpan.FromMicroseconds(delay), (TimeGranularity)period);

    // Whole microseconds, as the journal has them; now and then on an hour sharp.
    private static readonly Gen<DateTimeOffset> GenInstant =
        from around in Gen.Int[0, Around.Length - 1]
        from micros in Gen.OneOf(
            Gen.Long[-10L * 24 * 3600 * 1_000_000, 10L * 24 * 3600 * 1_000_000],
            Gen.Long[-10L * 24, 10L * 24].Select(h => h * 3600 * 1_000_000),
            Gen.Long[-10L * 24, 10L * 24].Select(h => (h * 3600 * 1_000_000) - 1))
        select Around[around].AddMicroseconds(micros);

    [Fact]
    public void VisibleFrom_OfALaterReceipt_IsNeverEarlier() =>
        Gen.Select(GenHold, GenInstant, GenInstant).Sample(
            (hold, one, other) =>
            {
                var (earlier, later) = one <= other ? (one, other) : (other, one);
                Assert.True(hold.VisibleFrom(earlier) <= hold.VisibleFrom(later));
                Assert.True(hold.VisibleFrom(one) >= one + hold.Delay);
            },
            iter: 20_000);

    [Fact]
    public void LatestReceiptShownAt_OfAnyInstant_IsTheExactInverse() =>
        Gen.Select(GenHold, GenInstant, GenInstant).Sample(
            (hold, received, at) =>
            {
                Assert.Equal(hold.VisibleFrom(received) <= at, received <= hold.LatestReceiptShownAt(at));

                // At its own edges, where random instants seldom are.
                var from = hold.VisibleFrom(received);
                Assert.True(received <= hold.LatestReceiptShownAt(from));
                Assert.False(received <= hold.LatestReceiptShownAt(from.AddMicroseconds(-1)));
                var last = hold.LatestReceiptShownAt(at);
                Assert.True(hold.VisibleFrom(last) <= at);
                Assert.False(hold.VisibleFrom(last.AddMicroseconds(1)) <= at);
            },
            iter: 20_000);

    [Fact]
    public void Periods_OneAfterTheOther_LeaveNoGapAndDoNotOverlap() =>
        Gen.Select(Gen.Int[(int)TimeGranularity.PartOfDay, (int)TimeGranularity.Week].Select(p => (TimeGranularity)p), GenInstant).Sample(
            (period, at) =>
            {
                var (start, end) = (TimePeriods.StartOf(period, at), TimePeriods.EndOf(period, at));
                Assert.True(start <= at && at < end);
                Assert.Equal(start, TimePeriods.StartOf(period, start));
                Assert.Equal(start, TimePeriods.StartOf(period, end.AddMicroseconds(-1)));
                Assert.Equal(end, TimePeriods.StartOf(period, end));
            },
            iter: 10_000);

    // By Swedish clocks: 23 hours in March, 25 in October; a part of a day is over at 00, 06, 12 or 18.
    [Theory]
    [InlineData(TimeGranularity.Minute, 0, "2024-05-15T12:34:56Z", "2024-05-15T12:34:56Z")]
    [InlineData(TimeGranularity.PartOfDay, 0, "2024-05-15T03:59:59Z", "2024-05-15T04:00:00Z")]
    [InlineData(TimeGranularity.PartOfDay, 0, "2024-05-15T04:00:00Z", "2024-05-15T10:00:00Z")]
    [InlineData(TimeGranularity.PartOfDay, 0, "2024-03-31T00:30:00Z", "2024-03-31T04:00:00Z")]
    [InlineData(TimeGranularity.Day, 0, "2024-05-14T22:00:00Z", "2024-05-15T22:00:00Z")]
    [InlineData(TimeGranularity.Day, 0, "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z")]
    [InlineData(TimeGranularity.Day, 0, "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z")]
    [InlineData(TimeGranularity.Week, 0, "2024-05-15T12:00:00Z", "2024-05-19T22:00:00Z")]
    [InlineData(TimeGranularity.Day, 1, "2024-05-15T12:00:00Z", "2024-05-15T22:00:00Z")]
    [InlineData(TimeGranularity.Day, 24, "2024-05-15T12:00:00Z", "2024-05-16T12:00:00Z")]
    public void VisibleFrom_OfAPeriodAndADelay_IsWhenBothAreOver(TimeGranularity period, int delayHours, string received, string from) =>
        Assert.Equal(At(from), new Hold(TimeSpan.FromHours(delayHours), period).VisibleFrom(At(received)));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
