using System.Collections.Immutable;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Feed;

/// <summary>An order to give up what was received. Immutable; identity only.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="Id">Its id outward.</param>
/// <param name="Cause">Why.</param>
/// <param name="Sender">Whose reports; null for all senders of an agreement.</param>
/// <param name="Report">Resource name of the one report; empty for many.</param>
/// <param name="Agreement">Whose end is the cause; empty otherwise.</param>
/// <param name="OrderedAt">When.</param>
/// <param name="DueAt">By when it is to be answered.</param>
/// <param name="Recipients">Who is to, in the order of ids.</param>
internal sealed record RecallOrder(
    long Seq, Guid Id, RecallCause Cause, PartnerId? Sender, string Report, string Agreement, DateTimeOffset OrderedAt,
    DateTimeOffset DueAt, ImmutableArray<RecallRecipient> Recipients)
{
    public string Name => "recalls/" + Id.ToString("D");

    public bool IsFor(PartnerId partner) => Recipients.Any(r => r.Partner == partner);
}

/// <summary>A recipient of a recall and what it has answered.</summary>
internal sealed record RecallRecipient(
    PartnerId Partner, RecallOutcome Outcome, string DecisionReference, string Rule, DateTimeOffset? AnsweredAt);
