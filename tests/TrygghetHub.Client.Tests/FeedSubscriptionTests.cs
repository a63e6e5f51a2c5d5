using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client.Tests;

public sealed class FeedSubscriptionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("feed-tests-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string CursorFile => Path.Combine(folder.FullName, "feed.cursor");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Subscribe_UntilCaughtUp_GivesEveryEntryOnceInOrderAndEnds()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(250);

        var entries = await partner.Client.Feed.SubscribeEntriesAsync(UntilCaughtUp(), Stop).ToListAsync(Stop);

        Assert.Equal(Enumerable.Range(1, 250), entries.Select(FakeFeed.Number));
        var request = Assert.Single(partner.Hub.Feed.Requests);
        Assert.Equal((Purpose.WeeklyPicture, 100, SubscribeRequest.StartOneofCase.None),
            (request.Purpose, request.EntriesPerMessage, request.StartCase));
    }

    [Fact]
    public async Task Subscribe_FilterAndOwn_AreAskedFor()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var options = UntilCaughtUp() with
        {
            Purpose = Purpose.Evaluation,
            Filter = new FeedFilter { Areas = { "0139" }, LeastSeverity = Reports.V1.Severity.Serious },
            IncludeOwn = true,
            EntriesPerMessage = 7,
        };

        await partner.Client.Feed.SubscribeAsync(options, Stop).ToListAsync(Stop);

        var request = Assert.Single(partner.Hub.Feed.Requests);
        Assert.Equal((options.Purpose, options.Filter, true, 7),
            (request.Purpose, request.Filter, request.IncludeOwn, request.EntriesPerMessage));
    }

    [Fact]
    public async Task Subscribe_CutInTheMiddle_GoesOnAfterWhatWasProcessedAndLosesNothing()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(100);
        var received = new ConcurrentDictionary<int, TaskCompletionSource>();
        partner.Hub.Feed.OnMessage = async (subscription, message, context) =>
        {
            // Every connection but the last is torn down before its third message, when its second has arrived: what is
            // torn down sooner takes what was sent before with it.
            var before = FakeFeed.Number(message.Cursor) - message.Entries.Count;
            if (before == Begun(partner.Hub, subscription) + 20)
            {
                await At(before).Task.WaitAsync(Stop);
                context.GetHttpContext().Abort();
            }
        };
        var entries = new List<int>();

        await foreach (var batch in partner.Client.Feed.SubscribeAsync(UntilCaughtUp() with { EntriesPerMessage = 10 }, Stop))
        {
            entries.AddRange(batch.Entries.Select(FakeFeed.Number));
            At(FakeFeed.Number(Google.Protobuf.ByteString.CopyFrom(batch.Cursor.Span))).TrySetResult();
        }

        Assert.Equal(Enumerable.Range(1, 100), entries);
        Assert.Equal([0, 20, 40, 60, 80], Enumerable.Range(1, partner.Hub.Feed.Requests.Count).Select(s => Begun(partner.Hub, s)));

        TaskCompletionSource At(int number) => received.GetOrAdd(number, _ => new TaskCompletionSource());
    }

    [Fact]
    public async Task Subscribe_BreakWhileABatchIsProcessed_KeepsItFirstAndGoesOnAfterIt()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(3);
        var isBroken = new TaskCompletionSource();
        partner.Hub.Feed.OnMessage = (subscription, message, _) =>
        {
            if (subscription == 1 && FakeFeed.Number(message.Cursor) == 2)
            {
                isBroken.SetResult();
                throw Unavailable();
            }
            return Task.CompletedTask;
        };
        await using var batches = Batches(partner, UntilCaughtUp() with { EntriesPerMessage = 1 });

        Assert.True(await batches.MoveNextAsync());
        await isBroken.Task.WaitAsync(Stop);
        Assert.Single(partner.Hub.Feed.Requests);
        Assert.True(await batches.MoveNextAsync());

        Assert.Equal(2, FakeFeed.Number(batches.Current.Entries.Single()));
        Assert.Equal(FakeFeed.Cursor(1), partner.Hub.Feed.Requests.Last().Cursor);
    }

    [Fact]
    public async Task Subscribe_BatchNotComeBackFrom_IsNotKept()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(3);
        var options = UntilCaughtUp() with { EntriesPerMessage = 1, Cursors = new FileCursorStore(CursorFile) };

        await using (var batches = Batches(partner, options))
        {
            Assert.True(await batches.MoveNextAsync());
            Assert.False(File.Exists(CursorFile));
            Assert.True(await batches.MoveNextAsync());
        }

        // The second was handed out and never came back from.
        Assert.Equal([2, 3], (await partner.Client.Feed.SubscribeEntriesAsync(
            options with { Cursors = new FileCursorStore(CursorFile) }, Stop).ToListAsync(Stop)).Select(FakeFeed.Number));
    }

    [Fact]
    public async Task Subscribe_ConsumerThrows_GetsTheBatchAgain()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(2);
        var options = UntilCaughtUp() with { EntriesPerMessage = 1, Cursors = partner.Client.Feed.CursorsAtHub("week") };

        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (var batch in partner.Client.Feed.SubscribeAsync(options, Stop))
            {
                if (FakeFeed.Number(batch.Entries[0]) == 2)
                {
                    throw new FormatException();
                }
            }
        });

        Assert.Equal(FakeFeed.Cursor(1), partner.Hub.Feed.Kept["week"]);
        Assert.Equal([2], (await partner.Client.Feed.SubscribeEntriesAsync(options, Stop).ToListAsync(Stop)).Select(FakeFeed.Number));
    }

    [Fact]
    public async Task Acknowledge_BeforeLeaving_KeepsTheCursor()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(5);
        var options = UntilCaughtUp() with { EntriesPerMessage = 2, Cursors = partner.Client.Feed.CursorsAtHub("week") };

        await foreach (var batch in partner.Client.Feed.SubscribeAsync(options, Stop))
        {
            await batch.AcknowledgeAsync(Stop);
            await batch.AcknowledgeAsync(Stop);
            break;
        }

        Assert.Equal(FakeFeed.Cursor(2), Assert.Single(partner.Hub.Feed.Acknowledgements).Cursor);
    }

    [Fact]
    public async Task Subscribe_CursorAtHub_GoesOnAfterABreakFromWhereItWasItself()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(4);
        partner.Hub.Feed.OnMessage = (subscription, message, _) =>
            subscription == 1 && FakeFeed.Number(message.Cursor) > 2 ? throw Unavailable() : Task.CompletedTask;
        var options = UntilCaughtUp() with { EntriesPerMessage = 1, Cursors = partner.Client.Feed.CursorsAtHub("week") };

        var entries = await partner.Client.Feed.SubscribeEntriesAsync(options, Stop).ToListAsync(Stop);

        Assert.Equal([1, 2, 3, 4], entries.Select(FakeFeed.Number));
        // Another under the same name may have moved it.
        Assert.Equal("week", partner.Hub.Feed.Requests.First().CursorName);
        Assert.Equal(FakeFeed.Cursor(2), partner.Hub.Feed.Requests.ElementAt(1).Cursor);
        Assert.Equal(FakeFeed.Cursor(4), partner.Hub.Feed.Kept["week"]);
    }

    [Fact]
    public async Task Subscribe_HubCannotKeepForAWhile_KeepsItBeforeTheNextConnection()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(4);
        var refused = 0;
        partner.Hub.Feed.OnAcknowledge = _ =>
        {
            if (refused++ < 2)
            {
                throw Unavailable();
            }
        };
        partner.Hub.Feed.OnMessage = (subscription, message, _) =>
            subscription == 1 && FakeFeed.Number(message.Cursor) > 2 ? throw Unavailable() : Task.CompletedTask;
        var options = UntilCaughtUp() with { EntriesPerMessage = 1, Cursors = partner.Client.Feed.CursorsAtHub("week") };

        var entries = await partner.Client.Feed.SubscribeEntriesAsync(options, Stop).ToListAsync(Stop);

        Assert.Equal([1, 2, 3, 4], entries.Select(FakeFeed.Number));
        Assert.Equal([2, 3, 4], partner.Hub.Feed.Acknowledgements.Select(a => FakeFeed.Number(a.Cursor)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscribe_FromNowWithNothingKept_KeepsWhereItBeganBeforeAnythingComes(bool atHub)
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(5);
        ICursorStore Store() => atHub ? partner.Client.Feed.CursorsAtHub("live") : new FileCursorStore(CursorFile);
        var options = Live() with { FromNow = true, Cursors = Store() };

        await using (var batches = Batches(partner, options))
        {
            Assert.True(await batches.MoveNextAsync());
            Assert.Empty(batches.Current.Entries);
            Assert.True(batches.Current.CaughtUp);
        }

        // What comes while nobody subscribes is not lost, and --from-now holds for the first time only.
        partner.Hub.Feed.Append(2);
        var entries = await partner.Client.Feed.SubscribeEntriesAsync(
            options with { Cursors = Store(), EndsWhenCaughtUp = true }, Stop).ToListAsync(Stop);
        Assert.Equal([6, 7], entries.Select(FakeFeed.Number));
        Assert.True(partner.Hub.Feed.Requests.First().FromNow);
        Assert.False(partner.Hub.Feed.Requests.Last().FromNow);
    }

    [Fact]
    public async Task Subscribe_Live_GivesWhatComesAndEndsQuietlyWhenCancelled()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var seen = new List<int>();

        await foreach (var batch in partner.Client.Feed.SubscribeAsync(
            Live() with { Cursors = partner.Client.Feed.CursorsAtHub("live") }, cancel.Token))
        {
            seen.AddRange(batch.Entries.Select(FakeFeed.Number));
            if (seen.Count < 3)
            {
                partner.Hub.Feed.Append(1);
            }
            else
            {
                await cancel.CancelAsync();
            }
        }

        Assert.Equal([1, 2, 3], seen);
        // The last was processed: being told to stop does not make it come again.
        Assert.Equal(FakeFeed.Cursor(3), partner.Hub.Feed.Kept["live"]);
    }

    [Fact]
    public async Task Subscribe_CancelledWhileNothingComes_EndsQuietly()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var batches = partner.Client.Feed.SubscribeAsync(Live(), cancel.Token).GetAsyncEnumerator(Stop);
        Assert.True(await batches.MoveNextAsync());

        var waiting = batches.MoveNextAsync();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();

        Assert.False(await waiting);
    }

    [Fact]
    public async Task Subscribe_SlowConsumer_IsReadOneBatchAhead()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(3);
        var isThirdSent = new TaskCompletionSource();
        partner.Hub.Feed.OnMessage = (subscription, message, _) =>
        {
            if (subscription == 1 && FakeFeed.Number(message.Cursor) == 3)
            {
                isThirdSent.SetResult();
                throw FakeHub.Refusal(StatusCode.ResourceExhausted, "SUBSCRIBER_TOO_SLOW", resumeCursor: "Mg==");
            }
            return Task.CompletedTask;
        };
        var told = new List<HubException>();
        await using var batches = Batches(partner, UntilCaughtUp() with { EntriesPerMessage = 1, Reconnecting = told.Add });

        Assert.True(await batches.MoveNextAsync());
        await isThirdSent.Task.WaitAsync(Stop);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(2, FakeFeed.Number(batches.Current.Entries.Single()));
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(3, FakeFeed.Number(batches.Current.Entries.Single()));

        Assert.Equal(FakeFeed.Cursor(2), partner.Hub.Feed.Requests.Last().Cursor);
        Assert.Empty(told);
    }

    [Fact]
    public async Task Subscribe_StreamTimeOver_ConnectsAgainAtOnceAndQuietly()
    {
        // The clock stands still: whoever waits hangs.
        await using var partner = await ConnectedPartner.StartAsync(new FakeTimeProvider());
        partner.Hub.Feed.Append(2);
        partner.Hub.Feed.OnMessage = (subscription, message, _) => subscription == 1 && FakeFeed.Number(message.Cursor) == 2
            ? throw FakeHub.Refusal(StatusCode.Unavailable, "STREAM_TIME_OVER")
            : Task.CompletedTask;
        var told = new List<HubException>();

        var entries = await partner.Client.Feed.SubscribeEntriesAsync(
            UntilCaughtUp() with { EntriesPerMessage = 1, Reconnecting = told.Add }, Stop).ToListAsync(Stop);

        Assert.Equal([1, 2], entries.Select(FakeFeed.Number));
        Assert.Empty(told);
    }

    [Fact]
    public async Task Subscribe_QuotaExceeded_WaitsAsLongAsTheHubSays()
    {
        var time = new FakeTimeProvider();
        await using var partner = await ConnectedPartner.StartAsync(time);
        partner.Hub.Feed.Append(1);
        partner.Hub.Feed.OnMessage = (subscription, _, _) => subscription == 1
            ? throw FakeHub.Refusal(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", TimeSpan.FromSeconds(40))
            : Task.CompletedTask;
        var told = new TaskCompletionSource<HubException>();

        var reading = partner.Client.Feed.SubscribeEntriesAsync(
            UntilCaughtUp() with { Reconnecting = e => told.TrySetResult(e) }, Stop).ToListAsync(Stop).AsTask();
        Assert.Equal("QUOTA_EXCEEDED", (await told.Task.WaitAsync(Stop)).Reason);
        time.Advance(TimeSpan.FromSeconds(39));
        Assert.Single(partner.Hub.Feed.Requests);
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), reading);

        Assert.Single(await reading);
        Assert.Equal(2, partner.Hub.Feed.Requests.Count);
    }

    [Fact]
    public async Task Subscribe_HubIsNeverThere_GivesUpAfterTheAttemptsAllowed()
    {
        var time = new FakeTimeProvider();
        await using var partner = await ConnectedPartner.StartAsync(time);
        partner.Hub.Feed.OnMessage = (_, _, _) => throw Unavailable();

        var reading = partner.Client.Feed.SubscribeAsync(Live(), Stop).ToListAsync(Stop).AsTask();
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(5), reading);

        var exception = await Assert.ThrowsAsync<HubException>(() => reading);
        Assert.Contains("Gave up after 8 more attempts", exception.Message, StringComparison.Ordinal);
        Assert.Equal(9, partner.Hub.Feed.Requests.Count);
    }

    [Fact]
    public async Task Subscribe_HubIsAwayForLongAfterTheFirstMessage_GoesOn()
    {
        var time = new FakeTimeProvider();
        await using var partner = await ConnectedPartner.StartAsync(time);
        partner.Hub.Feed.Append(2);
        partner.Hub.Feed.OnMessage = (subscription, message, _) =>
            subscription < 30 && FakeFeed.Number(message.Cursor) == 2 ? throw Unavailable() : Task.CompletedTask;

        var reading = partner.Client.Feed.SubscribeEntriesAsync(
            UntilCaughtUp() with { EntriesPerMessage = 1 }, Stop).ToListAsync(Stop).AsTask();
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(5), reading);

        Assert.Equal([1, 2], (await reading).Select(FakeFeed.Number));
        Assert.Equal(30, partner.Hub.Feed.Requests.Count);
    }

    [Fact]
    public async Task Subscribe_LastAgreementEnds_TriesOnceMoreAndThenSaysSo()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(2);
        partner.Hub.Feed.OnMessage = (_, message, _) => FakeFeed.Number(message.Cursor) == 2
            ? throw FakeHub.Refusal(StatusCode.PermissionDenied, "AGREEMENT_NOT_ACTIVE")
            : Task.CompletedTask;
        var told = new List<HubException>();

        var exception = await Assert.ThrowsAsync<HubException>(async () => await partner.Client.Feed.SubscribeAsync(
            Live() with { EntriesPerMessage = 1, Reconnecting = told.Add }, Stop).ToListAsync(Stop));

        Assert.Equal("AGREEMENT_NOT_ACTIVE", exception.Reason);
        Assert.Equal("AGREEMENT_NOT_ACTIVE", Assert.Single(told).Reason);
        Assert.Equal(2, partner.Hub.Feed.Requests.Count);
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied, "PERMISSION_MISSING")]
    [InlineData(StatusCode.PermissionDenied, "AGREEMENT_NOT_ACTIVE")]
    [InlineData(StatusCode.PermissionDenied, "PARTNER_SUSPENDED")]
    [InlineData(StatusCode.Unauthenticated, "CERTIFICATE_REVOKED")]
    [InlineData(StatusCode.InvalidArgument, "CURSOR_INVALID")]
    public async Task Subscribe_Refused_EndsAtOnceWithTheHubsReason(StatusCode code, string reason)
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.OnMessage = (_, _, _) => throw FakeHub.Refusal(code, reason);

        var exception = await Assert.ThrowsAsync<HubException>(async () =>
            await partner.Client.Feed.SubscribeAsync(Live(), Stop).ToListAsync(Stop));

        Assert.Equal(reason, exception.Reason);
        Assert.Single(partner.Hub.Feed.Requests);
    }

    [Fact]
    public async Task Subscribe_StoredCursorRefused_SaysWhereItWasKept()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var options = UntilCaughtUp() with { Cursors = new FileCursorStore(CursorFile) };
        await partner.Client.Feed.SubscribeAsync(options, Stop).ToListAsync(Stop);
        partner.Hub.Feed.OnMessage = (_, _, _) => throw FakeHub.Refusal(StatusCode.InvalidArgument, "CURSOR_INVALID");

        var exception = await Assert.ThrowsAsync<HubException>(async () =>
            await partner.Client.Feed.SubscribeAsync(options, Stop).ToListAsync(Stop));

        Assert.Equal("CURSOR_INVALID", exception.Reason);
        Assert.Contains(CursorFile, exception.Remedy, StringComparison.Ordinal);
        Assert.Contains("start over", exception.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_TokenExpiredOnTheWay_ConnectsAgainWithANewOne()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(2);
        partner.Hub.Feed.OnMessage = (subscription, message, _) => subscription == 1 && FakeFeed.Number(message.Cursor) == 2
            ? throw FakeHub.Refusal(StatusCode.Unauthenticated, "TOKEN_EXPIRED")
            : Task.CompletedTask;

        var entries = await partner.Client.Feed.SubscribeEntriesAsync(
            UntilCaughtUp() with { EntriesPerMessage = 1 }, Stop).ToListAsync(Stop);

        Assert.Equal([1, 2], entries.Select(FakeFeed.Number));
        Assert.Equal(2, partner.Hub.Tokens);
    }

    [Theory]
    [InlineData(Purpose.Unspecified, 100)]
    [InlineData(Purpose.Evaluation, 0)]
    [InlineData(Purpose.Evaluation, 501)]
    public async Task Subscribe_OptionsOutOfRange_RefusedWithoutACall(Purpose purpose, int entries)
    {
        await using var partner = await ConnectedPartner.StartAsync();

        Assert.ThrowsAny<ArgumentException>(() => partner.Client.Feed.SubscribeAsync(
            new FeedOptions { Purpose = purpose, EntriesPerMessage = entries }, Stop));
    }

    [Fact]
    public async Task Recalls_OfManyPages_AreListedWholeAndAnswered()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Recalls.AddRange(Enumerable.Range(1, 5).Select(i => new Recall { Name = $"recalls/{i}" }));

        var recalls = await partner.Client.Feed.ListRecallsAsync(cancellation: Stop).ToListAsync(Stop);
        var answered = await partner.Client.Feed.AnswerRecallAsync(
            recalls[0].Name, RecallOutcome.Deleted, decisionReference: "KS 2026/12", cancellation: Stop);

        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"recalls/{i}"), recalls.Select(r => r.Name));
        Assert.Equal("recalls/1", answered.Name);
        var answer = Assert.Single(partner.Hub.Feed.Answers);
        Assert.Equal((RecallOutcome.Deleted, "KS 2026/12", ""), (answer.Outcome, answer.DecisionReference, answer.Rule));
    }

    [Fact]
    public async Task Cursors_ListedAndDeleted_StartOver()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.Feed.Append(1);
        var feed = partner.Client.Feed;
        var options = UntilCaughtUp() with { Cursors = feed.CursorsAtHub("week") };
        await feed.SubscribeAsync(options, Stop).ToListAsync(Stop);

        Assert.Equal("week", Assert.Single(await feed.ListCursorsAsync(Stop)).CursorName);
        await feed.DeleteCursorAsync("week", Stop);

        Assert.Empty(await feed.ListCursorsAsync(Stop));
        Assert.Single(await feed.SubscribeEntriesAsync(
            options with { Cursors = feed.CursorsAtHub("week") }, Stop).ToListAsync(Stop));
    }

    private static FeedOptions Live() => new() { Purpose = Purpose.WeeklyPicture };

    private static FeedOptions UntilCaughtUp() => Live() with { EndsWhenCaughtUp = true };

    private static IAsyncEnumerator<FeedBatch> Batches(ConnectedPartner partner, FeedOptions options) =>
        partner.Client.Feed.SubscribeAsync(options, Stop).GetAsyncEnumerator(Stop);

    private static int Begun(FakeHub hub, int subscription)
    {
        var request = hub.Feed.Requests.ElementAt(subscription - 1);
        return request.StartCase == SubscribeRequest.StartOneofCase.Cursor ? FakeFeed.Number(request.Cursor) : 0;
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, TimeSpan step, Task done)
    {
        while (!done.IsCompleted)
        {
            time.Advance(step);
            await Task.Yield();
        }
    }

    private static RpcException Unavailable() => new(new Status(StatusCode.Unavailable, "stopping"));
}
