using System.Collections.Immutable;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Retention;

/// <summary>The decisions in force and all holds. Immutable and thread-safe.</summary>
/// <param name="Decisions">By class and partner (null for the access log).</param>
/// <param name="Holds">In the order in which they were placed, lifted ones too.</param>
internal sealed record RetentionBook(
    ImmutableDictionary<(RetentionClass Class, PartnerId? Partner), RetentionDecision> Decisions, ImmutableArray<LegalHold> Holds)
{
    public static readonly RetentionBook Empty = new(
        ImmutableDictionary<(RetentionClass Class, PartnerId? Partner), RetentionDecision>.Empty, []);

    /// <summary>The decision in force, or null: then nothing is disposed of.</summary>
    public RetentionDecision? DecisionOn(RetentionClass @class, PartnerId? partner) =>
        Decisions.GetValueOrDefault((@class, partner));

    /// <summary>The holds that stand on a partner's reports.</summary>
    public IReadOnlyList<LegalHold> HoldsOn(PartnerId partner) =>
        [.. Holds.Where(h => h.Partner == partner && h.Lifting is null)];

    public RetentionBook With(RetentionDecision decision) =>
        this with { Decisions = Decisions.SetItem((decision.Class, decision.Partner), decision) };

    /// <summary>With a hold, new or in the place of what it was before.</summary>
    public RetentionBook With(LegalHold hold) => this with
    {
        Holds = Holds.FirstOrDefault(h => h.Id == hold.Id) is { } before ? Holds.Replace(before, hold) : Holds.Add(hold),
    };
}
