using System.Globalization;
using Google.Protobuf;
using TrygghetHub.Feed.V1;
using TrygghetHub.Testing;
using Feeds = TrygghetHub.Feed.V1.FeedService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>Cursors that the hub keeps.</summary>
public sealed class KeptCursorTests
{
    [Fact]
    public async Task Kept_MovesForwardAloneAndStreamsGoOnAfterIt()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await police.StreamAsync(Examples.Incidents("r", 6));
        var feed = await hub.ReadAsync("upplands-bro", new SubscribeRequest { EntriesPerMessage = 2, CursorName = "room" });
        var all = feed.Entries.Select(e => e.Incident.Name).ToList();
        Assert.Equal(6, all.Count);

        await Keep(hub, "room", feed.Messages[1].Cursor);
        await Keep(hub, "room", feed.Messages[0].Cursor);
        await Keep(hub, "room", feed.Messages[1].Cursor);
        Assert.Equal(all.Skip(4), await Named());

        await hub.Test.RestartAsync();
        Assert.Equal(all.Skip(4), await Named());
        await Keep(hub, "room", feed.Cursor);
        Assert.Empty(await Named());

        var kept = Assert.Single(await List(hub));
        Assert.Equal(("room", hub.Now), (kept.CursorName, kept.AcknowledgeTime.ToDateTimeOffset()));
        await Delete(hub, "room");
        await Delete(hub, "room");
        Assert.Empty(await List(hub));
        Assert.Equal(all, await Named());

        async Task<IEnumerable<string>> Named() =>
            (await hub.ReadAsync("upplands-bro", new SubscribeRequest { CursorName = "room" })).Entries.Select(e => e.Incident.Name);
    }

    [Fact]
    public async Task Kept_ForAnotherFilter_IsRefused()
    {
        await using var hub = await FeedHub.StartAsync();
        await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var filtered = new SubscribeRequest { CursorName = "room", Filter = new FeedFilter { Categories = { "graffiti" } } };
        var one = await hub.ReadAsync("upplands-bro");
        var other = await hub.ReadAsync("upplands-bro", filtered);
        await Keep(hub, "room", one.Cursor);

        await Refuse(hub, "room", other.Cursor);
        await Refused.ForAsync("CURSOR_INVALID", () => hub.ReadAsync("upplands-bro", filtered));
    }

    [Fact]
    public async Task Kept_FromACursorOfAnotherPartner_IsRefused()
    {
        await using var hub = await FeedHub.StartAsync();
        await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var others = await hub.ReadAsync("bostad");

        await Refuse(hub, "room", others.Cursor);
        await Refuse(hub, "room", ByteString.CopyFromUtf8("cursor"));
        Assert.Empty(await List(hub));
    }

    [Fact]
    public async Task Kept_UnderAHundredNames_TakesNoMore()
    {
        await using var hub = await FeedHub.StartAsync();
        await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var cursor = (await hub.ReadAsync("upplands-bro")).Cursor;
        using (var channel = await hub.Test.OpenChannelAsAsync("upplands-bro"))
        {
            for (var i = 0; i < 100; i++)
            {
                await new Feeds.FeedServiceClient(channel).AcknowledgeFeedAsync(new AcknowledgeFeedRequest
                {
                    CursorName = "n" + i.ToString(CultureInfo.InvariantCulture),
                    Cursor = cursor,
                }, cancellationToken: hub.Token);
            }
        }

        await Refuse(hub, "one-more", cursor, "FIELD_INVALID");
        await Keep(hub, "n99", cursor);
        await Delete(hub, "n0");
        await Keep(hub, "one-more", cursor);
        Assert.Equal(100, (await List(hub)).Count);
        foreach (var name in new[] { "", "Room", "1st", "a b", new string('a', 61) })
        {
            await Refuse(hub, name, cursor, "FIELD_INVALID");
        }
    }

    private static Task<AcknowledgeFeedResponse> Keep(FeedHub hub, string name, ByteString cursor) =>
        hub.CallAsync("upplands-bro", c => new Feeds.FeedServiceClient(c).AcknowledgeFeedAsync(
            new AcknowledgeFeedRequest { CursorName = name, Cursor = cursor }));

    private static Task Refuse(FeedHub hub, string name, ByteString cursor, string reason = "CURSOR_INVALID") =>
        hub.RefusedAsync(reason, "upplands-bro", c => new Feeds.FeedServiceClient(c).AcknowledgeFeedAsync(
            new AcknowledgeFeedRequest { CursorName = name, Cursor = cursor }));

    private static Task<DeleteCursorResponse> Delete(FeedHub hub, string name) =>
        hub.CallAsync("upplands-bro", c => new Feeds.FeedServiceClient(c).DeleteCursorAsync(
            new DeleteCursorRequest { CursorName = name }));

    private static async Task<IReadOnlyList<KeptCursor>> List(FeedHub hub) =>
        (await hub.CallAsync("upplands-bro", c => new Feeds.FeedServiceClient(c).ListCursorsAsync(new ListCursorsRequest()))).Cursors;
}
