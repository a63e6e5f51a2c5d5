using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// What of one class and partner is due at a time: by which decision, up to which day of receipt, less what is held.
/// </summary>
/// <remarks>
/// Pure and immutable: the same book and time make the same plan. Counted in whole Swedish days from the receipt of each
/// revision by itself: what came on a day is kept through the days decided on after it, and is due on the next. A report is
/// held whole: evidence of what was corrected is worth nothing without what it was before.
/// </remarks>
internal sealed class DisposalPlan
{
    private readonly IReadOnlyList<LegalHold> holds;

    private DisposalPlan(RetentionDecision decision, DateOnly lastDay, IReadOnlyList<LegalHold> holds)
    {
        Decision = decision;
        LastDay = lastDay;
        this.holds = holds;
    }

    /// <summary>What it goes by.</summary>
    public RetentionDecision Decision { get; }

    /// <summary>The last day of receipt that is due.</summary>
    public DateOnly LastDay { get; }

    /// <summary>Whether there is any hold: without one, revisions need not be looked up.</summary>
    public bool HasHolds => holds.Count > 0;

    /// <summary>The plan, or null when no decision in force lets anything go.</summary>
    public static DisposalPlan? Of(RetentionBook book, RetentionClass @class, PartnerId? partner, DateTimeOffset at)
    {
        if (book.DecisionOn(@class, partner) is not { Preserves: false } decision)
        {
            return null;
        }

        var today = SwedishTime.DayOf(at);
        // Before the first year there is nothing to dispose of.
        return today.DayNumber <= decision.Days + 1 ? null : new DisposalPlan(
            decision, today.AddDays(-decision.Days - 1), partner is { } sender ? book.HoldsOn(sender) : []);
    }

    public bool IsDue(DateTimeOffset receivedAt) => SwedishTime.DayOf(receivedAt) <= LastDay;

    /// <summary>The holds that keep a report.</summary>
    /// <param name="revisions">All of its revisions; one is enough to find it held, none to find it free.</param>
    public IEnumerable<LegalHold> HoldsOn(IReadOnlyCollection<ReceivedRevision> revisions) =>
        holds.Where(h => h.Scope.IsAll || revisions.Any(h.Scope.Fits));
}
