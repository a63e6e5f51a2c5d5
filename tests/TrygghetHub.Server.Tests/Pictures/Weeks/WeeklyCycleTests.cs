using System.Globalization;
using CsCheck;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Tests.Pictures.Weeks;

public sealed class WeeklyCycleTests
{
    private static readonly string[] Days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

    [Theory]
    [InlineData("")]
    [InlineData("TIS 08:00")]
    [InlineData("tue 08:00")]
    [InlineData("TUE 8:00")]
    [InlineData("TUE 24:00")]
    [InlineData("TUE 08:60")]
    [InlineData("TUE  8:00")]
    [InlineData("TUE 08:00 ")]
    public void Step_OfAnotherForm_IsNotRead(string text) => Assert.False(WeeklyStep.TryParse(text, out _));

    [Theory]
    [InlineData("{ \"139\": {} }", "cycles.139:")]
    [InlineData("{ \"013x\": {} }", "cycles.013x:")]
    [InlineData("{ \"0139\": { \"freeze\": \"TIS 08:00\" } }", "cycles.0139.freeze is \"TIS 08:00\"")]
    [InlineData("{ \"0139\": { \"softDeadline\": \"MON 06:00\" } }", "later in the week than cycles.0139.preliminary")]
    [InlineData("{ \"0139\": { \"freeze\": \"MON 07:00\" } }", "later in the week than cycles.0139.softDeadline, which is MON 15:00")]
    [InlineData("{ \"0139\": { \"freeze\": \"WED 08:00\" } }", "cycles.0139.compile is TUE 08:05")]
    [InlineData("{ \"0139\": { \"meeting\": \"TUE 08:05\" } }", "cycles.0139.meeting")]
    [InlineData("{ \"0139\": { \"fredag\": \"TUE 08:05\" } }", "fredag is no setting")]
    [InlineData("{ \"0139\": null }", "cycles")]
    public void Settings_OfACycle_ThatCannotBe_AreRefusedByName(string cycles, string expected)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(cycles));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfAStep_KeepTheDefaultOfTheOthers()
    {
        var cycles = new WeeklyCycles(Read("{ \"0139\": { \"meeting\": \"THU 13:00\" } }").Cycles);

        Assert.Equal(WeeklyCycle.Default, cycles.Of("0140"));
        Assert.Equal((WeeklyCycles.DefaultName, "0139"), (cycles.NameOf("0140"), cycles.NameOf("0139")));
        Assert.Equal("THU 13:00", cycles.Of("0139").Meeting.ToString());
        Assert.Equal(WeeklyCycle.Default with { Meeting = cycles.Of("0139").Meeting }, cycles.Of("0139"));
        Assert.Equal([WeeklyCycles.DefaultName, "0139"], cycles.Named.Select(c => c.Key));
    }

    [Theory]
    [InlineData(2026, 46, "2026-11-17T07:00:00Z")]
    [InlineData(2026, 30, "2026-07-28T06:00:00Z")]
    [InlineData(2026, 12, "2026-03-24T07:00:00Z")] // the week before the March night
    [InlineData(2026, 13, "2026-03-31T06:00:00Z")] // the week of it
    [InlineData(2026, 43, "2026-10-27T07:00:00Z")] // the week of the October night
    [InlineData(2026, 51, "2026-12-22T07:00:00Z")]
    [InlineData(2026, 53, "2027-01-05T07:00:00Z")] // no working day, and still the freeze
    [InlineData(2024, 43, "2024-10-29T07:00:00Z")]
    public void Freeze_OfAWeek_IsTheTuesdayAfterAtEight(int year, int week, string freeze) =>
        Assert.Equal(At(freeze), WeeklyCycle.Default.FreezeOf(new IsoWeek(year, week)));

    [Fact]
    public void Steps_OfTheDefaultCycle_AreThoseOfTheWeekAfter()
    {
        var week = new IsoWeek(2026, 46);
        var cycle = WeeklyCycle.Default;

        Assert.Equal(
            [
                "2026-11-16 06:00", "2026-11-16 15:00", "2026-11-17 08:00", "2026-11-17 08:05", "2026-11-18 09:00",
            ],
            new[] { cycle.Preliminary.Of(week), cycle.SoftDeadlineOf(week), cycle.FreezeOf(week), cycle.Compile.Of(week), cycle.MeetingOf(week) }
                .Select(t => SwedishTime.ToLocal(t).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("WED 09:00", 2026, 52, "2026-12-30 09:00")]
    [InlineData("WED 09:00", 2026, 53, "2027-01-07 09:00")] // Epiphany is a Wednesday
    [InlineData("FRI 13:30", 2026, 13, "2026-04-07 13:30")] // Good Friday: over the weekend and Easter Monday
    [InlineData("FRI 09:00", 2026, 24, "2026-06-22 09:00")] // Midsummer Eve
    [InlineData("THU 09:00", 2026, 51, "2026-12-28 09:00")] // Christmas Eve, Day, Boxing Day, Sunday
    [InlineData("THU 09:00", 2025, 52, "2026-01-02 09:00")] // New Year's Day
    [InlineData("SAT 10:00", 2026, 46, "2026-11-21 10:00")] // a group that meets on Saturdays
    [InlineData("SAT 10:00", 2026, 43, "2026-11-02 10:00")] // All Saints' Day
    public void Meeting_OnAHoliday_IsTheNextWorkingDayAtTheSameTime(string meeting, int year, int week, string expected)
    {
        Assert.True(WeeklyStep.TryParse(meeting, out var step));
        var at = (WeeklyCycle.Default with { Meeting = step }).MeetingOf(new IsoWeek(year, week));
        Assert.Equal(expected, SwedishTime.ToLocal(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2026-11-17T06:59:59Z", 45)]
    [InlineData("2026-11-17T07:00:00Z", 46)]
    [InlineData("2026-11-22T22:59:59Z", 46)]
    [InlineData("2026-11-23T01:00:00Z", 46)]
    [InlineData("2026-11-24T07:00:00Z", 47)]
    public void LastFrozenWeek_OfAnInstant_IsTheLastWhoseFreezeHasCome(string instant, int week) =>
        Assert.Equal(new IsoWeek(2026, week), WeeklyCycle.Default.LastFrozenAt(At(instant)));

    /// <summary>Whatever the steps are, also on the nights of the clock: in their order, after the week, before the week after next.</summary>
    [Fact]
    public void Steps_OfAnyCycleThatIsTaken_ComeInTheirOrderAfterTheirWeek() =>
        Gen.Select(Gen.Int[0, (7 * 24 * 60) - 1].Array[4].Where(m => m.Distinct().Count() == 4), Gen.Int[0, 5000]).Sample((minutes, offset) =>
        {
            Array.Sort(minutes);
            var steps = Array.ConvertAll(minutes, Text);
            var settings = new CycleSettings
            {
                Preliminary = steps[0],
                SoftDeadline = steps[1],
                Freeze = steps[2],
                Compile = steps[3],
                Meeting = "SUN 23:59",
            };
            if (steps[3] == settings.Meeting)
            {
                return;
            }

            settings.Check("cycles.0139");
            var cycle = WeeklyCycle.Of(settings);
            var week = new IsoWeek(2001, 1).Plus(offset);
            var times = new[] { cycle.Preliminary.Of(week), cycle.SoftDeadlineOf(week), cycle.FreezeOf(week), cycle.Compile.Of(week) };
            Assert.Equal(times.Order(), times);
            Assert.True(times[0] >= week.End && times[^1] < week.Plus(1).End);
            Assert.Equal(week, cycle.LastFrozenAt(cycle.FreezeOf(week)));
            Assert.Equal(week.Plus(-1), cycle.LastFrozenAt(cycle.FreezeOf(week).AddTicks(-1)));
        });

    private static string Text(int minute) => string.Create(
        CultureInfo.InvariantCulture, $"{Days[minute / 1440]} {minute % 1440 / 60:00}:{minute % 60:00}");

    private static HubSettings Read(string cycles)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{{ \"cycles\": {cycles} }}");
            return HubSettings.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
