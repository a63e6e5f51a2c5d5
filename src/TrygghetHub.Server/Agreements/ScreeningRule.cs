using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>What is done when the screening finds something in a report. Immutable.</summary>
/// <param name="Blocking">Kinds of warnings that block, beside what always does.</param>
/// <param name="Quarantines">What is blocked waits for its sender; otherwise it is refused.</param>
/// <param name="QuarantineDays">For how many days.</param>
/// <param name="Confirmable">Kinds that its sender may confirm as false alarms.</param>
internal sealed record ScreeningRule(
    ImmutableHashSet<FindingKind> Blocking, bool Quarantines, int QuarantineDays, ImmutableHashSet<FindingKind> Confirmable)
{
    private const int DefaultQuarantineDays = 14;

    /// <summary>Nothing blocks but what always does, and that is refused.</summary>
    public static readonly ScreeningRule Default = new([], false, DefaultQuarantineDays, []);

    public static ScreeningRule Read(ScreeningTerms? terms) => terms is null ? Default : new ScreeningRule(
        [.. terms.Blocking], terms.OnFinding == OnFinding.Quarantine,
        terms.QuarantineDays == 0 ? DefaultQuarantineDays : terms.QuarantineDays, [.. terms.Confirmable]);

    /// <summary>
    /// The rule for what a partner sends: of the agreements that let it, the strictest of each, so that none of them gets
    /// what it would not have taken itself.
    /// </summary>
    public static ScreeningRule For(PartnerId sender, string category, AreaChain place, RuleBook rules, DateTimeOffset at) =>
        rules.Agreements.FlowsFrom(sender)
            .Where(f => f.Permits(at) && f.Flow.Categories.Contains(category) && f.Flow.Covers(place))
            .Select(f => f.Agreement).Distinct()
            .Select(a => a.Screening)
            .Aggregate((ScreeningRule?)null, (strictest, next) => strictest is null ? next : strictest.And(next)) ?? Default;

    public bool Blocks(FindingKind kind) => kind.AlwaysBlocks() || Blocking.Contains(kind);

    private ScreeningRule And(ScreeningRule other) => new(
        Blocking.Union(other.Blocking), Quarantines && other.Quarantines, Math.Min(QuarantineDays, other.QuarantineDays),
        Confirmable.Intersect(other.Confirmable));
}
