using Microsoft.Data.Sqlite;

namespace TrygghetHub.Server.Journal;

/// <summary>Reads entries by their numbers.</summary>
internal static class JournalReader
{
    /// <summary>The last entry; number 0 where there is none.</summary>
    public static JournalPoint Last(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, at FROM journal_entry ORDER BY seq DESC LIMIT 1";
        using var row = command.ExecuteReader();
        return row.Read()
            ? new JournalPoint(row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1)))
            : new JournalPoint(0, DateTimeOffset.UnixEpoch);
    }

    /// <summary>Journal time of an entry, or null when there is none.</summary>
    public static DateTimeOffset? TimeOf(SqliteConnection connection, long seq)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT at FROM journal_entry WHERE seq = $seq";
        command.Parameters.AddWithValue("$seq", seq);
        return command.ExecuteScalar() is long micros ? JournalTime.FromMicros(micros) : null;
    }

    /// <summary>The last entry at or before an instant.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="low">An entry that is not later than it; 0 where none is known.</param>
    /// <param name="high">The last entry to look at.</param>
    /// <param name="at">The instant.</param>
    /// <remarks>Journal time never goes backwards, so that it is found by halving.</remarks>
    public static long LastUpTo(SqliteConnection connection, long low, long high, DateTimeOffset at)
    {
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (TimeOf(connection, middle) <= at)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>The content of an entry, or null when it has been disposed of.</summary>
    /// <exception cref="InvalidDataException">There is no such entry: the store is broken.</exception>
    public static byte[]? Content(SqliteConnection connection, long seq)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT content FROM journal_entry WHERE seq = $seq";
        command.Parameters.AddWithValue("$seq", seq);
        using var row = command.ExecuteReader();
        return !row.Read() ? throw new InvalidDataException($"The journal has no entry {seq}.")
            : row.IsDBNull(0) ? null
            : row.GetFieldValue<byte[]>(0);
    }
}
