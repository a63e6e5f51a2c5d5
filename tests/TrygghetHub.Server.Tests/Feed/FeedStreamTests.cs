using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Feed;
using TrygghetHub.Server.Journal;
using TrygghetHub.Testing;
using Feeds = TrygghetHub.Feed.V1.FeedService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>How streams go on, wait and end.</summary>
public sealed class FeedStreamTests
{
    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task Subscribe_FromTheEnd_IsToldAtOnceThatItIsTheEnd()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await police.SubmitAsync(Examples.Incident("a"));
        var cursor = (await hub.ReadAsync("upplands-bro")).Cursor;

        // Its own receipt is an entry that may not have been read yet: no time passes here, so that nothing else tells.
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty((await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = cursor })).Entries);
            await hub.ReadAsync("upplands-bro", new SubscribeRequest { FromNow = true });
        }
    }

    [Fact]
    public async Task Subscribe_FromNow_TellsNothingOlder()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await police.SubmitAsync(Examples.Incident("old"));
        await using var feed = await hub.SubscribeAsync("upplands-bro", new SubscribeRequest { FromNow = true });
        await feed.CaughtUpAsync(hub.Token);
        Assert.Empty(feed.Entries);

        var name = (await police.SubmitAsync(Examples.Incident("new"))).Name;
        await feed.CountAsync(1, hub.Token);
        Assert.Equal(name, feed.Entries.Single().Incident.Name);
    }

    /// <summary>What a subscriber may not see must not show in when it hears that there is nothing, either.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_AfterFifteenSeconds_GivesACursorWhateverIsHidden(bool hidden)
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await using var feed = await hub.SubscribeAsync("upplands-bro");
        await feed.CaughtUpAsync(hub.Token);

        hub.Time.Advance(TimeSpan.FromSeconds(10));
        if (hidden)
        {
            var red = Examples.Incident("red");
            red.Report.Tlp = Tlp.Red;
            await police.SubmitAsync(red);
            await ReadByTheTailAsync(hub);
        }

        hub.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await feed.NextAsync(hub.Token));

        Assert.Empty(feed.Messages[^1].Entries);
        Assert.True(feed.Messages[^1].CaughtUp);
        Assert.Empty((await ReadOnAsync(hub, feed.Cursor)).Entries);
    }

    [Fact]
    public async Task Agreement_ThatEnds_EndsTheStreamAndRecallsComeAfterIt()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        await using var feed = await hub.SubscribeAsync("upplands-bro");
        await feed.CaughtUpAsync(hub.Token);

        await hub.Test.Operator.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "It is over." }, cancellationToken: hub.Token);
        var ended = await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", async () =>
        {
            while (await feed.NextAsync(hub.Token))
            {
            }
        });
        var from = ByteString.FromBase64(ended.ResumeCursor!);
        await police.WithdrawIncidentAsync("a");

        var after = await ReadOnAsync(hub, from);
        var told = Assert.Single(after.Entries);
        Assert.Equal((FeedChange.Withdrawn, name, RecallCause.Withdrawn), (told.Change, told.Recall.Report, told.Recall.Cause));

        // And from the beginning nothing but that.
        Assert.Equal([FeedChange.Withdrawn], (await hub.ReadAsync("upplands-bro")).Entries.Select(e => e.Change));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("narrowed")]
    public async Task Agreement_ThatPermitsLessWhileAStreamRuns_ShowsNoMoreThanThat(string how)
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(
            Examples.Agreement("est", "polisen", "upplands-bro"), Examples.Agreement("other", "polisen", "bostad"));
        await using var feed = await hub.SubscribeAsync("upplands-bro");
        await feed.CaughtUpAsync(hub.Token);
        await police.SubmitAsync(Examples.Incident("before"));
        await feed.CountAsync(1, hub.Token);

        if (how == "suspended")
        {
            await hub.Test.Operator.Agreements.SuspendAgreementAsync(
                new SuspendAgreementRequest { Name = "agreements/est", Reason = "An inquiry." }, cancellationToken: hub.Token);
        }
        else
        {
            var narrow = Examples.Agreement("est", "polisen", "upplands-bro");
            narrow.SharingTerms.Flows[0].FinestPrecision = Precision.Municipality;
            narrow.SharingTerms.Flows[0].Fields.Remove(ReportField.Category);
            await hub.Test.AgreeAsync(narrow);
        }

        await police.SubmitAsync(Examples.Incident("after"));
        if (how == "suspended")
        {
            await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", async () =>
            {
                while (await feed.NextAsync(hub.Token))
                {
                }
            });
            Assert.Single(feed.Entries);
            await hub.Test.Operator.Agreements.ResumeAgreementAsync(
                new ResumeAgreementRequest { Name = "agreements/est" }, cancellationToken: hub.Token);

            // Also what it had: it could not be seen in between, and a subscriber that was further back was not told.
            Assert.Equal(2, (await ReadOnAsync(hub, feed.Cursor)).Entries.Count());
        }
        else
        {
            await feed.CountAsync(2, hub.Token);
            var seen = feed.Entries.Last();
            Assert.Equal(("", "0139", Precision.Municipality, 2), (
                seen.Incident.Report.Category, seen.Incident.Report.Place.Area, seen.Incident.Report.Place.Precision,
                seen.Grounds.Version));
        }
    }

    /// <summary>Others go on; nothing is lost; and what it may have read of what was on its way is known.</summary>
    [Fact]
    public async Task Subscriber_ThatDoesNotRead_IsCutOffAloneAndGoesOnFromItsLastCursor()
    {
        const int reports = 4_000;
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var names = (await police.StreamAsync([.. Examples.Incidents("r", reports).Chunk(500)]))
            .SelectMany(a => a.Results).Select(r => r.Accepted.Name).ToList();
        await using var slow = await hub.SubscribeAsync("upplands-bro", new SubscribeRequest { CursorName = "slow" });
        Assert.True(await slow.NextAsync(hub.Token));
        await hub.CallAsync("upplands-bro", c => new Feeds.FeedServiceClient(c).AcknowledgeFeedAsync(
            new AcknowledgeFeedRequest { CursorName = "slow", Cursor = slow.Cursor }));
        await using var other = await hub.SubscribeAsync("bostad");
        await other.CountAsync(reports, hub.Token);

        // The time runs from when a write stands still, which nothing tells: it passes until the stream is gone.
        while (hub.Streams > 1)
        {
            hub.Time.Advance(SlowTime);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, hub.Token);
        }

        var kept = (await hub.CallAsync("upplands-bro", c => new Feeds.FeedServiceClient(c).ListCursorsAsync(new ListCursorsRequest()))).Cursors;
        Assert.Equal(("slow", 0, "SUBSCRIBER_TOO_SLOW"), (kept[0].CursorName, kept[0].Streams, kept[0].LastEnd));
        names.Add((await police.SubmitAsync(Examples.Incident("last"))).Name);
        await other.CountAsync(reports + 1, hub.Token);

        await Assert.ThrowsAsync<HubException>(async () =>
        {
            while (await slow.NextAsync(hub.Token))
            {
            }
        });
        var had = slow.Entries.Select(e => e.Incident.Name).ToList();
        Assert.True(had.Count < reports, "It was given all: its buffers are larger than the test thinks.");
        Assert.Contains(await hub.ViewersAsync(had[^1]), v => v.Partner == "upplands-bro");

        var rest = await ReadOnAsync(hub, slow.Cursor);
        Assert.Equal(names, had.Concat(rest.Entries.Select(e => e.Incident.Name)));
    }

    private static async Task<FeedReader> ReadOnAsync(FeedHub hub, ByteString cursor) =>
        await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = cursor });

    private static Task ReadByTheTailAsync(FeedHub hub) => hub.Test.Hub.Services.GetRequiredService<FeedTail>()
        .MovedBeyond(hub.Test.Hub.Services.GetRequiredService<JournalLane>().Head - 1).WaitAsync(hub.Token);
}
