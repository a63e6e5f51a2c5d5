namespace TrygghetHub.Client;

/// <summary>Keeps the cursor for as long as the subscription runs.</summary>
internal sealed class MemoryCursorStore : ICursorStore
{
    private FeedPosition position = FeedPosition.None;

    public string Place => "memory";

    public Task<FeedPosition> LoadAsync(string scope, CancellationToken cancellation) => Task.FromResult(position);

    public Task SaveAsync(string scope, ReadOnlyMemory<byte> cursor, CancellationToken cancellation)
    {
        position = FeedPosition.After(cursor);
        return Task.CompletedTask;
    }
}
