using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>Envelopes of the reports that stood at an entry. Thread-safe.</summary>
internal sealed class HeldReports(HubDatabase database) : IHeldReports
{
    private const string StoodAtEntry =
        "r.seq <= $seq AND (r.superseded_by_seq IS NULL OR r.superseded_by_seq > $seq) AND r.state = 1";

    public HeldReport? Find(string name, long asOfSeq)
    {
        if (!ReportName.TryParse(name, out var type, out var sender, out var id))
        {
            return null;
        }

        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE r.report_id = $id AND {StoodAtEntry}
            """;
        find.Parameters.AddWithValue("$id", id.Value.ToByteArray(bigEndian: true));
        find.Parameters.AddWithValue("$seq", asOfSeq);
        using var row = find.ExecuteReader();
        return row.Read() && Read(row) is var (stored, held) && stored.Type == type && held.Envelope.Sender == sender
            ? held
            : null;
    }

    public IEnumerable<HeldReport> Standing(
        IsoWeek from, long asOfSeq, PartnerId? sender, CancellationToken cancellation)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE r.week >= $week AND r.exercise = 0 AND ($sender IS NULL OR r.partner = $sender) AND {StoodAtEntry}
            ORDER BY r.seq
            """;
        find.Parameters.AddWithValue("$week", from.Key);
        find.Parameters.AddWithValue("$sender", (object?)sender?.Value ?? DBNull.Value);
        find.Parameters.AddWithValue("$seq", asOfSeq);
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Read(row).Held;
        }
    }

    public IReadOnlyDictionary<BaseCell, int> FirstReceived(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        using var connection = database.OpenReader();
        var last = JournalReader.Last(connection).Seq;
        using var count = connection.CreateCommand();
        count.CommandText = """
            SELECT r.partner, r.category, COALESCE(r.municipality, r.county), COUNT(*) FROM report r
            WHERE r.seq > $after AND r.seq <= $up_to AND r.exercise = 0 AND r.state = 1
              AND NOT EXISTS (SELECT 1 FROM report e WHERE e.report_id = r.report_id AND e.seq < r.seq)
            GROUP BY 1, 2, 3
            """;
        count.Parameters.AddWithValue("$after", LastBefore(from));
        count.Parameters.AddWithValue("$up_to", LastBefore(to));
        using var row = count.ExecuteReader();
        var cells = new Dictionary<BaseCell, int>();
        while (row.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            cells.Add(new BaseCell(new PartnerId(row.GetString(0)), row.GetString(1), row.GetString(2)), row.GetInt32(3));
        }

        return cells;

        long LastBefore(DateTimeOffset instant) =>
            JournalReader.LastUpTo(connection, 0, last, instant.AddMicroseconds(-1));
    }

    private static (StoredReport Stored, HeldReport Held) Read(SqliteDataReader row)
    {
        var stored = ReportReader.ReadRow(row).Stored;
        return (stored, new HeldReport(stored.Envelope, stored.ReceivedAt));
    }
}
