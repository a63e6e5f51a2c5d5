using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client;

/// <summary>What to receive over the feed, from where on, and where to keep how far one has come.</summary>
public sealed record FeedOptions
{
    /// <summary>What it is wanted for. The hub shows what agreements name for this purpose, and refuses every other.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>Narrows what is received; null, the default, does not. Recalls come whatever it says.</summary>
    public FeedFilter? Filter { get; init; }

    /// <summary>Whether the caller's own reports come too; false unless set.</summary>
    public bool IncludeOwn { get; init; }

    /// <summary>Most entries in one message, 1 to 500; 100 unless set. A message never waits to be full.</summary>
    public int EntriesPerMessage { get; init; } = 100;

    /// <summary>
    /// Where it is kept up to where all is processed; null, the default, keeps it in memory alone, so that every
    /// subscription begins anew. A store belongs to one purpose and filter.
    /// </summary>
    public ICursorStore? Cursors { get; init; }

    /// <summary>
    /// Whether a subscription for which nothing is kept yet begins with what comes from now on; false, the default,
    /// begins with the first report that the caller may see.
    /// </summary>
    public bool FromNow { get; init; }

    /// <summary>
    /// Whether it ends when all that there was has been received and processed; false, the default, goes on live.
    /// </summary>
    public bool EndsWhenCaughtUp { get; init; }

    /// <summary>
    /// How many times in a row a broken connection is made anew; null, the default, means 8 before the first message,
    /// so that a wrong address shows, and without end after it.
    /// </summary>
    public int? MaxReconnects { get; init; }

    /// <summary>
    /// Told before each new attempt what broke, so that a person can be; null, the default, tells nobody. Not told of
    /// what breaks by plan, such as a stream that has become an hour old. It must not throw.
    /// </summary>
    public Action<HubException>? Reconnecting { get; init; }
}
