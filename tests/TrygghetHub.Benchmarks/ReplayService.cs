using Grpc.Core;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Feed;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// Streams messages that were made beforehand, over and over, flushed as often as the hub's: the feed without a hub.
/// </summary>
internal sealed class InMemoryFeed : ReplayService.ReplayServiceBase
{
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);
    private static readonly WriteOptions Flushed = new();

    private readonly Dictionary<int, IReadOnlyList<SubscribeResponse>> messages = [];

    /// <summary>What to stream to whoever asks for so many entries a message.</summary>
    public void Keep(int entriesPerMessage, IReadOnlyList<SubscribeResponse> kept) => messages[entriesPerMessage] = kept;

    public override async Task Replay(
        ReplayRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context)
    {
        var kept = messages[request.EntriesPerMessage];
        var unflushed = 0;
        for (var (told, i) = (0, 0); told < request.Entries; i = (i + 1) % kept.Count)
        {
            told += kept[i].Entries.Count;
            unflushed += kept[i].Entries.Count;
            responseStream.WriteOptions = MoreFollows;
            if (unflushed >= FeedStream.EntriesAFlush || told >= request.Entries)
            {
                responseStream.WriteOptions = Flushed;
                unflushed = 0;
            }

            await responseStream.WriteAsync(kept[i], context.CancellationToken);
        }
    }
}
