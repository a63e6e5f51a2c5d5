using TrygghetHub.Audit.V1;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>Receipts of what was shown go by the operator's decision, whole, and not while what they tell of runs.</summary>
public sealed class AccessLogDisposalTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipts_WithoutADecision_StayHoweverOld()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var name = (await police.SubmitAsync(Examples.Incident("shown"))).Name;
        await municipality.ReadIncidentAsync(name);
        await RetentionHub.DecideAsync(police, 0);
        await hub.LaterAsync(5);

        await hub.RunAsync();

        Assert.Single(await ViewersAsync(police, name));
        Assert.Equal("", (await RetentionHub.PreviewAsync(hub.Test.Operator)).DueUpTo);
    }

    [Fact]
    public async Task Receipts_ThatAreDue_GoWithARecordAndThoseOfTodayStay()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var old = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        await municipality.ReadIncidentAsync(old);
        await ReadFeedAsync(hub);
        await hub.LaterAsync(2);
        var young = (await police.SubmitAsync(Examples.Incident("young"))).Name;
        await municipality.ReadIncidentAsync(young);
        await RetentionHub.DecideAsync(hub.Test.Operator, 1, RetentionClass.AccessLog, "HUB2026/1");
        Assert.Equal(2, (await ViewersAsync(police, old)).Count);
        var before = hub.Entries(Enum.GetValues<EntryKind>());

        var preview = await RetentionHub.PreviewAsync(hub.Test.Operator);
        // How much was shown is no figure for the operator.
        Assert.Equal((RetentionClass.AccessLog, 0L), (preview.RetentionClass, preview.Count));
        Assert.NotEqual("", preview.DueUpTo);
        Assert.Empty(preview.Days);
        Assert.Contains("recall", preview.Note, StringComparison.Ordinal);
        await hub.RunAsync();

        Assert.Empty(await ViewersAsync(police, old));
        Assert.Single(await ViewersAsync(police, young));
        Assert.Equal((0L, 1L), (Rows(hub, "showing"), Rows(hub, "shown")));
        Assert.Equal(3, Disposed(hub));
        Assert.Empty(await RetentionHub.DisposalsAsync(hub.Test.Operator));
        Assert.Empty(await RetentionHub.DisposalsAsync(police));
        var after = hub.Entries(Enum.GetValues<EntryKind>());
        Assert.Equal(before.Select(e => e.Lasting), after.Take(before.Count).Select(e => e.Lasting));
        Assert.All(after, e => Assert.True(e.Holds));

        // The reports stay, and showing one again leaves a receipt again.
        await municipality.ReadIncidentAsync(old);
        Assert.Single(await ViewersAsync(police, old));
        await hub.RunAsync();
        Assert.Single(await ViewersAsync(police, old));
    }

    /// <summary>As the decision's document says: who was shown it by what is gone is not told of its recall.</summary>
    [Fact]
    public async Task Recall_OfWhatWasShownByADisposedReceipt_IsOrderedOfNobody()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        foreach (var sourceRef in new[] { "before", "after" })
        {
            await municipality.ReadIncidentAsync((await police.SubmitAsync(Examples.Incident(sourceRef))).Name);
        }

        await police.WithdrawIncidentAsync("before");
        await hub.LaterAsync(2);
        await RetentionHub.DecideAsync(hub.Test.Operator, 1, RetentionClass.AccessLog);
        await hub.RunAsync();

        await police.WithdrawIncidentAsync("after");

        Assert.Single(await police.Feed.ListRecallsAsync(ordered: true, cancellation: Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Receipt_OfAStreamThatEndedLater_StaysWithItsEnd()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        var name = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        await ReadFeedAsync(hub);
        // As if it had run over midnight.
        await hub.LaterAsync(2, () => Update(hub, $"""
            UPDATE showing SET end_at = {JournalTime.ToMicros(hub.Time.GetUtcNow().AddDays(-1))};
            UPDATE journal_entry SET at = {JournalTime.ToMicros(hub.Time.GetUtcNow().AddDays(-1))} WHERE kind = 41;
            """));
        await RetentionHub.DecideAsync(hub.Test.Operator, 1, RetentionClass.AccessLog);

        await hub.RunAsync();
        Assert.Single(await ViewersAsync(police, name));

        await hub.LaterAsync(1);
        await hub.RunAsync();
        Assert.Empty(await ViewersAsync(police, name));
        Assert.Equal(0, Rows(hub, "showing"));
        Assert.Equal(2, Disposed(hub));
    }

    [Fact]
    public async Task Receipt_OfAStreamThatIsNotEnded_Stays()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("old"));
        await ReadFeedAsync(hub);
        await hub.LaterAsync(3);
        await RetentionHub.DecideAsync(hub.Test.Operator, 1, RetentionClass.AccessLog);
        Update(hub, "UPDATE showing SET up_to_seq = NULL, end_at = NULL");

        await hub.RunAsync();

        Assert.Equal(1, Rows(hub, "showing"));
        Assert.NotNull(Assert.Single(hub.Entries(EntryKind.Showing)).Content);
    }

    private static async Task ReadFeedAsync(RetentionHub hub)
    {
        await using (var feed = FeedReader.Open(await hub.Test.OpenChannelAsAsync("upplands-bro")))
        {
            await feed.CaughtUpAsync(hub.Token);
        }

        while (hub.Entries(EntryKind.ShowingEnd).Count == 0)
        {
            hub.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<IReadOnlyList<Viewer>> ViewersAsync(HubClient by, string report) =>
        (await by.Audit.ListViewersAsync(new ListViewersRequest { Report = report })).Viewers;

    private static long Rows(RetentionHub hub, string table)
    {
        using var connection = hub.Service<HubDatabase>().OpenReader();
        using var count = connection.CreateCommand();
        count.CommandText = $"SELECT COUNT(*) FROM {table}";
        return (long)count.ExecuteScalar()!;
    }

    private static long Disposed(RetentionHub hub)
    {
        using var connection = hub.Service<HubDatabase>().OpenReader();
        using var sum = connection.CreateCommand();
        sum.CommandText = "SELECT COALESCE(SUM(count), 0) FROM disposal";
        return (long)sum.ExecuteScalar()!;
    }

    private static void Update(RetentionHub hub, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(hub.Test.DataDirectory, "hub.db")};Pooling=False");
        connection.Open();
        using var update = connection.CreateCommand();
        update.CommandText = sql;
        update.ExecuteNonQuery();
    }
}
