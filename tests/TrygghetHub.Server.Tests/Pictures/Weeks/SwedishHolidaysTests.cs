using System.Globalization;
using CsCheck;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Tests.Pictures.Weeks;

public sealed class SwedishHolidaysTests
{
    [Theory]
    [InlineData("2026-11-22")] // a Sunday like any other
    [InlineData("2026-04-02")] // Maundy Thursday
    [InlineData("2026-10-30")] // the eve of All Saints'
    [InlineData("2004-06-06")] // not a holiday until the year after
    [InlineData("2005-05-16")] // Whit Monday is none any more
    [InlineData("2026-01-05")]
    public void Day_ThatIsNone_IsNone(string day) => Assert.False(SwedishHolidays.IsHoliday(Day(day)));

    // The earliest and the latest Easter there can be in the years that the hub takes stand among them.
    [Theory]
    [InlineData(2000, "2000-04-23")]
    [InlineData(2008, "2008-03-23")]
    [InlineData(2011, "2011-04-24")]
    [InlineData(2024, "2024-03-31")]
    [InlineData(2025, "2025-04-20")]
    [InlineData(2026, "2026-04-05")]
    [InlineData(2027, "2027-03-28")]
    [InlineData(2038, "2038-04-25")]
    [InlineData(2049, "2049-04-18")]
    [InlineData(2076, "2076-04-19")]
    [InlineData(2100, "2100-03-28")]
    public void Easter_OfAYear_IsWhatAlmanacsSay(int year, string expected) =>
        Assert.Equal(Day(expected), SwedishHolidays.EasterSunday(year));

    [Fact]
    public void Easter_OfAnyYear_IsASundayFromMarch22ToApril25() => Gen.Int[1900, 2200].Sample(year =>
    {
        var easter = SwedishHolidays.EasterSunday(year);
        return easter.DayOfWeek == DayOfWeek.Sunday && easter >= new DateOnly(year, 3, 22) && easter <= new DateOnly(year, 4, 25);
    });

    [Fact]
    public void Holidays_Of2026_AreThoseOfTheAlmanac() => Assert.Equal(
        [
            "2026-01-01 nyårsdagen", "2026-01-06 trettondedag jul", "2026-04-03 långfredagen", "2026-04-05 påskdagen",
            "2026-04-06 annandag påsk", "2026-05-01 första maj", "2026-05-14 Kristi himmelsfärdsdag", "2026-05-24 pingstdagen",
            "2026-06-06 nationaldagen", "2026-06-19 midsommarafton", "2026-06-20 midsommardagen", "2026-10-31 alla helgons dag",
            "2026-12-24 julafton", "2026-12-25 juldagen", "2026-12-26 annandag jul", "2026-12-31 nyårsafton",
        ],
        Of(2026));

    [Fact]
    public void Holidays_OfOtherYears_MoveWithEasterAndTheWeekdays()
    {
        Assert.Contains("2024-03-29 långfredagen", Of(2024));
        Assert.Contains("2024-05-09 Kristi himmelsfärdsdag", Of(2024));
        Assert.Contains("2024-06-21 midsommarafton", Of(2024));
        Assert.Contains("2024-11-02 alla helgons dag", Of(2024));
        Assert.Contains("2025-06-21 midsommardagen", Of(2025));
        Assert.Contains("2025-11-01 alla helgons dag", Of(2025));
        Assert.Contains("2025-06-08 pingstdagen", Of(2025));
        Assert.Contains("2027-06-26 midsommardagen", Of(2027));
        Assert.Contains("2027-11-06 alla helgons dag", Of(2027));
        Assert.Contains("2004-05-31 annandag pingst", Of(2004));
        Assert.DoesNotContain("2004-06-06 nationaldagen", Of(2004));
        // One day may be two.
        Assert.Equal(["2008-05-01 Kristi himmelsfärdsdag", "2008-05-01 första maj"], Of(2008).Where(h => h.Contains("-05-01", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Week_OverNewYear_HasTheHolidaysOfBothYearsInOrder()
    {
        var holidays = SwedishHolidays.In(new IsoWeek(2026, 53)).ToList();

        Assert.Equal(["2026-12-31", "2027-01-01"], holidays.Select(h => h.Date));
        Assert.Equal(["New Year's Eve", "New Year's Day"], holidays.Select(h => h.NameEn));
    }

    [Fact]
    public void Week_OfNone_IsEmpty() => Assert.Empty(SwedishHolidays.In(new IsoWeek(2026, 46)));

    private static List<string> Of(int year) =>
    [
        .. Enumerable.Range(1, IsoWeek.WeeksIn(year)).Select(w => new IsoWeek(year, w)).Prepend(new IsoWeek(year, 1).Plus(-1))
            .Append(new IsoWeek(year, IsoWeek.WeeksIn(year)).Plus(1))
            .SelectMany(SwedishHolidays.In)
            .Where(h => h.Date.StartsWith(year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Select(h => $"{h.Date} {h.Name}"),
    ];

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
