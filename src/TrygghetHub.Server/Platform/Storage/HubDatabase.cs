using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TrygghetHub.Server.Platform.Storage;

/// <summary>
/// <c>hub.db</c>: one writer connection, which the journal's lane owns, and short-lived readers.
/// </summary>
internal sealed class HubDatabase
{
    private readonly string connectionString;

    public HubDatabase(DataDirectory directory)
    {
        connectionString = directory.ConnectionString("hub.db");
        Migrate();
    }

    /// <summary>
    /// Opens the writer's connection. WAL with <c>synchronous=FULL</c>: a commit returns when it is on disk. In WAL
    /// NORMAL would lose the last commits with the power.
    /// </summary>
    public SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(connectionString + ";Pooling=False");
        connection.Open();
        Execute(connection, """
            PRAGMA journal_mode=WAL;
            PRAGMA synchronous=FULL;
            PRAGMA foreign_keys=OFF;
            PRAGMA busy_timeout=5000;
            PRAGMA cache_size=-65536;
            PRAGMA wal_autocheckpoint=16000;
            PRAGMA journal_size_limit=134217728;
            """);
        return connection;
    }

    /// <summary>Opens a pooled connection that cannot write. Keep it short, so that the WAL can be reset.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA query_only=ON;");
        return connection;
    }

    /// <summary>EF Core over a connection that someone else owns.</summary>
    /// <remarks>
    /// The transaction is the owner's too (plain SQL), so that an entry and the rows that go with it are one commit:
    /// EF Core starts none of its own.
    /// </remarks>
    public static HubDbContext Over(SqliteConnection connection)
    {
        var context = new HubDbContext(
            new DbContextOptionsBuilder<HubDbContext>().UseSqlite(connection).Options);
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return context;
    }

    /// <summary>Reads with EF Core over a reader's connection.</summary>
    public T Read<T>(Func<HubDbContext, T> query)
    {
        using var connection = OpenReader();
        using var context = Over(connection);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return query(context);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Migrate()
    {
        using var connection = OpenWriter();
        using var context = new HubDbContext(
            new DbContextOptionsBuilder<HubDbContext>().UseSqlite(connection).Options);
        context.Database.Migrate();
    }
}
