using System.Globalization;
using System.Text;
using System.Text.Json;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Connectors.Polisen;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class PoliceConnectorTests
{
    private static readonly string[] Counties =
    [
        "01 Stockholms län", "03 Uppsala län", "04 Södermanlands län", "05 Östergötlands län", "06 Jönköpings län",
        "07 Kronobergs län", "08 Kalmar län", "09 Gotlands län", "10 Blekinge län", "12 Skåne län",
        "13 Hallands län", "14 Västra Götalands län", "17 Värmlands län", "18 Örebro län", "19 Västmanlands län",
        "20 Dalarnas län", "21 Gävleborgs län", "22 Västernorrlands län", "23 Jämtlands län",
        "24 Västerbottens län", "25 Norrbottens län",
    ];

    private static readonly Area Lulea = new() { Code = "2580", DisplayName = "Luleå", Level = AreaLevel.Municipality };
    private static readonly Area Norrbotten = new() { Code = "25", DisplayName = "Norrbottens län", Level = AreaLevel.County };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Line(int id, string type, string place = "Luleå", string summary = "", string url = "") =>
        JsonSerializer.Serialize(new
        {
            datetime = "2024-05-01 9:48:12 +02:00",
            id,
            location = new { gps = "65.5,22.1", name = place },
            name = $"01 maj 09.30, {type}, {place}",
            summary,
            type,
            url,
        });

    private static async Task<PoliceRunSummary> RunAsync(FakeReportingHub hub, bool withText, params string[] lines)
    {
        var summary = new PoliceRunSummary();
        var connector = new PoliceConnector(hub, withText);
        var areas = await connector.ReadAreasAsync(Cancellation);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        await connector.RunAsync("feed.ndjson", content, areas, summary, Cancellation);
        return summary;
    }

    [Fact]
    public async Task Run_AfterADecisionIsTakenBack_BringsWhatTheHubWithdrewAndOnlyOnce()
    {
        var hub = new FakeReportingHub([Norrbotten, Lulea]);
        await RunAsync(hub, withText: true, Line(1, "Stöld"), Line(2, "Rån"));
        // As the hub does when a coordinator decides that thefts are never taken.
        hub.Withdraw("1", 2, EventTypeList.WithdrawalMark);
        // Withdrawn by hand: that stays.
        hub.Withdraw("2", 2, "by-hand");

        var summary = await RunAsync(hub, withText: true, Line(1, "Stöld"), Line(2, "Rån"));
        var again = await RunAsync(hub, withText: true, Line(1, "Stöld"), Line(2, "Rån"));

        Assert.Equal((1, 1), (summary.Corrected, summary.AlreadyHeld));
        Assert.Equal(["1"], hub.Standing.Select(r => r.Report.SourceRef));
        Assert.Equal((0, 2), (again.Corrected, again.AlreadyHeld));
    }

    [Fact]
    public async Task Run_OfATextThatMayTellOfAnIndividual_SendsTheEventWithoutIt()
    {
        var hub = new FakeReportingHub([Norrbotten, Lulea]);

        var summary = await RunAsync(
            hub, withText: true, Line(1, "Övrigt", summary: "En kvinna utsatt f&ouml;r v&aring;ldtäkt."), Line(2, "Övrigt", summary: "En ruta."));

        Assert.Equal([("1", ""), ("2", "En ruta.")], hub.Standing.Select(r => (r.Report.SourceRef, r.Report.Summary)).Order());
        Assert.Equal((2, 1, 0), (summary.Sent, summary.TextsOfIndividuals, summary.TextsLeftOut));
    }

    [Fact]
    public void Type_ThatIsCutAtTheHubsLimit_IsNotCutInsideACharacter()
    {
        var police = new PoliceEvent
        {
            Id = 1,
            Type = new string('a', 63) + "😀",
            Datetime = "2024-05-01 9:48:12 +02:00",
            Published = DateTimeOffset.UnixEpoch,
            Name = "01 maj 09.30",
            LocationName = "Luleå",
            LocationGps = "",
            Summary = "",
        };

        var incident = PoliceIncident.Of(police, null, new Place(), 1, "v", withText: false, out _);

        Assert.Equal(new string('a', 63), incident.Report.SourceCategory);
    }

    [Fact]
    public async Task Run_OfAFileWithEveryKindOfLine_TellsWhatBecameOfEach()
    {
        var hub = new FakeReportingHub([Norrbotten, Lulea]) { Refuses = r => r.Category == "fire" };

        var summary = await RunAsync(
            hub, withText: true,
            Line(1, "Stöld", summary: "Cykel"),
            "{",
            Line(2, "Sammanfattning natt", "Norrbottens län"),
            Line(3, "Övrigt"),
            Line(1, "Stöld", summary: "Cykel", url: "/other/"),
            Line(1, "Rån", summary: new string('å', 501)),
            Line(3, "Våldtäkt"),
            Line(4, "Försvunnen person", "Atlantis"),
            Line(5, "Brand"),
            Line(6, "Stöld", "Atlantis"),
            Line(7, "Rymdfarkost "));

        Assert.Equal((11, 6), (summary.LinesRead, summary.Events));
        Assert.Equal((2, 1, 2, 1), (summary.Counted, summary.Context, summary.NeverTaken, summary.HeldBack));
        Assert.Equal((3, 1, 1, 0), (summary.Sent, summary.Corrected, summary.Withdrawn, summary.AlreadyHeld));
        Assert.Equal(1, summary.TextsLeftOut);
        Assert.Equal(2, Assert.Single(summary.Broken.First).Line);
        Assert.Equal(["AREA_NOT_AGREED", "PLACE_UNKNOWN", "SOURCE_TYPE_UNKNOWN"], summary.Refused.Keys);
        Assert.Equal(9, Assert.Single(summary.Refused["AREA_NOT_AGREED"].First).Line);
        Assert.Equal(10, Assert.Single(summary.Refused["PLACE_UNKNOWN"].First).Line);
        Assert.Equal(["Rymdfarkost"], summary.UnknownTypes.Keys);
        Assert.False(summary.Clean);

        var standing = hub.Standing.ToDictionary(i => i.Report.SourceRef);
        Assert.Equal(["1", "2"], standing.Keys.Order());
        Assert.Equal(("robbery", ""), (standing["1"].Report.Category, standing["1"].Report.Summary));
        Assert.True(standing["2"].Report.ContextOnly);
        Assert.Equal(Precision.County, standing["2"].Report.Place.Precision);
        Assert.All(standing.Values, i =>
        {
            Assert.Equal((Responder.Police, IncidentOrigin.Published), (i.Incident!.Responder, i.Incident.Origin));
            Assert.Equal(Tlp.Clear, i.Report.Tlp);
            Assert.Null(i.Report.Place.Position);
        });
    }

    [Fact]
    public async Task Run_CorrectionThatIsNotAgreed_WithdrawsWhatStoodAndIsTriedAgain()
    {
        var agreed = false;
        var hub = new FakeReportingHub([Norrbotten, Lulea])
        {
            Refuses = r => !agreed && r.Place.Precision == Precision.County,
        };
        string[] lines = [Line(1, "Stöld"), Line(1, "Stöld", "Norrbottens län"), Line(2, "Rån")];

        var first = await RunAsync(hub, withText: false, lines);
        var second = await RunAsync(hub, withText: false, lines);

        Assert.Equal("2", Assert.Single(hub.Standing).Report.SourceRef);
        Assert.Equal((2, 0, 1), (first.Sent, first.Corrected, first.Withdrawn));
        Assert.Equal((0, 0, 0), (second.Sent, second.Corrected, second.Withdrawn));
        Assert.All([first, second], s => Assert.Equal(2, Assert.Single(s.Refused["AREA_NOT_AGREED"].First).Line));
        Assert.Equal(3, hub.Changes);

        agreed = true;
        await RunAsync(hub, withText: false, lines);
        var last = await RunAsync(hub, withText: false, lines[1..]);

        Assert.Equal(["1", "2"], hub.Standing.Select(i => i.Report.SourceRef).Order());
        Assert.Equal(4, hub.Changes);
        Assert.True(last.Clean);
    }

    [Fact]
    public async Task Run_WithTextAfterOneWithout_ChangesNothing()
    {
        var hub = new FakeReportingHub([Lulea]);
        await RunAsync(hub, withText: false, Line(1, "Stöld", summary: "Cykel"));

        var summary = await RunAsync(hub, withText: true, Line(1, "Stöld", summary: "Cykel"));

        Assert.Equal((0, 1), (summary.Sent, summary.AlreadyHeld));
        Assert.Equal("", Assert.Single(hub.Standing).Report.Summary);
    }

    [Fact]
    public async Task Run_CutOffInTheMiddle_IsTakenUpByTheNext()
    {
        string[] lines =
        [
            .. Enumerable.Range(1, 50).Select(n => Line(n, "Övrigt")),
            .. Enumerable.Range(1, 50).Select(n => Line(n, n % 2 == 0 ? "Våldtäkt" : "Rån")),
        ];
        var hub = new FakeReportingHub([Lulea]) { BreaksAfter = 60 };
        await Assert.ThrowsAsync<IOException>(() => RunAsync(hub, withText: false, lines));

        hub.BreaksAfter = int.MaxValue;
        await RunAsync(hub, withText: false, lines);

        Assert.Equal(25, hub.Standing.Count());
        Assert.Equal(100, hub.Changes);
    }

    [Fact]
    public async Task Run_OverTheWholeFeedAndAnyPartOfItAgain_HasTheCountsOfTheIndependentCount()
    {
        string[] feed = [Shared("polisen", "events-2023.ndjson"), Shared("polisen", "events-2024.ndjson")];
        var municipalities = Shared("geo", "municipalities.csv");
        var hub = new FakeReportingHub(Geography(municipalities));
        var count = PoliceCount.Of(feed, municipalities);

        var summary = await RunFilesAsync(hub, feed);

        Assert.True(summary.Clean);
        Assert.Equal(
            (count.Lines, count.Counted, count.Context, count.NeverTaken),
            (summary.LinesRead, summary.Counted, summary.Context, summary.NeverTaken));
        Assert.Empty(summary.UnknownTypes);
        Assert.Equal(Sorted(count.Counts), Sorted(Counts(hub)));
        Assert.Equal(count.Counted + count.Context, hub.Standing.Count());

        // Again: the whole, the parts before and after any line.
        var changes = hub.Changes;
        await RunFilesAsync(hub, [feed[1], feed[0]]);
        Assert.Equal(changes, hub.Changes);
        var lines = await File.ReadAllLinesAsync(feed[1], Cancellation);
        foreach (var cut in new[] { 1, 7_001, 12_345, 20_000, lines.Length - 1 })
        {
            await RunAsync(hub, withText: true, lines[..cut]);
            await RunAsync(hub, withText: true, lines[cut..]);
            Assert.Equal(changes, hub.Changes);
        }
    }

    private static IEnumerable<string> Sorted(IEnumerable<KeyValuePair<(string Municipality, string Week), int>> counts) =>
        counts.Select(c => $"{c.Key.Municipality} {c.Key.Week} {c.Value}").Order(StringComparer.Ordinal);

    private static Dictionary<(string, string), int> Counts(FakeReportingHub hub)
    {
        var stockholm = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");
        return hub.Standing
            .Where(i => !i.Report.ContextOnly && i.Report.Place.Precision == Precision.Municipality)
            .GroupBy(i =>
            {
                var local = TimeZoneInfo.ConvertTime(i.Report.Occurred.From.ToDateTimeOffset(), stockholm).DateTime;
                return (i.Report.Place.Area, string.Create(
                    CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(local)}-W{ISOWeek.GetWeekOfYear(local):00}"));
            })
            .ToDictionary(g => g.Key, g => g.Count());
    }

    private static List<Area> Geography(string municipalities) =>
    [
        .. Counties.Select(c => new Area { Code = c[..2], DisplayName = c[3..], Level = AreaLevel.County }),
        .. File.ReadLines(municipalities).Skip(1).Select(row => row.Split(',')).Select(c => new Area
        {
            Code = c[0], DisplayName = c[2], Level = AreaLevel.Municipality, Parent = c[3],
        }),
    ];

    private static string Shared(params string[] parts)
    {
        var path = SharedData.Path(parts);
        if (SharedData.SkipReason(path) is { } reason)
        {
            Assert.Skip(reason);
        }

        return path;
    }

    private static Task<PoliceRunSummary> RunFilesAsync(FakeReportingHub hub, IReadOnlyList<string> files) =>
        PoliceRun.OverFilesAsync(hub, files, withText: false, new Screen(), TimeProvider.System, Cancellation);
}
