using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client;

/// <summary>One message of the feed: entries to process together, and the cursor after them.</summary>
public sealed class FeedBatch
{
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task> keep;

    internal FeedBatch(SubscribeResponse message, Func<ReadOnlyMemory<byte>, CancellationToken, Task> keep)
    {
        Entries = message.Entries;
        Cursor = message.Cursor.Memory;
        CaughtUp = message.CaughtUp;
        this.keep = keep;
    }

    /// <summary>In the order of the journal. None in a message that only tells where the feed is.</summary>
    public IReadOnlyList<FeedEntry> Entries { get; }

    /// <summary>After these entries. Means nothing to anyone but the hub.</summary>
    public ReadOnlyMemory<byte> Cursor { get; }

    /// <summary>Whether all that there was when the hub made the message has been received.</summary>
    public bool CaughtUp { get; }

    /// <summary>Keeps the cursor now. Asking for the next batch does the same; the same again changes nothing.</summary>
    /// <param name="cancellation">Ends the wait; the cursor may or may not be kept then.</param>
    /// <remarks>For who leaves after this batch, or must know that it is kept before going on.</remarks>
    /// <exception cref="HubException">The hub keeps the cursor, and refused or did not answer.</exception>
    /// <exception cref="CursorStoreException">The store cannot be written.</exception>
    public Task AcknowledgeAsync(CancellationToken cancellation = default) => keep(Cursor, cancellation);
}
