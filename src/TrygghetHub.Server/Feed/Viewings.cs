using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// Who has seen what, from the receipts: what a range of the journal showed is decided again by the rules under which it
/// was. In doubt somebody may have seen it. Thread-safe.
/// </summary>
internal sealed class Viewings(AgreementRegister agreements, TimeProvider time)
{
    /// <summary>The partners that have any revision of a report, in the order of ids.</summary>
    /// <param name="connection">Any; the lane's sees what it is about to commit.</param>
    /// <param name="seq">Entry of the last revision that stood.</param>
    /// <param name="last">That revision.</param>
    /// <param name="givenUp">The entry at which a partner was last told to give the report up; 0 for never.</param>
    public IReadOnlyList<PartnerId> PartnersThatHave(
        SqliteConnection connection, long seq, StoredReport last, Func<PartnerId, long> givenUp) =>
    [
        .. Of(connection, RevisionsUpTo(connection, seq, last)).GroupBy(v => v.Partner)
            .Where(partner => partner.Max(v => v.Number) > givenUp(partner.Key))
            .Select(partner => partner.Key).Order(),
    ];

    /// <summary>Whether a partner has ever been shown anything but its own.</summary>
    public static bool HasAny(SqliteConnection connection, PartnerId partner)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT EXISTS (SELECT 1 FROM showing WHERE partner = $partner) OR EXISTS (SELECT 1 FROM shown WHERE partner = $partner)
            """;
        find.Parameters.AddWithValue("$partner", partner.Value);
        return (long)find.ExecuteScalar()! == 1;
    }

    /// <summary>Whether a partner sees a report for any purpose now, or will when a hold is over.</summary>
    public static bool MaySee(PartnerId partner, StoredReport report, RuleBook rules, DateTimeOffset now) =>
        Enum.GetValues<Purpose>().Where(p => p != Purpose.Unspecified).Any(purpose =>
        {
            var match = Disclosure.Match(report.Envelope, partner, purpose, SharingForm.Records, rules);
            return match.At(report.ReceivedAt, now).Projection is not null
                || match.VisibleFrom(report.ReceivedAt, now) is not null;
        });

    /// <summary>Every viewing of revisions of one report, in the order of partners, revisions and time.</summary>
    public IReadOnlyList<Viewing> Of(SqliteConnection connection, IReadOnlyList<(long Seq, StoredReport Stored)> revisions) =>
    [
        .. revisions.SelectMany(r => Read(connection, r.Seq, r.Stored).Concat(Streamed(connection, r.Seq, r.Stored)))
            .OrderBy(v => v.Partner).ThenBy(v => v.Revision).ThenBy(v => v.Earliest),
    ];

    /// <summary>All revisions of a report that stood at some time, by its name; empty when there is none.</summary>
    public static IReadOnlyList<(long Seq, StoredReport Stored)> RevisionsOf(SqliteConnection connection, string name) =>
        ReportName.TryParse(name, out var type, out var sender, out var id)
            ? [.. ReadRevisions(connection, id, long.MaxValue).Where(r => r.Stored.Type == type && r.Stored.Envelope.Sender == sender)]
            : [];

    private static List<(long Seq, StoredReport Stored)> RevisionsUpTo(
        SqliteConnection connection, long seq, StoredReport last) => ReadRevisions(connection, last.Id, seq);

    private static List<(long Seq, StoredReport Stored)> ReadRevisions(SqliteConnection connection, ReportId id, long upTo)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE r.report_id = $id AND r.seq <= $up_to AND r.state = 1 ORDER BY r.seq
            """;
        find.Parameters.AddWithValue("$id", id.Value.ToByteArray(bigEndian: true));
        find.Parameters.AddWithValue("$up_to", upTo);
        using var row = find.ExecuteReader();
        var revisions = new List<(long, StoredReport)>();
        while (row.Read())
        {
            revisions.Add(ReportReader.ReadRow(row));
        }

