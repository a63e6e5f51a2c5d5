using System.Globalization;
using CsCheck;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Tests.Platform.Calendar;

public class SwedishTimeTests
{
    [Theory]
    [InlineData("2026-01-15T12:00:00", "2026-01-15T11:00:00Z")]
    [InlineData("2026-07-15T12:00:00", "2026-07-15T10:00:00Z")]
    [InlineData("2026-03-29T01:59:59", "2026-03-29T00:59:59Z")]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:30:00Z")] // skipped: read as 03:30
    [InlineData("2026-03-29T03:00:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T01:59:59", "2026-10-24T23:59:59Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00Z")] // shown twice: the first
    [InlineData("2026-10-25T03:00:00", "2026-10-25T02:00:00Z")]
    public void ToUtc_WallClock_IsTheInstant(string local, string utc)
    {
        var instant = SwedishTime.ToUtc(DateTime.Parse(local, CultureInfo.InvariantCulture));
        Assert.Equal(At(utc), instant);
        Assert.Equal(TimeSpan.Zero, instant.Offset);
    }

    [Theory]
    [InlineData(DateTimeKind.Utc)]
    [InlineData(DateTimeKind.Local)]
    public void ToUtc_KindOtherThanUnspecified_Throws(DateTimeKind kind) =>
        Assert.Throws<ArgumentException>(() => SwedishTime.ToUtc(new DateTime(2026, 1, 1, 0, 0, 0, kind)));

    [Theory]
    [InlineData("2026-01-15T11:00:00Z", "2026-01-15T12:00:00+01:00")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00")]
    public void ToLocal_Instant_CarriesTheOffsetOfSweden(string utc, string local)
    {
        var shown = SwedishTime.ToLocal(At(utc));
        Assert.Equal(At(local), shown);
        Assert.Equal(At(local).Offset, shown.Offset);
    }

    [Theory]
    [InlineData("2026-03-29T01:59:00", "2026-03-29T00:59:00Z")]
    [InlineData("2026-03-29T02:00:00", "2026-03-29T01:00:00Z")] // skipped: the end of the skip
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-29T03:00:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00Z")] // shown twice: the first
    public void FirstAt_WallClock_IsWhenItFirstShowsThatOrMore(string local, string utc) =>
        Assert.Equal(At(utc), SwedishTime.FirstAt(DateTime.Parse(local, CultureInfo.InvariantCulture)));

    [Fact]
    public void FirstAt_ALaterWallClock_IsNeverEarlier() =>
        Gen.Select(Gen.DateTime[new DateTime(2000, 1, 3), new DateTime(2100, 12, 31)], Gen.Int[0, 300]).Sample((local, minutes) =>
        {
            var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
            return SwedishTime.FirstAt(unspecified) <= SwedishTime.FirstAt(unspecified.AddMinutes(minutes));
        });

    [Fact]
    public void ToUtc_AnyInstantShownLocally_ComesBackOrIsTheFirstOfTwo() =>
        Gen.DateTime[new DateTime(2000, 1, 3), new DateTime(2100, 12, 31)].Sample(utc =>
        {
            var instant = new DateTimeOffset(utc.Ticks, TimeSpan.Zero);
            var back = SwedishTime.ToUtc(SwedishTime.ToLocal(instant).DateTime);
            return back == instant || back == instant.AddHours(-1);
        });

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
