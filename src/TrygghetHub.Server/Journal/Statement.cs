using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TrygghetHub.Server.Journal;

/// <summary>
/// A prepared statement of the writer's connection, bound by position. For the lane's thread alone.
/// </summary>
/// <remarks>
/// The lane binds some forty values a report. ADO.NET boxes each of them and looks its name up again at every
/// execution, which costs more than SQLite needs to insert the row (measured: 7.8 µs against 3.5 µs for the widest
/// one). Everything off the hot path uses ADO.NET or EF Core.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int bound;

    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Binds the next parameter; the first after an execution is number 1.</summary>
    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    /// <inheritdoc cref="Bind(long)"/>
    public Statement Bind(long? value)
    {
        if (value is { } known)
        {
            return Bind(known);
        }

        Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <inheritdoc cref="Bind(long)"/>
    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    /// <inheritdoc cref="Bind(long)"/>
    public Statement Bind(ReadOnlySpan<byte> blob)
    {
        Check(raw.sqlite3_bind_blob(statement, ++bound, blob));
        return this;
    }

    /// <inheritdoc cref="Bind(long)"/>
    public Statement Bind(string? text)
    {
        if (text is null)
        {
            Check(raw.sqlite3_bind_null(statement, ++bound));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[256];
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > utf8.Length)
        {
            utf8 = new byte[most];
        }

        var length = Encoding.UTF8.GetBytes(text, utf8);
        Check(raw.sqlite3_bind_text(statement, ++bound, utf8[..length]));
        return this;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Execute()
    {
        var code = raw.sqlite3_step(statement);
        Reset();
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }
    }

    /// <summary>Runs a query for its first row; read the row, then <see cref="Reset"/>, before anything else.</summary>
    /// <returns>Whether there is one. Without one the statement is reset already.</returns>
    public bool ReadFirst()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }

        return false;
    }

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The text in a column of the row at hand.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public void Reset()
    {
        raw.sqlite3_reset(statement);
        bound = 0;
    }

    public void Dispose() => statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }
    }
}
