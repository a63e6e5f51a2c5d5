using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Counts of what <see cref="Disclosure"/> shows of reports, by one book of rules or by two. Pure; thread-safe.
/// </summary>
internal static class AccessCounts
{
    // Longer than the longest delay and the longest period together: no hold is in the way of what is as old.
    private static readonly TimeSpan BeyondHolds = TimeSpan.FromDays(200);

    /// <summary>
    /// What a recipient sees at an instant of others' reports, drawn together as far as it sees them alike.
    /// </summary>
    /// <param name="standing">The reports, without exercises.</param>
    /// <param name="recipient">Who sees them.</param>
    /// <param name="purpose">What it wants them for.</param>
    /// <param name="rules">The rules of that instant.</param>
    /// <param name="at">The instant. What is held back at it is not counted.</param>
    /// <param name="asker">Who is told: the recipient of everything, a sender of its own reports.</param>
    /// <remarks>
    /// Everything is told as the recipient sees it: where it sees the family alone no category is named, and a cell that
    /// its pictures leave out for being small is in no figure.
    /// </remarks>
    public static IEnumerable<VisibleReports> Visible(
        IEnumerable<HeldReport> standing, PartnerId recipient, Purpose purpose, RuleBook rules, DateTimeOffset at,
        PartnerId asker)
    {
        var records = new Decider(recipient, purpose, SharingForm.Records);
        var counts = new Decider(recipient, purpose, SharingForm.Counts);
        var seen = new Dictionary<(SeenAlike Row, SeenCell Cell), (int Count, int SmallestCell)>();
        foreach (var report in standing)
        {
            var envelope = report.Envelope;
            if (envelope.Sender == recipient || (asker != recipient && asker != envelope.Sender))
            {
                continue;
            }

            var form = SharingForm.Records;
            var decision = records.Decide(envelope, report.ReceivedAt, rules, at);
            if (decision.Projection is null && !envelope.ContextOnly
                && !records.IsHeld(envelope, report.ReceivedAt, rules, at))
            {
                form = SharingForm.Counts;
                decision = counts.Decide(envelope, report.ReceivedAt, rules, at);
            }

            if (decision.Projection is { } projection)
            {
                var row = SeenAlike.Of(envelope.Sender, form, projection, decision.Receipt);
                var key = (row, SeenCell.Of(envelope, row, projection));
                seen[key] = (seen.GetValueOrDefault(key).Count + 1, projection.SmallestCell);
            }
        }

        var small = seen.Where(s => s.Value.SmallestCell > 1).GroupBy(s => s.Key.Cell)
            .Where(g => g.Sum(s => s.Value.Count) < g.First().Value.SmallestCell).Select(g => g.Key).ToHashSet();
        return seen.Where(s => !small.Contains(s.Key.Cell))
            .GroupBy(s => s.Key.Row, (row, cells) => (Row: row, Count: cells.Sum(c => c.Value.Count)))
            .OrderBy(r => r.Row.Sender).ThenBy(r => r.Row.Category, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Family, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Agreement, StringComparer.Ordinal).ThenBy(r => r.Row.Clause, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Form).ThenBy(r => r.Row.Precision).ThenBy(r => r.Row.Time)
            .ThenBy(r => r.Row.Ceilings, StringComparer.Ordinal)
            .Select(r => new VisibleReports
            {
                Sender = r.Row.Sender.Value,
                Category = r.Row.Category,
                Family = r.Row.Family,
                Grounds = r.Row.Grounds,
                Form = r.Row.Form,
                Precision = r.Row.Precision,
                Time = r.Row.Time,
                Reports = r.Count,
            });
    }

    /// <summary>What recipients would gain and lose by one book of rules against another.</summary>
    /// <param name="standing">The reports, without exercises.</param>
    /// <param name="before">The rules as they are.</param>
    /// <param name="after">The rules as they would be.</param>
    /// <param name="pairs">The senders and recipients between whom the books differ.</param>
    /// <param name="at">Now.</param>
    /// <param name="asker">Who is told: a sender of its own reports, a recipient of what it loses itself.</param>
    /// <remarks>
    /// Holds are no change and are left out of account: counted is what is or will be shown. Not so for what a recipient
    /// would lose itself, of which it learns no more than it sees: only reports that are shown to it now, with category
    /// and place, are counted. Of the others a figure would tell, document by document, what it is not shown.
    /// </remarks>
    public static IEnumerable<AccessChange> Changes(
        IEnumerable<HeldReport> standing, RuleBook before, RuleBook after,
        IEnumerable<(PartnerId Sender, PartnerId Recipient)> pairs, DateTimeOffset at, PartnerId asker)
    {
        var theirs = pairs.Distinct().Where(p => asker == p.Sender || asker == p.Recipient).ToList();
        var waysTo = theirs.Select(p => p.Recipient).Distinct().ToDictionary(
            recipient => recipient,
            recipient => Enum.GetValues<Purpose>().Where(p => p != Purpose.Unspecified)
                .Select(purpose => new Ways(recipient, purpose, before, after, at)).ToList());
        var bySender = theirs.ToLookup(p => p.Sender, p => waysTo[p.Recipient]);
        var tallies = new Dictionary<(PartnerId Recipient, Purpose Purpose, PartnerId Sender, string Category), Tally>();
        foreach (var report in standing)
        {
            var sender = report.Envelope.Sender;
            foreach (var ways in bySender[sender].SelectMany(w => w))
            {
                if (asker != sender && !ways.IsWholeAndShownNow(report))
                {
                    continue;
                }

                var key = (ways.Recipient, ways.Purpose, sender, report.Envelope.Category);
                if (!tallies.TryGetValue(key, out var tally))
                {
                    tallies.Add(key, tally = new Tally());
                }

                tally.Add(ways.Before(report), ways.After(report));
            }
        }

        return tallies
            .OrderBy(t => t.Key.Recipient).ThenBy(t => t.Key.Purpose).ThenBy(t => t.Key.Sender)
            .ThenBy(t => t.Key.Category, StringComparer.Ordinal)
            .Select(t => t.Value.ToChange(t.Key.Recipient, t.Key.Purpose, t.Key.Sender, t.Key.Category, lossesAlone: asker != t.Key.Sender))
            .OfType<AccessChange>();
    }

