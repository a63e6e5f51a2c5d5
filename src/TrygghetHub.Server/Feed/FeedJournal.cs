using System.Globalization;
using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>Reads from the journal what feeds may have to tell of. Thread-safe; every read is short.</summary>
internal sealed class FeedJournal(HubDatabase database)
{
    /// <summary>Entries that one read goes through at most: short reads let the WAL be reset.</summary>
    public const int Window = 1_000;

    /// <summary>What stands, after one entry and up to another at most <see cref="Window"/> further, in order.</summary>
    /// <param name="after">Begins after this entry.</param>
    /// <param name="upTo">Up to this one.</param>
    /// <param name="senders">Whose reports; null for all.</param>
    /// <param name="recipient">Whose recalls; null for all.</param>
    public List<FeedRow> Read(long after, long upTo, IReadOnlyCollection<PartnerId>? senders, PartnerId? recipient)
    {
        using var connection = database.OpenReader();
        var rows = new List<FeedRow>();
        rows.AddRange(ReadReports(connection, after, upTo, senders));
        var others = Visibility.Read(connection, after, upTo).Select(p => (FeedRow)new PointRow(p))
            .Concat(RecallOrders.Read(connection, after, upTo, recipient).Select(r => new RecallRow(r.Seq, r)))
            .Concat(Notices.ReadOfConsents(connection, after, upTo).Select(n => new ConsentRow(n.Seq, n.Notice)))
            .ToList();
        if (others.Count > 0)
        {
            rows.AddRange(others);
            rows.Sort(static (one, other) => one.Seq.CompareTo(other.Seq));
        }

        return rows;
    }

    /// <summary>The point of an entry.</summary>
    public VisibilityPoint PointAt(long seq)
    {
        using var connection = database.OpenReader();
        return Visibility.Read(connection, seq - 1, seq).Single();
    }

    /// <summary>Standing reports after one entry and up to another, in order.</summary>
    public List<ReportRow> ReadReports(long after, long upTo, IReadOnlyCollection<PartnerId>? senders)
    {
        using var connection = database.OpenReader();
        return ReadReports(connection, after, upTo, senders);
    }

    /// <summary>Entries of the revisions that were superseded after one entry and up to another.</summary>
    public List<long> ReadSuperseded(long after, long upTo)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT seq FROM report WHERE superseded_by_seq > $after AND superseded_by_seq <= $up_to";
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        using var row = find.ExecuteReader();
        var superseded = new List<long>();
        while (row.Read())
        {
            superseded.Add(row.GetInt64(0));
        }

        return superseded;
    }

    private static List<ReportRow> ReadReports(
        SqliteConnection connection, long after, long upTo, IReadOnlyCollection<PartnerId>? senders)
    {
        if (senders is { Count: 0 })
        {
            return [];
        }

        var bySender = senders is null
            ? ""
            : $"AND r.partner IN ({string.Join(", ", senders.Select((_, i) => "?" + (i + 3).ToString(CultureInfo.InvariantCulture)))})";
        var rows = new List<ReportRow>();
        var later = new List<int>();
        using (var find = new ReportRows(connection, $"""
            SELECT {ReportReader.Columns}, e.content, e.kind FROM report r JOIN journal_entry e ON e.seq = r.seq
            WHERE r.seq > ?1 AND r.seq <= ?2 AND r.superseded_by_seq IS NULL AND r.state = 1 AND e.content IS NOT NULL
              {bySender}
            ORDER BY r.seq
            """))
        {
            find.Bind(after).Bind(upTo);
            foreach (var sender in senders ?? [])
            {
                find.Bind(sender.Value);
            }

            while (find.Next())
            {
                var (seq, stored) = find.Report();
                if (stored.Revision > 1 || find.NumberAt(ReportRows.ContentColumn + 1) == (long)Journal.EntryKind.Reclassification)
                {
                    later.Add(rows.Count);
                }

                rows.Add(new ReportRow(seq, stored, find.Blob(ReportRows.ContentColumn), Previous: null));
            }
        }

        // First revisions are the rule.
        foreach (var i in later)
        {
            if (Previous(connection, rows[i].Seq) is { } previous)
            {
                rows[i] = rows[i] with { Previous = previous };
            }
        }

        return rows;
    }

    private static StoredReport? Previous(SqliteConnection connection, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT {ReportReader.Columns} FROM report r WHERE r.superseded_by_seq = $seq AND r.state = 1";
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        return row.Read() ? ReportReader.ReadRow(row).Stored : null;
    }
}
