using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>An entry of the journal that a feed may have to tell of. Immutable but for <see cref="ReportRow.IsSuperseded"/>.</summary>
internal abstract record FeedRow(long Seq)
{
    /// <summary>Journal time of the entry.</summary>
    public abstract DateTimeOffset At { get; }
}

/// <summary>A revision of a report.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="Stored">The columns.</param>
/// <param name="Content">What the journal keeps of it; opened only with a projection.</param>
/// <param name="Previous">The revision that it took the place of; null for the first.</param>
internal sealed record ReportRow(long Seq, StoredReport Stored, byte[] Content, StoredReport? Previous) : FeedRow(Seq)
{
    private volatile bool superseded;

    public override DateTimeOffset At => Stored.ReceivedAt;
    private volatile Told? told;

    /// <summary>Another has taken its place since it was read.</summary>
    public bool IsSuperseded
    {
        get => superseded;
        set => superseded = value;
    }

    /// <summary>
    /// The message made of it, the same for all who may see the same of it by the same clause: a hundred subscribers of one
    /// agreement are served from one.
    /// </summary>
    public FeedEntry? EntryOf(FeedChange change, Decision decision, Func<FeedEntry?> make)
    {
        for (var made = told; made is not null; made = made.Next)
        {
            if (made.Change == change && made.Decision.IsAlike(decision))
            {
                return made.Entry;
            }
        }

        if (make() is not { } entry)
        {
            return null;
        }

        told = new Told(change, decision, entry, told);
        return entry;
    }

    private sealed record Told(FeedChange Change, Decision Decision, FeedEntry Entry, Told? Next);
}

/// <summary>From here on older reports may be visible.</summary>
internal sealed record PointRow(VisibilityPoint Point) : FeedRow(Point.Point.Seq)
{
    public override DateTimeOffset At => Point.Point.At;
}

/// <summary>A consent request of a partner, or its outcome.</summary>
internal sealed record ConsentRow(long Seq, PartnerNotice Notice) : FeedRow(Seq)
{
    public override DateTimeOffset At => Notice.Time.ToDateTimeOffset();
}

/// <summary>A recall.</summary>
internal sealed record RecallRow(long Seq, RecallOrder Order) : FeedRow(Seq)
{
    public override DateTimeOffset At => Order.OrderedAt;
}
