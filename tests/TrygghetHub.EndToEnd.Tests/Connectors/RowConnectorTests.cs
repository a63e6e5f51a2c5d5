using TrygghetHub.Areas.V1;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class RowConnectorTests
{
    private static readonly Area Bro = new() { Code = "0139-bro", DisplayName = "Bro", Level = AreaLevel.District, Parent = "0139" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SourceRow Row(string sourceRef, string category = "graffiti", int line = 1)
    {
        var observation = Examples.Observation(sourceRef);
        observation.Report.Category = category;
        return new("a.csv", line, new TypedReport(observation), null);
    }

    private static async Task<RowRunSummary> RunAsync(IReportingHub hub, params IEnumerable<SourceRow> rows)
    {
        var summary = new RowRunSummary();
        await new RowConnector(hub).RunAsync(rows.ToAsyncEnumerable(), summary, Cancellation);
        return summary;
    }

    [Fact]
    public async Task Run_CorrectionThatIsNotAgreed_WithdrawsWhatStoodOnce()
    {
        var hub = new FakeReportingHub([Bro]) { Refuses = r => r.Category == "fire" };
        await RunAsync(hub, Row("1"));

        var first = await RunAsync(hub, Row("1", "fire"));
        var second = await RunAsync(hub, Row("1", "fire"));

        Assert.Equal((1, 0), (first.Withdrawn, second.Withdrawn));
        Assert.Empty(hub.Standing);
        Assert.All([first, second], s => Assert.Equal(["AREA_NOT_AGREED"], s.Refused.Keys));

        await RunAsync(hub, Row("1"));
        Assert.Single(hub.Standing);
    }

    [Fact]
    public async Task Run_RowsWithOneId_TheFirstCountsAtEveryRun()
    {
        var hub = new FakeReportingHub([Bro]);
        SourceRow[] Rows() => [Row("1"), Row("2"), Row("1", "fire", line: 7)];

        var first = await RunAsync(hub, Rows());
        var second = await RunAsync(hub, Rows());

        Assert.Equal((2, 7), (first.Sent, Assert.Single(first.Repeated.First).Line));
        Assert.Equal((0, 0, 2), (second.Sent, second.Corrected, second.AlreadyHeld));
        Assert.All(hub.Standing, r => Assert.Equal("graffiti", r.Report.Category));
    }

    [Fact]
    public async Task Run_CutOffInTheMiddle_IsTakenUpByTheNext()
    {
        var hub = new FakeReportingHub([Bro]) { BreaksAfter = 1700 };
        SourceRow[] Rows() => [.. Enumerable.Range(0, 2500).Select(i => Row($"{i}"))];
        await Assert.ThrowsAsync<IOException>(() => RunAsync(hub, Rows()));

        hub.BreaksAfter = int.MaxValue;
        var next = await RunAsync(hub, Rows());

        Assert.Equal((800, 1700), (next.Sent, next.AlreadyHeld));
        Assert.Equal(2500, hub.Changes);
    }

    [Fact]
    public async Task DryRun_TellsTheSameAsTheRunAndSendsNothing()
    {
        var hub = new FakeReportingHub([Bro]) { Refuses = r => r.Category == "fire" };
        await RunAsync(hub, Row("1"), Row("2"));
        var changes = hub.Changes;
        SourceRow[] Rows() => [Row("1"), Row("2", "littering"), Row("3", "fire"), Row("4"), Row("5")];

        var dry = new DryRunHub(hub, TimeProvider.System, keepsEntries: true);
        var told = await RunAsync(dry, Rows());

        Assert.Equal(changes, hub.Changes);
        Assert.Equal(3, hub.Previews);
        Assert.Equal(["correction", "new", "new", "new"], dry.Entries.Select(e => e.What));
        Assert.Equal(2, dry.Tallies[("graffiti", "0139-bro")]);

        var done = await RunAsync(hub, Rows());
        Assert.Equal(
            (done.Sent, done.Corrected, done.AlreadyHeld, string.Join(',', done.Refused.Keys)),
            (told.Sent, told.Corrected, told.AlreadyHeld, string.Join(',', told.Refused.Keys)));
    }

    [Fact]
    public async Task DryRun_OfATimeInTheFuture_RefusesThatRowAlone()
    {
        var hub = new FakeReportingHub([Bro]);
        var late = Row("1");
        late.Report!.Report.Occurred.From.Seconds += 10L * 365 * 24 * 3600;

        var told = await RunAsync(new DryRunHub(hub, TimeProvider.System, keepsEntries: false), late, Row("2"));

        Assert.Equal(1, told.Sent);
        Assert.Equal(["TIME_OUT_OF_RANGE"], told.Refused.Keys);
    }

    [Theory]
    [InlineData("070-123 45 67")]
    [InlineData("anna@example.se")]
    public async Task DryRun_OfAnIdThatPointsAtAPerson_RefusesThatRowAlone(string id)
    {
        // As the real hub's preview does: it screens the id that it is asked about.
        var hub = new FakeReportingHub([Bro]) { Refuses = r => r.SourceRef == id };
        var dry = new DryRunHub(hub, TimeProvider.System, keepsEntries: true);

        var told = await RunAsync(dry, Row(id), Row("2"), Row("3"));

        Assert.Equal(2, told.Sent);
        Assert.Equal(["REFUSED_PERSONAL_DATA"], told.Refused.Keys);
        Assert.Equal("report.source_ref", Assert.Single(dry.Entries, e => e.Refused is not null).Refused!.Field);
        Assert.DoesNotContain(id, DryRunScreen.Json(dry).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DryRun_OfALaterRowWithABadId_PromisesNoAcceptance()
    {
        var dry = new DryRunHub(new FakeReportingHub([Bro]), TimeProvider.System, keepsEntries: false);

        var told = await RunAsync(dry, Row("1"), Row("2"), Row("070-123 45 67"));

        Assert.Equal(2, told.Sent);
        Assert.Equal(["REFUSED_PERSONAL_DATA"], told.Refused.Keys);
    }

    [Fact]
    public async Task DryRun_OfAPlaceThatPointsAtAPerson_IsRefusedByItsField()
    {
        var row = Row("1");
        row.Report!.Report.Place.Named = "Bilen ABC 123";
        var dry = new DryRunHub(new FakeReportingHub([Bro]), TimeProvider.System, keepsEntries: true);

        await RunAsync(dry, row);

        Assert.Equal("report.place.named", Assert.Single(dry.Entries).Refused!.Field);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Mörkt vid porten", 1)]
    public async Task DryRun_OfManyRowsInOneMunicipality_AsksForItsPlacesOnceAndOnlyForTexts(string text, int lookups)
    {
        var hub = new FakeReportingHub([Bro]);
        var rows = Enumerable.Range(0, 50).Select(i => Row($"{i}")).ToList();
        rows.ForEach(r => r.Report!.Report.Summary = text);

        await RunAsync(new DryRunHub(hub, TimeProvider.System, keepsEntries: false), rows);

        Assert.Equal(lookups, hub.Lookups);
    }

    [Fact]
    public async Task DryRun_Entries_HoldNoText()
    {
        var row = Row("1");
        row.Report!.Report.Summary = "Ring Anna";
        var dry = new DryRunHub(new FakeReportingHub([Bro]), TimeProvider.System, keepsEntries: true);

        await RunAsync(dry, row);

        Assert.Equal("", Assert.Single(dry.Entries).Report!.Report.Summary);
        Assert.Equal("Ring Anna", row.Report.Report.Summary);
    }
}
