using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client;

/// <summary>One run of <see cref="HubFeed.SubscribeAsync"/>.</summary>
/// <remarks>
/// Every connection begins where the store says, after whatever could not be kept before has been kept: what the
/// consumer has processed is never asked for again, and what it has not always is. One message is read ahead.
/// </remarks>
internal sealed class FeedSubscription
{
    private const int MaxReconnectsAtFirst = 8;
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(5);

    private readonly FeedService.FeedServiceClient service;
    private readonly FeedOptions options;
    private readonly TimeProvider time;
    private readonly ICursorStore store;
    private readonly string scope;
    private Reconnection reconnection;
    // Processed, but not kept: the hub that keeps it did not answer.
    private ReadOnlyMemory<byte>? unkept;
    private ReadOnlyMemory<byte> kept;
    private bool hasRun;
    private bool hasTriedWithoutAgreement;
    private bool hasBegunFromStore;

    private FeedSubscription(FeedService.FeedServiceClient service, FeedOptions options, TimeProvider time)
    {
        this.service = service;
        this.options = options;
        this.time = time;
        store = options.Cursors ?? new MemoryCursorStore();
        scope = FeedScope.Of(options);
        reconnection = Reconnecting(MaxReconnectsAtFirst);
    }

    /// <summary>Runs the subscription while the consumer reads the batches.</summary>
    public static async IAsyncEnumerable<FeedBatch> RunAsync(FeedService.FeedServiceClient service, FeedOptions options,
        TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var run = new FeedSubscription(service, options, time);
        while (!cancellation.IsCancellationRequested)
        {
            var hasProgressed = false;
            var (connection, fault) = await run.ConnectAsync(cancellation).ConfigureAwait(false);
            await using (connection)
            {
                while (connection is not null)
                {
                    (var message, fault) = await connection.TakeAsync().ConfigureAwait(false);
                    if (message is null)
                    {
                        break;
                    }

                    hasProgressed = true;
                    run.Received(message);
                    // There is nothing in it to process: the place from which a subscription from now on begins is
                    // kept before anything comes that could be lost.
                    if (message.Entries.Count == 0)
                    {
                        await run.KeepAsync(message.Cursor.Memory, cancellation).ConfigureAwait(false);
                    }

                    yield return new FeedBatch(message, run.KeepNowAsync);
                    await run.KeepAsync(message.Cursor.Memory, cancellation).ConfigureAwait(false);
                    if (options.EndsWhenCaughtUp && message.CaughtUp)
                    {
                        await run.KeepTheLastAsync(cancellation).ConfigureAwait(false);
                        yield break;
                    }
                }
            }

            if (fault is null || !await run.GoesOnAsync(fault, hasProgressed, cancellation).ConfigureAwait(false))
            {
                yield break;
            }
        }
    }

    /// <summary>Connects from where the store says; a fault that time may heal comes back instead, and so does none when cancelled.</summary>
    private async Task<(Connection? Connection, HubException? Fault)> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            if (unkept is { } cursor)
            {
                await KeepNowAsync(cursor, cancellation).ConfigureAwait(false);
            }

