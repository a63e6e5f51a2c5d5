using Google.Protobuf;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client;

/// <summary>Has the hub keep the cursor of one subscription, under a name: for who has no place of its own.</summary>
/// <remarks>
/// The hub tells under each name whether a stream runs, and why the last one ended. Made by
/// <see cref="HubFeed.CursorsAtHub"/>. Not thread-safe.
/// </remarks>
public sealed class HubCursorStore : ICursorStore
{
    private readonly FeedService.FeedServiceClient service;
    private readonly string name;
    private bool isKept;

    internal HubCursorStore(FeedService.FeedServiceClient service, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        this.service = service;
        this.name = name;
    }

    /// <inheritdoc/>
    public string Place => $"the hub, under the name {name}";

    /// <inheritdoc/>
    public async Task<FeedPosition> LoadAsync(string scope, CancellationToken cancellation)
    {
        if (!isKept)
        {
            var answer = await service.ListCursorsAsync(new ListCursorsRequest(), cancellationToken: cancellation).ConfigureAwait(false);
            isKept = answer.Cursors.Any(c => c.CursorName == name && c.AcknowledgeTime is not null);
        }

        return FeedPosition.AtHub(name, isKept);
    }

    /// <inheritdoc/>
    public async Task SaveAsync(string scope, ReadOnlyMemory<byte> cursor, CancellationToken cancellation)
    {
        await service.AcknowledgeFeedAsync(
            new AcknowledgeFeedRequest { CursorName = name, Cursor = ByteString.CopyFrom(cursor.Span) },
            cancellationToken: cancellation).ConfigureAwait(false);
        isKept = true;
    }
}
