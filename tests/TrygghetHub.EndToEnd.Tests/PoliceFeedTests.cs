using System.Collections.Concurrent;
using System.Text.Json;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Cli;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests;

// The whole public feed of two years, through the connector as its user runs it, into a real hub, and out again as
// weekly pictures: each is held against a count that shares nothing with connector or hub.
public sealed class PoliceFeedTests
{
    private const int TrendWeeks = 13;

    // Enough callers to keep the lane busy while others read and count.
    private const int Callers = 4;

    // Every week in which the feed has an event.
    private static readonly IReadOnlyList<Week> Weeks =
        [.. Enumerable.Range(0, 106).Select(Week.Parse("2022-W52").Plus)];

    [Fact]
    public async Task Pictures_OfEveryMunicipalityAndWeek_HaveTheCountOfTheRules()
    {
        var (feed, count) = (Shared("polisen"), Count());
        await using var hub = await PoliceFeedHub.StartAsync(Codes("county_code"));
        await AssertSentOnceAsync(hub, feed);
        var pictures = new ConcurrentDictionary<(string Municipality, string Week), SituationalPicture>();

        // Every fourth week is compiled; its trend tells the three before, so that each week of each municipality is held against the rules.
        await Parallel.ForEachAsync(
            Codes("municipality_code").SelectMany(m => Weeks.Chunk(4).Select(w => (Municipality: m, Week: w[^1]))),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Callers,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (asked, _) =>
            {
                var answer = await CompileAsync(hub, asked.Municipality, asked.Week);
                pictures[(asked.Municipality, asked.Week.ToString())] = answer.Picture;
            });

        Assert.Equal(290 * 27, pictures.Count);
        Assert.Equal(
            count.Counts.Values.Sum(),
            Codes("municipality_code").Sum(m => Weeks.Chunk(4).Sum(w => pictures[(m, w[^1].ToString())].Trend.TakeLast(w.Length).Sum(t => t.Reports))));
        Assert.All(pictures, p => Assert.All(
            p.Value.Trend.TakeLast(4),
            t => Assert.Equal(count.Counts.GetValueOrDefault((p.Key.Municipality, Week.Of(t.Week).ToString())), t.Reports)));
        Assert.All(pictures, p => Assert.Equal(count.Counts.GetValueOrDefault(p.Key), p.Value.Totals.Reports));
        Assert.All(pictures, p => Assert.Equal(p.Value.Totals.Reports, p.Value.Totals.PublishedEvents));
        Assert.All(pictures, p => Assert.Equal(0, p.Value.Totals.PartnerReports));
    }

    [Fact]
    public async Task Connector_RunFromTheMiddle_ChangesNoPicture()
    {
        var feed = Shared("polisen");
        await using var hub = await PoliceFeedHub.StartAsync(Codes("county_code"));
        await hub.ConnectAsync(feed);
        (string Municipality, Week Week)[] some =
        [
            .. Codes("municipality_code").Where((_, i) => i % 10 == 0)
                .SelectMany(m => Weeks.Where((_, i) => i % 10 == 0).Select(w => (m, w))),
        ];
        var before = new List<SituationalPicture>();
        foreach (var (municipality, week) in some)
        {
            before.Add((await CompileAsync(hub, municipality, week)).Picture);
        }

        // From the middle of the first file to its end, and the second file alone: neither has seen what came before.
        var lines = await File.ReadAllLinesAsync(
            Path.Combine(feed, "events-2023.ndjson"), TestContext.Current.CancellationToken);
        var half = Path.Combine(hub.Hub.Directory, "half.ndjson");
        await File.WriteAllLinesAsync(half, lines.Skip(lines.Length / 2), TestContext.Current.CancellationToken);
        foreach (var file in new[] { half, Path.Combine(feed, "events-2024.ndjson") })
        {
            AssertNothingSent(await hub.ConnectAsync(file));
        }

        for (var i = 0; i < some.Length; i++)
        {
            var answer = await CompileAsync(hub, some[i].Municipality, some[i].Week);
            Assert.False(answer.Compiled);
            Assert.Equal(before[i], answer.Picture);
        }
    }