            var request = Request(await store.LoadAsync(scope, cancellation).ConfigureAwait(false));
            return (new Connection(service, request, cancellation), null);
        }
        catch (HubException exception)
        {
            return (null, exception);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (null, null);
        }
    }

    private SubscribeRequest Request(FeedPosition position)
    {
        var request = new SubscribeRequest
        {
            Purpose = options.Purpose,
            Filter = options.Filter,
            EntriesPerMessage = options.EntriesPerMessage,
            IncludeOwn = options.IncludeOwn,
        };
        hasBegunFromStore = position.IsKept && options.Cursors is not null;
        if (!position.IsKept && options.FromNow)
        {
            request.FromNow = true;
        }
        else if (position.Name is { } name)
        {
            request.CursorName = name;
        }
        else if (position.Cursor is { } cursor)
        {
            request.Cursor = ByteString.CopyFrom(cursor.Span);
        }

        return request;
    }

    private void Received(SubscribeResponse message)
    {
        if (!hasRun)
        {
            hasRun = true;
            reconnection = Reconnecting(int.MaxValue);
        }
        // Something is shown again, so that the end of it is news.
        hasTriedWithoutAgreement &= message.Entries.Count == 0;
    }

    /// <summary>Keeps a cursor, or sets it aside while the hub that would keep it is away.</summary>
    private async Task KeepAsync(ReadOnlyMemory<byte> cursor, CancellationToken cancellation)
    {
        // Whoever is told to stop has still processed what it comes back from.
        using var late = new CancellationTokenSource(LastWord, time);
        try
        {
            await KeepNowAsync(cursor, cancellation.IsCancellationRequested ? late.Token : cancellation).ConfigureAwait(false);
        }
        catch (HubException exception) when (exception.IsTransient)
        {
            unkept = cursor;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            unkept = cursor;
        }
    }

    private async Task KeepNowAsync(ReadOnlyMemory<byte> cursor, CancellationToken cancellation)
    {
        if (!cursor.Span.SequenceEqual(kept.Span))
        {
            await store.SaveAsync(scope, cursor, cancellation).ConfigureAwait(false);
            kept = cursor;
        }

        unkept = null;
    }

    /// <summary>Keeps what could not be kept before, for as long as a connection would be tried.</summary>
    private async Task KeepTheLastAsync(CancellationToken cancellation)
    {
        while (unkept is { } cursor && !cancellation.IsCancellationRequested)
        {
            try
            {
                await KeepNowAsync(cursor, cancellation).ConfigureAwait(false);
            }
            catch (HubException exception)
            {
                await GoesOnAsync(exception, hasProgressed: false, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Waits before the next connection; false when it was cancelled.</summary>
    /// <exception cref="HubException">There is to be none.</exception>
    private async Task<bool> GoesOnAsync(HubException fault, bool hasProgressed, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return false;
        }
        // What was received may still be recalled, and an agreement may come again.
        if (fault.Reason == HubException.AgreementNotActive && hasRun && !hasTriedWithoutAgreement)
        {
            hasTriedWithoutAgreement = true;
            options.Reconnecting?.Invoke(fault);
            return true;
        }

        if (fault.Reason == HubException.CursorInvalid && hasBegunFromStore)
        {
            throw WithPlace(fault);
        }

        if (!fault.IsTransient)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        try
        {
            return await reconnection.WaitAsync(fault, hasProgressed, cancellation).ConfigureAwait(false)
                ? true
                : throw GivenUp(fault);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The hub cannot know where its refused cursor was kept.</summary>
    private HubException WithPlace(HubException fault) => new(
        fault.StatusCode, fault.Message, fault.Reason, fault.Field, fault.Rule,
        $"The cursor comes from {store.Place}. Subscribe with the caller, purpose and filter that it was kept for, or "
        + "take it away to start over.", fault);

    private HubException GivenUp(HubException last) => new(last.StatusCode,
        $"Gave up after {reconnection.Failures - 1} more attempts. Last: {last.Message}", last.Reason,
        remedy: last.Remedy ?? "Subscribe again later: it goes on after what was processed last.",
        inner: last, isTransient: true, retryDelay: last.RetryDelay);

    private Reconnection Reconnecting(int unlessSet) => new(
        new StreamOptions { MaxReconnects = options.MaxReconnects ?? unlessSet, Reconnecting = options.Reconnecting }, time);

    /// <summary>One call, with one message read ahead of the consumer.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop;
        private readonly AsyncServerStreamingCall<SubscribeResponse> call;
        private Task<(SubscribeResponse? Message, HubException? Fault)> next;

        public Connection(FeedService.FeedServiceClient service, SubscribeRequest request, CancellationToken cancellation)
        {
            stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            call = service.Subscribe(request, cancellationToken: stop.Token);
            next = ReadAsync();
        }

        /// <summary>The next message; or why there is none, which is nothing when it was cancelled.</summary>
        public async Task<(SubscribeResponse? Message, HubException? Fault)> TakeAsync()
        {
            var taken = await next.ConfigureAwait(false);
            if (taken.Message is not null)
            {
                next = ReadAsync();
            }

            return taken;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            call.Dispose();
            stop.Dispose();
        }

        private async Task<(SubscribeResponse? Message, HubException? Fault)> ReadAsync()
        {
            try
            {
                return await call.ResponseStream.MoveNext(stop.Token).ConfigureAwait(false)
                    ? (call.ResponseStream.Current, null)
                    : (null, new HubException(StatusCode.Unavailable, "The hub ended the feed without a reason.",
                        remedy: "Subscribe again: it goes on after what was processed last.", isTransient: true));
            }
            catch (HubException exception)
            {
                return (null, exception);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return (null, null);
            }
        }
    }
}
