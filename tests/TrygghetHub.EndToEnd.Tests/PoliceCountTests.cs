using System.Globalization;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests;

// The figures come from a third count, a script in another language (json, zoneinfo and isocalendar of Python's
// standard library) over the same files; `wc -l` and `sort -u` over the ids give the first two.
public class PoliceCountTests
{
    private static PoliceCount Count() => PoliceCount.Of(
        [Shared("polisen", "events-2023.ndjson"), Shared("polisen", "events-2024.ndjson")],
        Shared("geo", "municipalities.csv"));

    private static string Shared(params string[] parts)
    {
        var path = SharedData.Path(parts);
        if (SharedData.SkipReason(path) is { } reason)
        {
            Assert.Skip(reason);
        }

        return path;
    }

    [Fact]
    public void Count_OfTheWholeFeed_HasTheFiguresOfAThirdCount()
    {
        var count = Count();

        Assert.Equal(46_503, count.Lines);
        Assert.Equal(44_954, count.Events);
        Assert.Equal(939, count.Corrections);
        Assert.Equal(33_369, count.Counted);
        Assert.Equal(10_566, count.Context);
        Assert.Equal(1_019, count.NeverTaken);
        Assert.Equal(2_674, count.CountedByCounty);
        Assert.Equal(30_695, count.Counts.Values.Sum());
        Assert.Equal(12_211, count.Counts.Count);
    }

    [Theory]
    [InlineData("0180", "2023-W20", 37)]
    [InlineData("0180", "2024-W20", 18)]
    [InlineData("0180", "2024-W01", 20)]
    [InlineData("1280", "2023-W52", 16)]
    public void Count_OfOneMunicipalityAndWeek_HasTheFigureOfAThirdCount(
        string municipality, string week, int events) => Assert.Equal(events, Count().Counts[(municipality, week)]);

    [Fact]
    public void Count_OfUpplandsBro_TakesItsNameInOtherCapitals() => Assert.Equal(
        58, Count().Counts.Where(c => c.Key.Municipality == "0139").Sum(c => c.Value));

    [Fact]
    public void Count_OfTheWholeFeed_NamesEveryMunicipalityAndYear()
    {
        var counts = Count().Counts;

        Assert.Equal(290, counts.Keys.Select(k => k.Municipality).Distinct().Count());
        Assert.Equal(106, counts.Keys.Select(k => k.Week).Distinct().Count());
        Assert.Equal("2022-W52", counts.Keys.Min(k => k.Week));
        Assert.Equal("2025-W01", counts.Keys.Max(k => k.Week));
        Assert.Equal(14_028, counts.Where(c => Year(c.Key.Week) == 2023).Sum(c => c.Value));
        Assert.Equal(16_589, counts.Where(c => Year(c.Key.Week) == 2024).Sum(c => c.Value));
    }

    private static int Year(string week) => int.Parse(week.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
}