    [Fact]
    public async Task Pictures_UnderAnAgreementOfMunicipalities_HaveTheCountAndNoCounty()
    {
        var (feed, count) = (Shared("polisen"), Count());
        await using var hub = await PoliceFeedHub.StartAsync(Codes("municipality_code"));

        var (exitCode, summary) = await hub.ConnectAsync(feed);

        Assert.Equal(ExitCode.Warnings, exitCode);
        Assert.Equal("AREA_NOT_AGREED", Assert.Single(summary.GetProperty("refused").EnumerateObject()).Name);
        var refused = summary.GetProperty("refused").GetProperty("AREA_NOT_AGREED").GetProperty("count").GetInt32();
        Assert.True(refused >= count.CountedByCounty, summary.ToString());
        // A picture's trend holds thirteen weeks, so that nine pictures of a municipality hold them all.
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Codes("municipality_code").SelectMany(m => Weeks.Chunk(TrendWeeks).Select(w => (Municipality: m, Weeks: w))),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Callers,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (asked, _) =>
            {
                var picture = (await CompileAsync(hub, asked.Municipality, asked.Weeks[^1])).Picture;
                var trend = picture.Trend.ToDictionary(t => Week.Of(t.Week), t => t.Reports);
                foreach (var week in asked.Weeks)
                {
                    var counted = count.Counts.GetValueOrDefault((asked.Municipality, week.ToString()));
                    if (trend[week] != counted)
                    {
                        wrong.Add($"{asked.Municipality} {week}: {trend[week]}, by the rules {counted}");
                    }
                }
            });
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Connector_BrokenLine_IsNamedAndSkipped()
    {
        await using var hub = await PoliceFeedHub.StartAsync(["01"]);
        var file = Path.Combine(hub.Hub.Directory, "broken.ndjson");
        await File.WriteAllTextAsync(
            file, $"{Event(1)}\n{{\"id\": 2, \"datetime\":\n{Event(3)}\n", TestContext.Current.CancellationToken);

        var (exitCode, summary) = await hub.ConnectAsync(file);

        Assert.Equal(ExitCode.Warnings, exitCode);
        var broken = Assert.Single(summary.GetProperty("broken").GetProperty("first").EnumerateArray());
        Assert.Equal("broken.ndjson", broken.GetProperty("file").GetString());
        Assert.Equal(2, broken.GetProperty("line").GetInt32());
        Assert.Equal(2, summary.GetProperty("sent").GetInt32());
    }

    private static string Event(int id) => JsonSerializer.Serialize(new
    {
        id,
        datetime = "2024-05-15 12:00:00 +02:00",
        name = "15 maj 11.40, Brand, Upplands-Bro",
        summary = "En container brinner.",
        url = "/aktuellt/handelser/2024/maj/15/",
        type = "Brand",
        location = new { name = "Upplands-Bro", gps = "59.5,17.6" },
    });

    private static async Task AssertSentOnceAsync(PoliceFeedHub hub, string feed)
    {
        var (exitCode, first) = await hub.ConnectAsync(feed);
        Assert.Equal(ExitCode.Fine, exitCode);
        Assert.Equal(46_503, first.GetProperty("linesRead").GetInt32());
        AssertNothingSent(await hub.ConnectAsync(feed));
    }

    private static void AssertNothingSent((int ExitCode, JsonElement Summary) run)
    {
        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.All(
            (string[])["sent", "corrected", "withdrawn"],
            what => Assert.Equal(0, run.Summary.GetProperty(what).GetInt32()));
    }

    private static async Task<CompilePictureResponse> CompileAsync(PoliceFeedHub hub, string municipality, Week week) =>
        await hub.Recipient.Pictures.CompilePictureAsync(
            new CompilePictureRequest
            {
                Municipality = municipality,
                Week = new IsoWeek { Year = week.Year, Week = week.Number },
            },
            cancellationToken: TestContext.Current.CancellationToken);

    private static PoliceCount Count() => PoliceCount.Of(
        [Shared("polisen", "events-2023.ndjson"), Shared("polisen", "events-2024.ndjson")],
        Shared("geo", "municipalities.csv"));

    private static IReadOnlyList<string> Codes(string column)
    {
        var rows = File.ReadLines(Shared("geo", "municipalities.csv")).Select(line => line.Split(',')).ToList();
        var index = Array.IndexOf(rows[0], column);
        return [.. rows.Skip(1).Select(row => row[index]).Distinct()];
    }

    private static string Shared(params string[] parts)
    {
        var path = SharedData.Path(parts);
        if (SharedData.SkipReason(path) is { } reason)
        {
            Assert.Skip(reason);
        }

        return path;
    }
}