        return revisions;
    }

    private List<Viewing> Read(SqliteConnection connection, long seq, StoredReport report)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT partner, purpose, rules_seq, at, seq FROM shown WHERE report_seq = $seq";
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var viewings = new List<Viewing>();
        while (row.Read())
        {
            var (partner, purpose) = (new PartnerId(row.GetString(0)), (Purpose)row.GetInt32(1));
            var at = JournalTime.FromMicros(row.GetInt64(3));
            var decision = Disclosure.Decide(
                report.Envelope, report.ReceivedAt, partner, purpose, SharingForm.Records,
                agreements.RulesAsOf(row.GetInt64(2)), at);
            viewings.Add(new Viewing(partner, report.Revision, ViewingPath.Read, purpose, decision, at, at, Possibly: false,
                row.GetInt64(4)));
        }

        return viewings;
    }

    private List<Viewing> Streamed(SqliteConnection connection, long seq, StoredReport report)
    {
        // The numbers under which it may have been told: its own, and those of the points that concern it.
        var numbers = Visibility.ReadOf(connection, seq).Select(p => (p.Point.Seq, p.Point.At))
            .Prepend((Seq: seq, At: report.ReceivedAt)).ToList();
        var viewings = new List<Viewing>();
        foreach (var partner in agreements.RecipientsEver(report.Envelope.Sender))
        {
            foreach (var showing in ShowingsTo(connection, partner, seq, numbers[^1].Seq))
            {
                // The last number that was told is what a recall is measured by.
                foreach (var (number, at) in numbers.Where(n => showing.Covers(n.Seq, seq)).Reverse())
                {
                    var earliest = showing.At > at ? showing.At : at;
                    if (DecisionIn(showing, partner, report, earliest) is { } decision)
                    {
                        viewings.Add(new Viewing(
                            partner, report.Revision, ViewingPath.Feed, showing.Purpose, decision, earliest, showing.EndAt,
                            Possibly: showing.EndAt is null || showing.Broken, number));
                        break;
                    }
                }
            }
        }

        return viewings;
    }

    // A range has one book of rules. What its time brought (a hold that ended, a validity that began) shows at its end.
    private Decision? DecisionIn(Showing showing, PartnerId partner, StoredReport report, DateTimeOffset earliest)
    {
        var rules = agreements.RulesAsOf(showing.Seq);
        var scope = new FeedScope(partner, showing.Purpose, showing.Filter, includeOwn: false);
        var match = Disclosure.Match(report.Envelope, partner, showing.Purpose, SharingForm.Records, rules);
        return new[] { earliest, showing.EndAt ?? time.GetUtcNow() }
            .Select(at => match.At(report.ReceivedAt, at))
            .FirstOrDefault(d => d.Projection is { } seen && scope.Takes(report, seen));
    }

    // A range that was opened when a later revision stood already showed that one, or nothing.
    private static List<Showing> ShowingsTo(
        SqliteConnection connection, PartnerId partner, long seq, long lastNumber)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT seq, at, purpose, filter, after_seq, after_within, up_to_seq, up_to_within, end_at, broken FROM showing
            WHERE partner = $partner AND (up_to_seq >= $seq OR up_to_seq IS NULL) AND after_seq <= $last
              AND seq < COALESCE((SELECT superseded_by_seq FROM report WHERE seq = $seq), seq + 1)
            ORDER BY seq
            """;
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$seq", seq);
        find.Parameters.AddWithValue("$last", lastNumber);
        using var row = find.ExecuteReader();
        var showings = new List<Showing>();
        while (row.Read())
        {
            showings.Add(new Showing(
                row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1)), (Purpose)row.GetInt32(2),
                FeedFilter.Parser.ParseFrom(row.GetFieldValue<byte[]>(3)),
                new FeedPosition(row.GetInt64(4), row.GetInt64(5)),
                row.IsDBNull(6) ? null : new FeedPosition(row.GetInt64(6), row.GetInt64(7)),
                row.IsDBNull(8) ? null : JournalTime.FromMicros(row.GetInt64(8)), row.GetInt32(9) == 1));
        }

        return showings;
    }

    /// <summary>A range of the journal that a stream showed.</summary>
    private sealed record Showing(
        long Seq, DateTimeOffset At, Purpose Purpose, FeedFilter Filter, FeedPosition After, FeedPosition? UpTo,
        DateTimeOffset? EndAt, bool Broken)
    {
        /// <summary>Whether it told of a report under a number.</summary>
        public bool Covers(long number, long report)
        {
            var told = new FeedPosition(number, number == report ? FeedPosition.Whole : report);
            return After.IsBehind(told) && (UpTo is not { } upTo || !upTo.IsBehind(told));
        }
    }
}

/// <summary>A partner has seen a revision, or may have; <c>Number</c> is the entry under which it was told or read.</summary>
internal sealed record Viewing(
    PartnerId Partner, int Revision, ViewingPath Path, Purpose Purpose, Decision Decision, DateTimeOffset Earliest,
    DateTimeOffset? Latest, bool Possibly, long Number);
