using TrygghetHub.Agreements.V1;
using TrygghetHub.Oversight.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What the operator and auditors are told of access: <see cref="Reach"/> by the rules, and the bands of its base cells.
/// Pure; thread-safe.
/// </summary>
/// <param name="bandsOf">The bands of a cell, one for each quarter of the answer.</param>
internal sealed class OverseenAccess(Func<BaseCell, IEnumerable<CountBand>> bandsOf)
{
    /// <summary>What the rules show a recipient.</summary>
    public IEnumerable<ReachedReports> Reached(
        PartnerId recipient, Purpose purpose, RuleBook rules, DateTimeOffset at, CancellationToken cancellation) =>
        Reach.Of(recipient, purpose, senders: null, rules, at, cancellation)
            .GroupBy(r => (r.Category, Row: SeenAlike.Of(r.Sender, r.Form, r.Decision.Projection!, r.Decision.Receipt)))
            .OrderBy(g => g.Key.Row.Sender).ThenBy(g => g.Key.Category, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Row.Agreement, StringComparer.Ordinal).ThenBy(g => g.Key.Row.Clause, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Row.Form).ThenBy(g => g.Key.Row.Precision).ThenBy(g => g.Key.Row.Time)
            .ThenBy(g => g.Key.Row.Ceilings, StringComparer.Ordinal)
            .Select(g => new ReachedReports
            {
                Sender = g.Key.Row.Sender.Value,
                Category = g.Key.Category,
                Family = g.Key.Row.Family,
                Grounds = g.Key.Row.Grounds,
                Form = g.Key.Row.Form,
                Precision = g.Key.Row.Precision,
                Time = g.Key.Row.Time,
                Municipalities =
                {
                    g.GroupBy(r => r.Cell).OrderBy(c => c.Key.Municipality, StringComparer.Ordinal)
                        .Select(c => Banded(c.Key, PartsOf(c.Key, c, rules.Areas))),
                },
            });

    /// <summary>What one book of rules shows otherwise than another.</summary>
    /// <param name="before">The rules as they are.</param>
    /// <param name="after">The rules as they would be.</param>
    /// <param name="pairs">The senders and recipients between whom the books differ.</param>
    /// <param name="purposes">The purposes for which they differ.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellation">Cancels it.</param>
    public IEnumerable<ReachChange> Changes(
        RuleBook before, RuleBook after, IEnumerable<(PartnerId Sender, PartnerId Recipient)> pairs,
        IReadOnlyCollection<Purpose> purposes, DateTimeOffset at, CancellationToken cancellation) =>
        from recipient in pairs.ToLookup(p => p.Recipient, p => p.Sender).OrderBy(g => g.Key)
        let senders = recipient.ToHashSet()
        from purpose in purposes.Distinct().Order()
        let now = Words(Reach.Of(recipient.Key, purpose, senders, before, at, cancellation), before.Areas)
        let then = Words(Reach.Of(recipient.Key, purpose, senders, after, at, cancellation), after.Areas)
        from change in now.Keys.Union(then.Keys)
            .Select(cell => (Cell: cell, Before: now.GetValueOrDefault(cell, ""), After: then.GetValueOrDefault(cell, "")))
            .Where(c => c.Before != c.After)
            .GroupBy(c => (c.Cell.Sender, c.Cell.Category, c.Before, c.After))
            .OrderBy(g => g.Key.Sender).ThenBy(g => g.Key.Category, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Before, StringComparer.Ordinal).ThenBy(g => g.Key.After, StringComparer.Ordinal)
        select new ReachChange
        {
            Recipient = recipient.Key.Value,
            Purpose = purpose,
            Sender = change.Key.Sender.Value,
            Category = change.Key.Category,
            Before = change.Key.Before,
            After = change.Key.After,
            Municipalities =
            {
                change.OrderBy(c => c.Cell.Municipality, StringComparer.Ordinal).Select(c => Banded(c.Cell, parts: [])),
            },
        };

    private BandedMunicipality Banded(BaseCell cell, IEnumerable<string> parts) =>
        new() { Municipality = cell.Municipality, Areas = { parts }, Bands = { bandsOf(cell) } };

    private static Dictionary<BaseCell, string> Words(IEnumerable<Reached> reached, AreaBook areas) =>
        reached.GroupBy(r => r.Cell).ToDictionary(
            cell => cell.Key,
            cell => string.Join(" | ", cell.GroupBy(r => SeenWords.Of(r.Form, r.Decision))
                .OrderBy(way => way.Key, StringComparer.Ordinal)
                .Select(way => PartsOf(cell.Key, way, areas) is { Count: > 0 } parts
                    ? $"{way.Key} (in {string.Join(", ", parts)})"
                    : way.Key)));

    private static IReadOnlyList<string> PartsOf(BaseCell cell, IEnumerable<Reached> reached, AreaBook areas) =>
        Reach.PartsOf(cell.Municipality, reached.Select(r => r.Area.Finest).ToHashSet(StringComparer.Ordinal), areas);
}
