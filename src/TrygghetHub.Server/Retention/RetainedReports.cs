using Microsoft.Data.Sqlite;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Reads which revisions of a partner's reports still have a content: their envelopes, never the content. Thread-safe;
/// every read is short.
/// </summary>
internal sealed class RetainedReports(HubDatabase database, ContentKeys keys)
{
    private const string Columns = "r.seq, r.report_id, r.at, r.county, r.municipality, r.district, r.place, r.category";

    /// <summary>
    /// What is due, held or not, in the order of the journal, a few at a time. Also what a copy of the file that was put back
    /// has brought back: its content cannot be opened any more, and goes again.
    /// </summary>
    public IEnumerable<IReadOnlyList<ReceivedRevision>> Due(DisposalPlan plan, PartnerId sender, CancellationToken cancellation)
    {
        // A key's day is the day of receipt or the one before.
        var left = KeyDays(sender, plan.LastDay).SelectMany(day => new[] { day, day.AddDays(1) });
        List<(long After, long UpTo)> windows;
        using (var connection = database.OpenReader())
        {
            windows = [.. DueEntries.Windows(
                connection, plan, DueEntries.SweptUpTo(connection, RetentionClass.Report, sender), left)];
        }

        foreach (var (after, upTo) in windows)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Read(sender, after, upTo) is { Count: > 0 } due)
            {
                yield return due;
            }
        }

        if (ReadMoved(sender, plan.LastDay) is { Count: > 0 } moved)
        {
            yield return moved;
        }
    }

    /// <summary>Every revision of a report, its withdrawal too, whether its content is there or not.</summary>
    public static IReadOnlyList<ReceivedRevision> RevisionsOf(SqliteConnection connection, Guid reportId)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT {Columns} FROM report r WHERE r.report_id = $id ORDER BY r.revision";
        find.Parameters.AddWithValue("$id", reportId.ToByteArray(bigEndian: true));
        return ReadAll(find);
    }

    /// <summary>The days up to one that a sender still has keys of.</summary>
    public IReadOnlyList<DateOnly> KeyDays(PartnerId sender, DateOnly lastDay) => keys.DaysBefore(sender.Value, lastDay.AddDays(1));

    /// <summary>Whether anything is left under the key of a day.</summary>
    public bool IsAnyUnder(PartnerId sender, DateOnly day)
    {
        using var connection = database.OpenReader();
        var head = JournalReader.Last(connection).Seq;
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT EXISTS (
              SELECT 1 FROM report r JOIN journal_entry e ON e.seq = r.seq
              WHERE r.seq > $after AND r.seq <= $up_to AND r.partner = $partner AND substr(e.content, 1, $length) = $prefix)
            OR EXISTS (
              SELECT 1 FROM journal_entry e JOIN report r ON r.seq = e.seq
              WHERE e.kind = 4 AND r.partner = $partner AND substr(e.content, 1, $length) = $prefix)
            """;
        var prefix = ContentKeys.PrefixOf(day);
        find.Parameters.AddWithValue("$after", DueEntries.LastBefore(connection, day, head));
        find.Parameters.AddWithValue("$up_to", DueEntries.LastBefore(connection, day.AddDays(2), head));
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$length", prefix.Length);
        find.Parameters.AddWithValue("$prefix", prefix);
        return (long)find.ExecuteScalar()! == 1;
    }

    private List<ReceivedRevision> Read(PartnerId sender, long after, long upTo)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {Columns} FROM report r JOIN journal_entry e ON e.seq = r.seq
            WHERE r.seq > $after AND r.seq <= $up_to AND r.partner = $partner AND e.content IS NOT NULL AND e.kind <> 4
            ORDER BY r.seq
            """;
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        find.Parameters.AddWithValue("$partner", sender.Value);
        return ReadAll(find);
    }

    // What was put in another category has an entry of its own, and the content and key of the day on which it came: it goes
    // when it would have gone. The key's day is the day of receipt or the one before; counted from the later.
    private List<ReceivedRevision> ReadMoved(PartnerId sender, DateOnly lastDay)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {Columns}, substr(e.content, 1, $length) FROM journal_entry e JOIN report r ON r.seq = e.seq
            WHERE e.kind = 4 AND r.partner = $partner AND e.content IS NOT NULL
            ORDER BY r.seq
            """;
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$length", ContentKeys.PrefixOf(lastDay).Length);
        using var row = find.ExecuteReader();
        var moved = new List<ReceivedRevision>();
        while (row.Read())
        {
            var received = ContentKeys.DayOf(row.GetFieldValue<byte[]>(8)).AddDays(1);
            if (received <= lastDay)
            {
                moved.Add(ReadRevision(row) with { ReceivedAt = SwedishTime.StartOf(received) });
            }
        }

        return moved;
    }

    private static List<ReceivedRevision> ReadAll(SqliteCommand find)
    {
        using var row = find.ExecuteReader();
        var revisions = new List<ReceivedRevision>();
        while (row.Read())
        {
            revisions.Add(ReadRevision(row));
        }

        return revisions;
    }

    private static ReceivedRevision ReadRevision(SqliteDataReader row)
    {
        return new ReceivedRevision(
            row.GetInt64(0), new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true), JournalTime.FromMicros(row.GetInt64(2)),
            new AreaChain(row.GetString(3), Text(row, 4), Text(row, 5), Text(row, 6)), row.GetString(7));

        static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}
