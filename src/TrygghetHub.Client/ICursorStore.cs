namespace TrygghetHub.Client;

/// <summary>Keeps how far one subscription has been processed, so that the next goes on from there.</summary>
/// <remarks>
/// A cursor that is lost, or older than the last, only makes entries come again; one that is kept before its entries are
/// processed loses them. Used by one subscription at a time, which calls it one call after the other.
/// </remarks>
public interface ICursorStore
{
    /// <summary>Where it is kept, for people: "the file feed.cursor".</summary>
    string Place { get; }

    /// <summary>Asked before every connection of a subscription where to begin.</summary>
    /// <param name="scope">What is subscribed to, in words: a cursor fits no other.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The cursor kept last, or <see cref="FeedPosition.None"/>.</returns>
    /// <exception cref="CursorStoreException">What is kept cannot be read, or belongs to another subscription.</exception>
    Task<FeedPosition> LoadAsync(string scope, CancellationToken cancellation);

    /// <summary>Keeps a cursor in place of the one before; when this returns, it outlives a crash.</summary>
    /// <param name="scope">What is subscribed to, in words.</param>
    /// <param name="cursor">From the feed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CursorStoreException">It cannot be kept.</exception>
    Task SaveAsync(string scope, ReadOnlyMemory<byte> cursor, CancellationToken cancellation);
}
