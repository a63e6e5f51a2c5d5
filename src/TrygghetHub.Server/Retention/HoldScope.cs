using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Server.Areas;
using Wire = TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>Which of a partner's reports a hold keeps: those that fit all that is set. Immutable; in doubt it keeps.</summary>
/// <param name="Area">Code; empty for everywhere.</param>
/// <param name="AreaChain">The same with what it lies in; default for everywhere, and for a code that the hub knows no more.</param>
/// <param name="Category">Code; empty for all.</param>
/// <param name="ReceivedFrom">Included; null for any time.</param>
/// <param name="ReceivedTo">Not included; null for any time.</param>
internal sealed record HoldScope(
    string Area, AreaChain AreaChain, string Category, DateTimeOffset? ReceivedFrom, DateTimeOffset? ReceivedTo)
{
    /// <summary>Every report of the partner.</summary>
    public bool IsAll => Area.Length == 0 && Category.Length == 0 && ReceivedFrom is null && ReceivedTo is null;

    public bool Fits(ReceivedRevision revision) =>
        // A report that is known by its municipality alone may lie in the district that is held.
        (Area.Length == 0 || revision.Area.IsWithin(Area) || AreaChain.IsWithin(revision.Area.Finest))
        && (Category.Length == 0 || revision.Category == Category)
        && (ReceivedFrom is not { } from || revision.ReceivedAt >= from)
        && (ReceivedTo is not { } to || revision.ReceivedAt < to);

    public Wire.HoldScope ToWire() => new()
    {
        Area = Area,
        Category = Category,
        ReceivedFrom = ReceivedFrom?.ToTimestamp(),
        ReceivedTo = ReceivedTo?.ToTimestamp(),
    };
}
