using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Links.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Links;

/// <summary>What partners have decided about pairs of reports, as of any entry. Thread-safe.</summary>
internal sealed class LinkDecisions(HubDatabase database, JournalLane journal)
{
    /// <summary>What a partner has decided about pairs of which both are among some reports.</summary>
    public IReadOnlyDictionary<ReportPair, DecidedLink> Of(PartnerId partner)
    {
        using var connection = database.OpenReader();
        return Read(connection, partner, long.MaxValue);
    }

    /// <summary>Decides; the same again changes nothing.</summary>
    public Task<DecidedLink> DecideAsync(
        PartnerId partner, ReportPair pair, LinkDecision decision, string by, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                if (Read(transaction.Connection, partner, long.MaxValue).GetValueOrDefault(pair) is { } last
                    && last.Decision == decision)
                {
                    return last;
                }

                var entry = new LinkDecisionEntry
                {
                    Partner = partner.Value,
                    One = ByteString.CopyFrom(pair.One.Value.ToByteArray(bigEndian: true)),
                    Other = ByteString.CopyFrom(pair.Other.Value.ToByteArray(bigEndian: true)),
                    Decision = decision,
                    By = by,
                };
                var point = transaction.Append(EntryKind.LinkDecision, entry.ToByteArray());
                transaction.Prepare("INSERT INTO link_decision (seq, at, partner, one, other, decision, by) VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(partner.Value).Bind(entry.One.Span)
                    .Bind(entry.Other.Span).Bind((long)decision).Bind(by).Execute();
                return new DecidedLink(decision, by, point.At);
            },
            published: null, cancellation);

    /// <summary>
    /// The groups of reports that a partner's coordinator had confirmed, up to an entry, to be of one event: a number for each
    /// report in one. What is the same as the same is the same.
    /// </summary>
    public static IReadOnlyDictionary<ReportId, int> Groups(SqliteConnection connection, PartnerId partner, long asOfSeq)
    {
        var parent = new Dictionary<ReportId, ReportId>();
        foreach (var (pair, decided) in Read(connection, partner, asOfSeq).Where(d => d.Value.Decision == LinkDecision.Same))
        {
            parent.TryAdd(pair.One, pair.One);
            parent.TryAdd(pair.Other, pair.Other);
            parent[Root(pair.Other)] = Root(pair.One);
        }

        var numbers = new Dictionary<ReportId, int>();
        return parent.Keys.ToDictionary(
            id => id,
            id =>
            {
                var root = Root(id);
                numbers.TryAdd(root, numbers.Count);
                return numbers[root];
            });

        ReportId Root(ReportId id)
        {
            while (parent[id] != id)
            {
                id = parent[id];
            }

            return id;
        }
    }

    private static Dictionary<ReportPair, DecidedLink> Read(SqliteConnection connection, PartnerId partner, long asOfSeq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT one, other, decision, by, at FROM link_decision WHERE partner = $partner AND seq <= $seq ORDER BY seq
            """;
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$seq", asOfSeq);
        using var row = find.ExecuteReader();
        var decided = new Dictionary<ReportPair, DecidedLink>();
        while (row.Read())
        {
            decided[new ReportPair(IdOf(row, 0), IdOf(row, 1))] =
                new DecidedLink((LinkDecision)row.GetInt32(2), row.GetString(3), JournalTime.FromMicros(row.GetInt64(4)));
        }

        return decided;
    }

    private static ReportId IdOf(SqliteDataReader row, int column) =>
        new(new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true));
}

/// <summary>Two reports, in one order whichever is named first.</summary>
internal readonly record struct ReportPair(ReportId One, ReportId Other)
{
    public static ReportPair Of(ReportId a, ReportId b) =>
        string.CompareOrdinal(a.ToString(), b.ToString()) <= 0 ? new ReportPair(a, b) : new ReportPair(b, a);
}

/// <summary>What was decided about a pair.</summary>
internal sealed record DecidedLink(LinkDecision Decision, string By, DateTimeOffset At);
