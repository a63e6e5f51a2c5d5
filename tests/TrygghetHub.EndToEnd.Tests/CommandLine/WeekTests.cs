using TrygghetHub.Cli;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class WeekTests
{
    [Theory]
    [InlineData("2024-W20")]
    [InlineData("2026-W53")]
    [InlineData("2025-W01")]
    public void Parse_WeekThatExists_WritesBackTheSame(string text) => Assert.Equal(text, Week.Parse(text).ToString());

    [Fact]
    public void Parse_ASmallW_IsTheWeek() => Assert.Equal(new Week(2024, 20), Week.Parse("2024-w20"));

    [Theory]
    [InlineData("2024-20")]
    [InlineData("2024W20")]
    [InlineData("2024-W2")]
    [InlineData("2024-W020")]
    [InlineData(" 2024-W20")]
    [InlineData("2024-W20\n")]
    [InlineData("٢٠٢٤-W20")]
    [InlineData("")]
    [InlineData("2024-W00")]
    [InlineData("2025-W53")]
    [InlineData("1999-W20")]
    [InlineData("2101-W01")]
    public void Parse_AnythingElse_RefusesWithARemedy(string text) =>
        Assert.NotEmpty(Assert.Throws<UsageException>(() => Week.Parse(text)).Remedy);

    [Theory]
    [InlineData("2026-W13", "2026-03-22T23:00Z", 167)]
    [InlineData("2026-W43", "2026-10-18T22:00Z", 169)]
    [InlineData("2024-W20", "2024-05-12T22:00Z", 168)]
    public void Start_OfWeek_IsMondayOnSwedishClocks(string text, string start, int hours)
    {
        var week = Week.Parse(text);

        Assert.Equal(DateTimeOffset.Parse(start, null), week.Start);
        Assert.Equal(hours, (week.Plus(1).Start - week.Start).TotalHours);
    }

    [Theory]
    [InlineData("2027-01-03T12:00Z", "2026-W53")]
    [InlineData("2024-12-30T12:00Z", "2025-W01")]
    [InlineData("2026-03-22T22:59Z", "2026-W12")]
    [InlineData("2026-03-22T23:00Z", "2026-W13")]
    public void Of_Instant_IsTheWeekThatHoldsIt(string instant, string week) =>
        Assert.Equal(week, Week.Of(DateTimeOffset.Parse(instant, null)).ToString());

    [Theory]
    [InlineData("2026-11-29T22:59:59Z", false)]
    [InlineData("2026-11-29T23:00:00Z", true)]
    public void Week_IsOver_WhenMondayHasComeInSweden(string at, bool isOver) =>
        Assert.Equal(isOver, Week.Parse("2026-W48").IsOver(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
}
