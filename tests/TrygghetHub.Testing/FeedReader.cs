using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Testing;

/// <summary>A subscription past the SDK: what comes is taken as it comes, and kept.</summary>
public sealed class FeedReader : IAsyncDisposable
{
    private readonly AsyncServerStreamingCall<SubscribeResponse> call;
    private readonly IDisposable? connection;

    private FeedReader(AsyncServerStreamingCall<SubscribeResponse> call, IDisposable? connection)
    {
        this.call = call;
        this.connection = connection;
    }

    /// <summary>Messages so far, in order.</summary>
    public List<SubscribeResponse> Messages { get; } = [];

    /// <summary>Entries so far, in order.</summary>
    public IEnumerable<FeedEntry> Entries => Messages.SelectMany(m => m.Entries);

    /// <summary>The cursor of the last message.</summary>
    public Google.Protobuf.ByteString Cursor => Messages[^1].Cursor;

    /// <summary>Subscribes; for the weekly picture where the request names no purpose.</summary>
    public static FeedReader Open(ChannelBase channel, SubscribeRequest? request = null)
    {
        request ??= new SubscribeRequest();
        if (request.Purpose == Purpose.Unspecified)
        {
            request.Purpose = Purpose.WeeklyPicture;
        }

        return new FeedReader(new FeedService.FeedServiceClient(channel).Subscribe(request), channel as IDisposable);
    }

    /// <summary>Reads one message; false when the stream has ended well.</summary>
    /// <exception cref="HubException">Why the hub ended it.</exception>
    public async Task<bool> NextAsync(CancellationToken cancellation)
    {
        try
        {
            if (!await call.ResponseStream.MoveNext(cancellation))
            {
                return false;
            }
        }
        catch (RpcException ended)
        {
            throw HubException.From(ended);
        }

        Messages.Add(call.ResponseStream.Current);
        return true;
    }

    /// <summary>Reads until a message says that all there was has been sent.</summary>
    public Task<FeedReader> CaughtUpAsync(CancellationToken cancellation) => UntilAsync(r => r.Messages[^1].CaughtUp, cancellation);

    /// <summary>Reads until there are so many entries.</summary>
    public Task<FeedReader> CountAsync(int entries, CancellationToken cancellation) =>
        UntilAsync(r => r.Entries.Count() >= entries, cancellation);

    /// <summary>Reads, at least one message, until it is so.</summary>
    public async Task<FeedReader> UntilAsync(Func<FeedReader, bool> isSo, CancellationToken cancellation)
    {
        do
        {
            if (!await NextAsync(cancellation))
            {
                throw new InvalidOperationException("The stream ended before it was so.");
            }
        }
        while (!isSo(this));
        return this;
    }

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        connection?.Dispose();
        return ValueTask.CompletedTask;
    }
}