    /// <summary>What would change of the reports of one sender and category for one recipient and purpose.</summary>
    private sealed class Tally
    {
        private readonly AccessChange change = new();
        private readonly SortedSet<string> shownBefore = new(StringComparer.Ordinal);
        private readonly SortedSet<string> shownAfter = new(StringComparer.Ordinal);

        public void Add(Seen before, Seen after)
        {
            Note(shownBefore, before);
            Note(shownAfter, after);
            switch ((before.Form, after.Form))
            {
                case (SharingForm.Records, SharingForm.Records):
                    change.Changed += before.Decision.Projection == after.Decision.Projection ? 0 : 1;
                    break;
                case (_, SharingForm.Records):
                    change.Gained++;
                    break;
                case (SharingForm.Records, _):
                    change.Lost++;
                    break;
                case (SharingForm.Unspecified, SharingForm.Counts):
                    change.CountsGained++;
                    break;
                case (SharingForm.Counts, SharingForm.Unspecified):
                    change.CountsLost++;
                    break;
                default:
                    break;
            }
        }

        /// <summary>Null where nothing would change.</summary>
        public AccessChange? ToChange(PartnerId recipient, Purpose purpose, PartnerId sender, string category, bool lossesAlone)
        {
            if (lossesAlone)
            {
                (change.Gained, change.Changed, change.CountsGained) = (0, 0, 0);
            }

            (change.Recipient, change.Purpose, change.Sender, change.Category) = (recipient.Value, purpose, sender.Value, category);
            (change.Before, change.After) = (string.Join(" | ", shownBefore), string.Join(" | ", shownAfter));
            return change.Gained + change.Lost + change.Changed + change.CountsGained + change.CountsLost == 0 ? null : change;
        }

        private static void Note(SortedSet<string> shown, Seen seen)
        {
            if (seen.Decision.Projection is not null)
            {
                shown.Add(SeenWords.Of(seen.Form, seen.Decision));
            }
        }
    }

    /// <summary>How a report is seen; with no form, not at all.</summary>
    private readonly record struct Seen(SharingForm Form, Decision Decision);

    /// <summary>How one recipient sees reports for one purpose, by the one book and by the other.</summary>
    private sealed class Ways(PartnerId recipient, Purpose purpose, RuleBook before, RuleBook after, DateTimeOffset at)
    {
        private readonly (Decider Records, Decider Counts) beforehand = Deciders(recipient, purpose);
        private readonly (Decider Records, Decider Counts) afterwards = Deciders(recipient, purpose);

        public PartnerId Recipient => recipient;

        public Purpose Purpose => purpose;

        public Seen Before(HeldReport report) => Decide(beforehand, report.Envelope, at - BeyondHolds, before);

        public Seen After(HeldReport report) => Decide(afterwards, report.Envelope, at - BeyondHolds, after);

        public bool IsWholeAndShownNow(HeldReport report) =>
            Decide(beforehand, report.Envelope, report.ReceivedAt, before).Decision.Projection is
            { Category: not null, SmallestCell: <= 1 } seen
            && seen.Area == report.Envelope.Area;

        private Seen Decide((Decider Records, Decider Counts) by, ReportEnvelope envelope, DateTimeOffset receivedAt, RuleBook rules)
        {
            var record = by.Records.Decide(envelope, receivedAt, rules, at);
            if (record.Projection is not null || envelope.ContextOnly || by.Records.IsHeld(envelope, receivedAt, rules, at))
            {
                return new Seen(record.Projection is null ? SharingForm.Unspecified : SharingForm.Records, record);
            }

            var count = by.Counts.Decide(envelope, receivedAt, rules, at);
            return new Seen(count.Projection is null ? SharingForm.Unspecified : SharingForm.Counts, count);
        }

        private static (Decider Records, Decider Counts) Deciders(PartnerId recipient, Purpose purpose) =>
            (new Decider(recipient, purpose, SharingForm.Records), new Decider(recipient, purpose, SharingForm.Counts));
    }

    /// <summary>The cell of a picture in which a report is counted.</summary>
    private readonly record struct SeenCell(
        string Agreement, string Clause, IsoWeek Week, bool Published, string Area, string Family, string Category)
    {
        public static SeenCell Of(ReportEnvelope envelope, SeenAlike row, Projection seen) => new(
            row.Agreement, row.Clause, envelope.Week, envelope.Published, seen.Area.CoarsenTo(Areas.AreaLevel.District).Finest,
            row.Family, row.Category);
    }
}
