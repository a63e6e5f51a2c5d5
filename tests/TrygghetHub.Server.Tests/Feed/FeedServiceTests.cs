using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Feed;

public sealed class FeedServiceTests
{
    [Fact]
    public async Task Subscribe_FromTheBeginning_GivesWhatStandsInTheOrderOfTheJournal()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("a"));
        await police.SubmitAsync(Examples.Incident("b"));
        await police.SubmitAsync(Corrected("a"));
        await police.SubmitAsync(Examples.Incident("c"));
        await police.WithdrawIncidentAsync("c");

        await using var feed = await Open(hub, "upplands-bro");
        await feed.CaughtUpAsync(Token);

        Assert.Equal([FeedChange.New, FeedChange.Corrected], feed.Entries.Select(e => e.Change));
        Assert.Equal([1, 2], feed.Entries.Select(e => e.Incident.Report.Revision));
        Assert.All(feed.Entries, e => Assert.Equal(("est", 1, "§1"), (e.Grounds.Agreement, e.Grounds.Version, e.Grounds.Clause)));
        Assert.All(feed.Entries, e => Assert.Equal("", e.Incident.Report.Summary + e.Incident.Report.SourceRef));
    }

    [Fact]
    public async Task Subscribe_Live_GivesNewCorrectedAndWithdrawn()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await using var feed = await Open(hub, "upplands-bro");
        await feed.CaughtUpAsync(Token);

        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        await feed.CountAsync(1, Token);
        await police.SubmitAsync(Corrected("a"));
        await feed.CountAsync(2, Token);
        await police.WithdrawIncidentAsync("a");
        await feed.CountAsync(3, Token);

        Assert.Equal([FeedChange.New, FeedChange.Corrected, FeedChange.Withdrawn], feed.Entries.Select(e => e.Change));
        var recall = feed.Entries.Last().Recall;
        Assert.Equal((name, RecallCause.Withdrawn, "polisen"), (recall.Report, recall.Cause, recall.Sender));
    }

    [Fact]
    public async Task Subscribe_FromEachCursor_GoesOnAfterIt()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("r", 20));
        await using var first = await Open(hub, "upplands-bro", new SubscribeRequest { EntriesPerMessage = 3 });
        await first.CaughtUpAsync(Token);
        var all = first.Entries.Select(e => e.Incident.Name).ToList();
        Assert.Equal(20, all.Distinct().Count());

        var told = 0;
        foreach (var message in first.Messages)
        {
            told += message.Entries.Count;
            await using var next = await Open(hub, "upplands-bro", new SubscribeRequest { Cursor = message.Cursor });
            await next.CaughtUpAsync(Token);
            Assert.Equal(all.Skip(told), next.Entries.Select(e => e.Incident.Name));
        }
    }

    [Fact]
    public async Task Agreement_ThatComesAfterTheReports_ShowsThemAtItsPoint()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await hub.PartnerAsync("bostad", PartnerKind.MunicipalCompany);
        await police.StreamAsync(Examples.Incidents("r", 5));
        await using var feed = await Open(hub, "bostad", new SubscribeRequest { EntriesPerMessage = 2 });
        await feed.CaughtUpAsync(Token);
        Assert.Empty(feed.Entries);

        await hub.AgreeAsync(Examples.Agreement("later", "polisen", "bostad"));
        await feed.CountAsync(5, Token);
        await police.SubmitAsync(Examples.Incident("new"));
        await feed.CountAsync(6, Token);

        Assert.Equal(6, feed.Entries.Select(e => e.Incident.Name).Distinct().Count());
        await using var again = await Open(hub, "bostad");
        await again.CaughtUpAsync(Token);
        Assert.Equal(feed.Entries.Select(e => e.Incident.Name), again.Entries.Select(e => e.Incident.Name));
    }

    [Fact]
    public async Task Cursor_OfAnotherPartnerPurposeOrFilter_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await using var feed = await Open(hub, "upplands-bro");
        await feed.CaughtUpAsync(Token);
        var cursor = feed.Cursor;

        await Invalid("polisen", new SubscribeRequest { Cursor = cursor });
        await Invalid("upplands-bro", new SubscribeRequest { Cursor = cursor, Purpose = Purpose.Evaluation });
        await Invalid("upplands-bro", new SubscribeRequest { Cursor = cursor, IncludeOwn = true });
        await Invalid("upplands-bro", new SubscribeRequest { Cursor = cursor, Filter = new FeedFilter { Categories = { "graffiti" } } });
        var changed = cursor.ToByteArray();
        changed[^1] ^= 1;
        await Invalid("upplands-bro", new SubscribeRequest { Cursor = ByteString.CopyFrom(changed) });
        await Invalid("upplands-bro", new SubscribeRequest { Cursor = ByteString.CopyFromUtf8("cursor") });

        async Task Invalid(string id, SubscribeRequest request) =>
            await Refused.ForAsync("CURSOR_INVALID", async () =>
            {
                await using var refused = await Open(hub, id, request);
                await refused.NextAsync(Token);
            });
    }

    private static Incident Corrected(string sourceRef)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Revision = 2;
        incident.Report.Severity = Severity.Serious;
        return incident;
    }

    private static async Task<FeedReader> Open(TestHub hub, string id, SubscribeRequest? request = null) =>
        FeedReader.Open(await hub.OpenChannelAsAsync(id), request);

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
