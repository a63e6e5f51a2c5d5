using System.Globalization;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Open311;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>Lists of service requests as real servers hand them out: what comes to the hub of each.</summary>
public class Open311CaseTests
{
    private const string Cell = "59.51517 17.63555";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Connectors", "Cases", "open311");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Each file: the ids that stand in the hub afterwards, and the requests with a fault, as number and field.
    public static TheoryData<string, string, string> Lists => new()
    {
        { "empty-list.json", "", "" },
        { "empty-list-made-from-xml.json", "", "" },
        { "fixmystreet-json-requests-request-nested.json", "FEL-1 FEL-2 FEL-3", "" },
        { "service_requests-request-nested.json", "FEL-1 FEL-2", "" },
        { "one-request-as-bare-object.json", "FEL-1", "" },
        { "one-request-as-bare-element.xml", "FEL-1", "" },
        { "one-request-in-place-of-a-list.json", "FEL-1", "" },
        { "each-request-wrapped.json", "FEL-1", "2 service_request_id" },
        { "values-as-xml-to-json-programs-write-them.json", "2 FEL-1", "" },
        { "same-id-twice-older-then-newer.json", "FEL-1 FEL-2", "" },
        { "status-words.json", "FEL-1 FEL-2 FEL-3 FEL-4 FEL-5 FEL-6 FEL-7", "" },
        { "utf16-json.json", "FEL-1", "" },
        { "xml-nil-namespace-cdata.xml", "FEL-1", "" },
        { "lon-lng-in-place-of-long.json", "FEL-1 FEL-2", "" },
        { "lat-long-as-real-servers-write-them.json", "FEL-1 FEL-2 FEL-3 FEL-4 FEL-5 FEL-6 FEL-7", "8 lat, 9 lat, 10 lat" },
        {
            "times-as-real-servers-write-them.json", "FEL-1 FEL-12 FEL-13 FEL-16 FEL-18 FEL-2 FEL-3 FEL-4 FEL-5 FEL-7 FEL-9",
            string.Join(", ", "6 8 10 11 14 15 17".Split(' ').Select(n => $"{n} requested_datetime"))
        },
    };

    // Each file: what it is called in the error.
    public static TheoryData<string, string> NoLists => new()
    {
        { "errors-object.json", "answers with errors" },
        { "errors-object-wrapped.json", "answers with errors" },
        { "html-login-page.html", "is a web page (HTML)" },
        { "html-error-page-without-doctype.html", "is a web page (HTML)" },
        { "null.json", "is null" },
        { "empty-body.json", "is empty" },
    };

    private static IReadOnlyList<Open311Request> Read(string file) => Open311Document.Read(File.ReadAllBytes(Path.Combine(Folder, file)));

    private static async Task<(RowRunSummary Summary, FakeReportingHub Hub)> RunAsync(string file)
    {
        var hub = new FakeReportingHub([new Area { Code = "0139", DisplayName = "Upplands-Bro", Level = AreaLevel.Municipality }]);
        var map = Open311Map.Open(Path.Combine(Folder, "map.json"));
        var summary = new RowRunSummary();
        await new RowConnector(hub).RunAsync(
            Read(file).Select(r => Open311Observation.Of(file, r, map, withText: false)).ToAsyncEnumerable(), summary, Cancellation);
        return (summary, hub);
    }

    private static Report Of(FakeReportingHub hub, string sourceRef) => Assert.Single(hub.Standing, r => r.Report.SourceRef == sourceRef).Report;

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task List_AsServersWriteIt_IsReadWholeAndFaultsAreNamed(string file, string standing, string faults)
    {
        var (summary, hub) = await RunAsync(file);

        Assert.Equal(standing, string.Join(' ', hub.Standing.Select(r => r.Report.SourceRef).Order(StringComparer.Ordinal)));
        Assert.Equal(
            faults,
            string.Join(", ", summary.Faults.SelectMany(f => f.Lines.Select(l => (Line: l, f.Fault.Field))).OrderBy(f => f.Line).Select(f => $"{f.Line} {f.Field}")));
        Assert.All(summary.Faults, f => Assert.NotEqual("", f.Fault.Remedy));
        // Every request has become a report, or is counted and listed.
        Assert.Equal(summary.LinesRead, summary.Sent + summary.Faulty + summary.Repeated.Count);
        Assert.Equal(summary.Sent == summary.LinesRead, summary.Clean);
    }

    [Theory]
    [MemberData(nameof(NoLists))]
    public void Answer_ThatIsNoList_IsNamedWithARemedy(string file, string told)
    {
        var thrown = Assert.Throws<SourceException>(() => Read(file));

        Assert.Contains(told, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("jurisdiction_id", thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_AreAllRun() => Assert.Equal(
        Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal),
        Lists.Select(l => l.Data.Item1).Concat(NoLists.Select(l => l.Data.Item1)).Append("map.json").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-1", "")]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-2", "")]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-3", Cell)]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-5", "")]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-6", "")]
    [InlineData("lat-long-as-real-servers-write-them.json", "FEL-7", Cell)]
    [InlineData("lon-lng-in-place-of-long.json", "FEL-1", Cell)]
    [InlineData("lon-lng-in-place-of-long.json", "FEL-2", Cell)]
    [InlineData("one-request-as-bare-element.xml", "FEL-1", Cell)]
    [InlineData("values-as-xml-to-json-programs-write-them.json", "FEL-1", Cell)]
    [InlineData("values-as-xml-to-json-programs-write-them.json", "2", "")]
    public async Task Position_IsReadOrLeftOutAndNothingElse(string file, string sourceRef, string position)
    {
        var place = Of((await RunAsync(file)).Hub, sourceRef).Place;

        Assert.Equal(
            position, place.Position is { } p ? string.Create(CultureInfo.InvariantCulture, $"{p.Latitude} {p.Longitude}") : "");
        Assert.Equal(("0139", position.Length > 0 ? Precision.Grid250M : Precision.Municipality), (place.Area, place.Precision));
    }

    [Theory]
    [InlineData("FEL-1", "08:00:00")]
    [InlineData("FEL-2", "07:00:00")]
    [InlineData("FEL-3", "08:00:00.1234567")]
    [InlineData("FEL-4", "13:00:00")]
    [InlineData("FEL-5", "08:00:00")]
    [InlineData("FEL-7", "07:00:00")]
    [InlineData("FEL-9", "07:00:00")]
    [InlineData("FEL-12", "07:00:00")]
    [InlineData("FEL-13", "07:00:00.5")]
    [InlineData("FEL-16", "08:00:00")]
    public async Task Time_IsTheInstantThatIsWritten(string sourceRef, string clock)
    {
        var (_, hub) = await RunAsync("times-as-real-servers-write-them.json");

        Assert.Equal(
            new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero) + TimeSpan.Parse(clock, CultureInfo.InvariantCulture),
            Of(hub, sourceRef).Occurred.From.ToDateTimeOffset());
    }
}
