using Microsoft.AspNetCore.Http;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Polisen;
using TrygghetHub.Codes.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>Feeds as they are handed out, from a file and from the feed itself: what comes to the hub of each.</summary>
public sealed class PoliceCaseTests : IDisposable
{
    private static readonly Area[] Areas =
    [
        Municipality("0139", "Upplands-Bro"), Municipality("2023", "Malung-Sälen"), Municipality("1438", "Dals-Ed"),
        Municipality("1462", "Lilla Edet"), Municipality("1480", "Göteborg"), Municipality("0980", "Gotland"), Municipality("0331", "Heby"),
        County("01", "Stockholms län"), County("09", "Gotlands län"), County("13", "Hallands län"), County("14", "Västra Götalands län"),
        County("18", "Örebro län"),
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trygghethub-cases-");
    private readonly FakeReportingHub hub = new(Areas);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<PoliceRunSummary> RunAsync(string file, bool fromFeed, FakeReportingHub? to = null)
    {
        var summary = new PoliceRunSummary();
        var connector = new PoliceConnector(to ?? hub, withText: true);
        var areas = await connector.ReadAreasAsync(Cancellation);
        var path = Path.Combine(AppContext.BaseDirectory, "Connectors", "Cases", "polisen", file);
        if (!fromFeed)
        {
            await using var content = File.OpenRead(path);
            await connector.RunAsync(file, content, areas, summary, Cancellation);
            return summary;
        }

        await using var source = await FakeSource.StartAsync(context => context.Response.SendFileAsync(path, Cancellation));
        var time = new LeapingTime(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        using var http = new SourceHttp(time);
        var client = new PoliceFeedClient(http, new PoliceFeedStateFile(Path.Combine(folder.FullName, "state.json")), "cases", time);
        using var answer = new MemoryStream((await client.GetAsync(source.Url, isPatient: false, Cancellation)).Content!);
        await connector.RunAsync(file, answer, areas, summary, Cancellation);
        return summary;
    }

    private IEnumerable<string> Standing => hub.Standing.Select(r => r.Report.SourceRef).Order(StringComparer.Ordinal);

    private Report Of(string sourceRef) => Assert.Single(hub.Standing, r => r.Report.SourceRef == sourceRef).Report;

    private static IEnumerable<int> Lines(PoliceRunSummary summary, string reason) =>
        summary.Refused.TryGetValue(reason, out var notes) ? notes.First.Select(n => n.Line) : [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NewTypesAndSpellings_OnlyWhatIsKnownAndTaken_StandsInTheHub(bool fromFeed)
    {
        var summary = await RunAsync("new-type-and-trailing-spaces.ndjson", fromFeed);

        Assert.Equal(["990001", "990003", "990004"], Standing);
        Assert.All(hub.Standing, r => Assert.Equal("criminal-damage", r.Report.Category));
        Assert.Equal((3, 6, 1), (summary.Counted, summary.NeverTaken, summary.HeldBack));
        Assert.Equal([2], Lines(summary, "SOURCE_TYPE_UNKNOWN"));
        Assert.Equal(["Drönarincident"], summary.UnknownTypes.Keys);
        Assert.False(summary.Clean);

        // When a coordinator has decided, the same file again brings what was held back, and nothing else.
        hub.Types = hub.Types.With([new EventType { Type = "Drönarincident", Treatment = EventTreatment.Counted, Category = "disorder", Decided = true }]);
        var again = await RunAsync("new-type-and-trailing-spaces.ndjson", fromFeed);
        Assert.Equal((1, 3), (again.Sent, again.AlreadyHeld));
        Assert.Equal(("disorder", "Krossad ruta vid skolan."), (Of("990002").Category, Of("990002").Summary));

        // And when it has decided that they are never taken, what stands is withdrawn.
        hub.Types = hub.Types.With([new EventType { Type = "Drönarincident", Treatment = EventTreatment.NeverTaken, Decided = true }]);
        Assert.Equal(1, (await RunAsync("new-type-and-trailing-spaces.ndjson", fromFeed)).Withdrawn);
        Assert.Equal(["990001", "990003", "990004"], Standing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HtmlEntities_InTexts_AreDecodedBeforeAnythingIsSent(bool fromFeed)
    {
        var summary = await RunAsync("html-entities-in-summary.ndjson", fromFeed);

        Assert.Equal(5, summary.Sent);
        Assert.Equal("Krossad ruta på skolan & klotter \"ACAB\". \nRing 070-123 45 67", Of("940001").Summary);
        Assert.Equal("Män bråkar", Of("940002").Summary);
        Assert.Equal("Personnummer 850412-2386 hittat", Of("940003").Summary);
        Assert.Equal("Ring 070\u00A0123\u00A045\u00A067", Of("940004").Summary);
        Assert.Equal("850412–2386", Of("940005").Summary);
        // As it is sent the screening finds all but the second.
        var screener = new Screener([]);
        Assert.Equal(
            ["940001", "940003", "940004", "940005"],
            hub.Standing.Where(r => screener.Screen(r.Report.Summary).Count > 0).Select(r => r.Report.SourceRef).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Places_SpelledOtherwise_AreFoundAndOtherNamesAreNot(bool fromFeed)
    {
        var summary = await RunAsync("place-spelled-otherwise.ndjson", fromFeed);

        Assert.Equal(
            [
                "900001 0139", "900002 0139", "900004 0139", "900005 0139", "900006 0139", "900008 01", "900011 2023", "900012 1438", "900014 1462",
                "900015 1480", "900016 1480", "900017 0980", "900018 09", "900019 0331", "900020 13", "900021 14", "900023 18",
            ],
            hub.Standing.Select(r => $"{r.Report.SourceRef} {r.Report.Place.Area}").Order(StringComparer.Ordinal));
        Assert.Equal([3, 7, 9, 10, 13, 22], Lines(summary, "PLACE_UNKNOWN"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NullTexts_ArePassedOverAndMissingOnesAreNot(bool fromFeed)
    {
        var summary = await RunAsync("null-summary-empty-gps.ndjson", fromFeed);

        Assert.Equal(["960001", "960002"], Standing);
        Assert.All(hub.Standing, r => Assert.Equal(("", null), (r.Report.Summary, r.Report.Place.Position)));
        Assert.Equal(TimeCertainty.Unknown, Of("960002").Occurred.Certainty);
        Assert.Equal([3, 4], summary.Broken.First.Select(n => n.Line));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TypeThatChanges_TheLastOneDecides(bool fromFeed)
    {
        var summary = await RunAsync("type-renamed-place-coarser-then-individual.ndjson", fromFeed);

        Assert.Equal(["950001"], Standing);
        Assert.Equal((3, "assault", "0139"), (Of("950001").Revision, Of("950001").Category, Of("950001").Place.Area));
        Assert.Equal((2, 2, 1), (summary.Sent, summary.Corrected, summary.Withdrawn));
        Assert.True(summary.Clean);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Times_AreThoseOfTheHeadlineInTheYearThatIsClosest(bool fromFeed)
    {
        var summary = await RunAsync("new-year-and-night.ndjson", fromFeed);

        Assert.True(summary.Clean);
        Assert.Equal(
            ["2025-12-31 21:00", "2026-11-10 21:00", "2024-02-29 22:50", "2024-02-29 22:50"],
            hub.Standing.OrderBy(r => r.Report.SourceRef, StringComparer.Ordinal)
                .Select(r => r.Report.Occurred.From.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
    }

    // What was right before stays so: these forms are none of the feed's, and each is told by its line.
    [Theory]
    [InlineData("bom-array-absolute-urls.json", "980001 980002", "")]
    [InlineData("datetimes.ndjson", "930001 930002 930007 930008 930009", "3 4 5 6")]
    [InlineData("ids-as-text.ndjson", "920003", "1 2")]
    [InlineData("wrapped-in-object.json", "", "1")]
    [InlineData("geojson-style.json", "", "1 2 3 4 5 6 7 8 9 10")]
    public async Task Forms_OfTheFeed_AreReadOrToldByLine(string file, string standing, string broken)
    {
        foreach (var fromFeed in new[] { false, true })
        {
            var summary = await RunAsync(file, fromFeed);

            Assert.Equal(standing, string.Join(' ', Standing));
            Assert.Equal(broken, string.Join(' ', summary.Broken.First.Select(n => n.Line)));
        }
    }

    private static Area Municipality(string code, string name) => new() { Code = code, DisplayName = name, Level = AreaLevel.Municipality };

    private static Area County(string code, string name) => new() { Code = code, DisplayName = name, Level = AreaLevel.County };
}
