using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// For whom something is counted: whoever asks learns no more by a figure than it may see of the reports themselves.
/// </summary>
/// <param name="Id">Id of the partner, or of the operator.</param>
/// <param name="Oversees">The operator, or an auditor: sees every row, and no figure under <see cref="LeastTold"/>.</param>
internal readonly record struct CountedFor(string Id, bool Oversees)
{
    /// <summary>Figures below are not told to those who see no report of it.</summary>
    public const int LeastTold = 5;

    public bool Is(PartnerId partner) => partner.Value == Id;

    /// <summary>A figure as it is told to those who oversee.</summary>
    public static int Rounded(int figure) => figure < LeastTold ? 0 : figure;
}

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
    /// <param name="asker">Who is told.</param>
    /// <remarks>
    /// Everything is told as the recipient sees it: where it sees the family alone no category is named, and a cell that
    /// its pictures leave out for being small is in no figure.
    /// </remarks>
    public static IEnumerable<VisibleReports> Visible(
        IEnumerable<HeldReport> standing, PartnerId recipient, Purpose purpose, RuleBook rules, DateTimeOffset at,
        CountedFor asker)
    {
        var records = new Decider(recipient, purpose, SharingForm.Records);
        var counts = new Decider(recipient, purpose, SharingForm.Counts);
        var seen = new List<(SeenAlike Row, SeenCell Cell, int SmallestCell)>();
        foreach (var report in standing)
        {
            var envelope = report.Envelope;
            if (envelope.Sender == recipient || !(asker.Oversees || asker.Is(recipient) || asker.Is(envelope.Sender)))
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
                seen.Add((row, SeenCell.Of(envelope, row, projection), projection.SmallestCell));
            }
        }

        var small = seen.Where(s => s.SmallestCell > 1).GroupBy(s => s.Cell)
            .Where(g => g.Count() < g.First().SmallestCell).Select(g => g.Key).ToHashSet();
        return seen.Where(s => !small.Contains(s.Cell))
            .GroupBy(s => s.Row, (row, reports) => (Row: row, Count: reports.Count()))
            .OrderBy(r => r.Row.Sender).ThenBy(r => r.Row.Category, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Family, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Agreement, StringComparer.Ordinal).ThenBy(r => r.Row.Clause, StringComparer.Ordinal)
            .ThenBy(r => r.Row.Form).ThenBy(r => r.Row.Precision).ThenBy(r => r.Row.Time)
            .ThenBy(r => r.Row.Ceilings, StringComparer.Ordinal)
            .Select(r => r.Row.ToWire(
                asker.Is(recipient) || asker.Is(r.Row.Sender) ? r.Count : CountedFor.Rounded(r.Count)));
    }

    /// <summary>What recipients would gain and lose by one book of rules against another.</summary>
    /// <param name="standing">The reports, without exercises.</param>
    /// <param name="before">The rules as they are.</param>
    /// <param name="after">The rules as they would be.</param>
    /// <param name="pairs">The senders and recipients between whom the books differ.</param>
    /// <param name="at">Now.</param>
    /// <param name="asker">Who is told.</param>
    /// <remarks>
    /// Holds are no change and are left out of account: counted is what is or will be shown. Not so for what a recipient
    /// would lose itself, of which it learns no more than it sees: only reports that are shown to it now, with category
    /// and place, are counted. Of the others a figure would tell, document by document, what it is not shown.
    /// </remarks>
    public static IEnumerable<AccessChange> Changes(
        IReadOnlyCollection<HeldReport> standing, RuleBook before, RuleBook after,
        IEnumerable<(PartnerId Sender, PartnerId Recipient)> pairs, DateTimeOffset at, CountedFor asker)
    {
        var bySender = standing.ToLookup(r => r.Envelope.Sender);
        return
            from recipient in pairs.Distinct().ToLookup(p => p.Recipient, p => p.Sender).OrderBy(g => g.Key)
            from purpose in Enum.GetValues<Purpose>()
            where purpose != Purpose.Unspecified
            from sender in recipient.Order()
            where asker.Oversees || asker.Is(sender) || asker.Is(recipient.Key)
            let ways = new Ways(recipient.Key, purpose, before, after, at)
            from change in ChangesOf(bySender[sender], ways, purpose, sender, asker)
            select change;
    }

    private static IEnumerable<AccessChange> ChangesOf(
        IEnumerable<HeldReport> reports, Ways ways, Purpose purpose, PartnerId sender, CountedFor asker)
    {
        var own = asker.Is(sender);
        var isForItself = !own && asker.Is(ways.Recipient);
        foreach (var category in reports.GroupBy(r => r.Envelope.Category).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var change = new AccessChange
            {
                Recipient = ways.Recipient.Value,
                Purpose = purpose,
                Sender = sender.Value,
                Category = category.Key,
                SmallFiguresHidden = !own && !isForItself,
            };
            var (shownBefore, shownAfter) =
                (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
            foreach (var report in category)
            {
                if (isForItself && !ways.IsWholeAndShownNow(report))
                {
                    continue;
                }

                var (then, now) = (ways.After(report), ways.Before(report));
                if (now.Decision.Projection is not null)
                {
                    shownBefore.Add(Words(now.Form, now.Decision));
                }

                if (then.Decision.Projection is not null)
                {
                    shownAfter.Add(Words(then.Form, then.Decision));
                }

                Count(change, now, then);
            }

            if (isForItself)
            {
                (change.Gained, change.Changed, change.CountsGained) = (0, 0, 0);
            }

            if (change.Gained + change.Lost + change.Changed + change.CountsGained + change.CountsLost == 0)
            {
                continue;
            }

            (change.Before, change.After) = (string.Join(" | ", shownBefore), string.Join(" | ", shownAfter));
            if (change.SmallFiguresHidden)
            {
                (change.Gained, change.Lost, change.Changed, change.CountsGained, change.CountsLost) = (
                    CountedFor.Rounded(change.Gained), CountedFor.Rounded(change.Lost), CountedFor.Rounded(change.Changed),
                    CountedFor.Rounded(change.CountsGained), CountedFor.Rounded(change.CountsLost));
            }

            yield return change;
        }
    }

    private static void Count(AccessChange change, Seen before, Seen after)
    {
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

    // "est §4: district, day; category, severity", "est §5: counts, district; category, of 5 and more".
    private static string Words(SharingForm form, Decision decision)
    {
        var (seen, receipt) = (decision.Projection!, decision.Receipt);
        var place = seen.Precision switch
        {
            Precision.Point => "point",
            Precision.Street => "street",
            Precision.Grid250M => "250 m grid",
            Precision.District => "district",
            Precision.Municipality => "municipality",
            _ => "county",
        };
        var time = seen.Time switch
        {
            TimeGranularity.Minute => "minute",
            TimeGranularity.PartOfDay => "part of day",
            TimeGranularity.Day => "day",
            _ => "week",
        };
        var values = seen.Category is null ? ["family"] : Withheld.Shown(seen.Fields).Where(v => v != "occurred").ToList();
        return form == SharingForm.Counts
            ? $"{receipt.Agreement} {receipt.Clause}: counts, {place}; {(seen.Category is null ? "family" : "category")}"
                + (seen.SmallestCell > 1 ? $", of {seen.SmallestCell} and more" : "")
            : $"{receipt.Agreement} {receipt.Clause}: {place}, {time}; {string.Join(", ", values.DefaultIfEmpty("family"))}";
    }

    /// <summary>How a report is seen; with no form, not at all.</summary>
    private readonly record struct Seen(SharingForm Form, Decision Decision);

    /// <summary>How one recipient sees reports for one purpose, by the one book and by the other.</summary>
    private sealed class Ways(PartnerId recipient, Purpose purpose, RuleBook before, RuleBook after, DateTimeOffset at)
    {
        private readonly (Decider Records, Decider Counts) beforehand = Deciders(recipient, purpose);
        private readonly (Decider Records, Decider Counts) afterwards = Deciders(recipient, purpose);

        public PartnerId Recipient => recipient;

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

    /// <summary>What reports have in common that are seen alike.</summary>
    private readonly record struct SeenAlike(
        PartnerId Sender, string Category, string Family, string Agreement, int Version, string Clause, string Ceilings,
        int CeilingsVersion, OnwardSharing OnwardSharing, int RetentionDays, SharingForm Form, Precision Precision,
        TimeGranularity Time)
    {
        public static SeenAlike Of(PartnerId sender, SharingForm form, Projection seen, DecisionReceipt receipt) => new(
            sender, seen.Category ?? "", seen.Family, receipt.Agreement, receipt.Version, receipt.Clause,
            string.Join(' ', receipt.Ceilings), receipt.CeilingsVersion, receipt.OnwardSharing, receipt.RetentionDays, form,
            seen.Precision, seen.Time);

        public VisibleReports ToWire(int reports) => new()
        {
            Sender = Sender.Value,
            Category = Category,
            Family = Family,
            Grounds = new Grounds
            {
                Agreement = Agreement,
                Version = Version,
                Clause = Clause,
                Ceilings = { Ceilings.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
                CeilingsVersion = CeilingsVersion,
                OnwardSharing = OnwardSharing,
                RetentionDays = RetentionDays,
            },
            Form = Form,
            Precision = Precision,
            Time = Time,
            Reports = reports,
        };
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
