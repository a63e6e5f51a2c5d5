using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// The least that durable rows cost: the hub's own tables and indexes, its pragmas, prepared statements, 1,000 reports a
/// commit, the values made beforehand; no network, no checks, no lookups, no hashing.
/// </summary>
internal sealed class BareSqlite : IDisposable
{
    private const int ReportsACommit = 1_000;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand[] inserts;
    private long seq;

    public BareSqlite(string path)
    {
        connection = Open(path);
        inserts =
        [
            Insert("journal_entry", "seq", "kind", "at", "envelope_hash", "salted_hash", "nonce", "content", "leaf"),
            Insert(
                "report", "seq", "at", "report_id", "type", "revision", "state", "partner", "category", "family", "severity",
                "environment", "county", "municipality", "district", "place", "precision", "tlp", "week", "published",
                "exercise", "context_only", "text", "occurred_from", "occurred_to", "certainty"),
            Insert(
                "report_key", "partner", "source_ref_hash", "revision", "seq", "type", "withdrawn",
                "content_hash", "source_version"),
        ];
    }

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run(connection, """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16000;
            """);
        Run(connection, JournalTables.Create);
        Run(connection, ReportTables.Create);
        return connection;
    }

    public void Write(IReadOnlyList<ReportValues> reports)
    {
        foreach (var commit in reports.Chunk(ReportsACommit))
        {
            Run(connection, "BEGIN IMMEDIATE");
            foreach (var report in commit)
            {
                seq++;
                Insert(inserts[0], seq, 1L, 0L, report.Hash, report.Hash, report.Id, report.Content, report.Hash);
                Insert(
                    inserts[1], seq, 0L, report.Id, 1L, 1L, 1L, "polisen", "graffiti", "damage-and-litter", 2L, 1L, "01", "0139",
                    "0139-bro", DBNull.Value, 4L, 3L, 202420L, 0L, 0L, 0L, 0L, 1715767200000000L, 1715767200000000L, 1L);
                Insert(inserts[2], "polisen", report.SourceRefHash, 1L, seq, 1L, 0L, report.Id, "");
            }

            Run(connection, "COMMIT");
        }
    }

    public void Dispose()
    {
        foreach (var insert in inserts)
        {
            insert.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Insert(string table, params string[] columns)
    {
        var command = connection.CreateCommand();
        command.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(c => "$" + c))})";
        foreach (var column in columns)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
        }

        command.Prepare();
        return command;
    }

    private static void Insert(SqliteCommand insert, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            insert.Parameters[i].Value = values[i];
        }

        insert.ExecuteNonQuery();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>What differs between two rows, of the sizes that the hub's have.</summary>
internal sealed record ReportValues(byte[] Id, byte[] SourceRefHash, byte[] Hash, byte[] Content)
{
    private const int ContentSize = 100;

    public static List<ReportValues> Make(int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var random = new byte[16 + 32 + ContentSize];
            System.Security.Cryptography.RandomNumberGenerator.Fill(random);
            return new ReportValues(
                Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToByteArray(bigEndian: true), random[..16],
                random[16..48], random[48..]);
        }),
    ];
}
