using Microsoft.Data.Sqlite;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Which stretches of the journal a disposal has to go through: from where it has been up to the last day that is due, and
/// days that it has left something of. Stateless and thread-safe.
/// </summary>
internal static class DueEntries
{
    /// <summary>Entries that one read goes through at most: short reads let the WAL be reset.</summary>
    private const int Window = 1_000;

    /// <summary>The windows, in order: after one entry and up to another.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="plan">Up to when.</param>
    /// <param name="swept">The last day that was gone through, or null.</param>
    /// <param name="left">Days up to that one of which something is left.</param>
    public static IEnumerable<(long After, long UpTo)> Windows(
        SqliteConnection connection, DisposalPlan plan, DateOnly? swept, IEnumerable<DateOnly> left)
    {
        var head = JournalReader.Last(connection).Seq;
        foreach (var (first, last) in Stretches(plan.LastDay, swept, left))
        {
            var after = first == DateOnly.MinValue ? 0 : LastBefore(connection, first, head);
            var upTo = LastBefore(connection, last.AddDays(1), head);
            for (; after < upTo; after = Math.Min(after + Window, upTo))
            {
                yield return (after, Math.Min(after + Window, upTo));
            }
        }
    }

    /// <summary>The last entry before a Swedish day.</summary>
    public static long LastBefore(SqliteConnection connection, DateOnly day, long head) =>
        JournalReader.LastUpTo(connection, 0, head, SwedishTime.StartOf(day).AddMicroseconds(-1));

    /// <summary>The last day of receipt that was gone through in this file, or null.</summary>
    public static DateOnly? SweptUpTo(SqliteConnection connection, RetentionClass @class, PartnerId? partner)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT day FROM disposal_sweep WHERE retention_class = $class AND partner = $partner";
        find.Parameters.AddWithValue("$class", (int)@class);
        find.Parameters.AddWithValue("$partner", partner?.Value ?? "");
        return find.ExecuteScalar() is long day ? DateOnly.FromDayNumber((int)day) : null;
    }

    /// <summary>Remembers how far it was gone; on the lane. Never goes back.</summary>
    public static void Swept(JournalTransaction transaction, RetentionClass @class, PartnerId? partner, DateOnly day) =>
        transaction.Prepare("""
            INSERT INTO disposal_sweep (retention_class, partner, day) VALUES (?, ?, ?)
            ON CONFLICT (retention_class, partner) DO UPDATE SET day = MAX(day, excluded.day)
            """)
            .Bind((long)@class).Bind(partner?.Value ?? "").Bind(day.DayNumber)
            .Execute();

    /// <summary>Days from the earliest on, neighbours together, none twice.</summary>
    internal static IEnumerable<(DateOnly First, DateOnly Last)> Stretches(
        DateOnly lastDay, DateOnly? swept, IEnumerable<DateOnly> left)
    {
        var rest = swept is { } done ? done.AddDays(1) : DateOnly.MinValue;
        (DateOnly First, DateOnly Last)? open = null;
        foreach (var day in left.Where(d => d < rest && d <= lastDay).Order())
        {
            if (open is { } stretch && day <= stretch.Last.AddDays(1))
            {
                open = (stretch.First, day);
                continue;
            }

            if (open is { } ended)
            {
                yield return ended;
            }

            open = (day, day);
        }

        if (open is { } last)
        {
            yield return last;
        }

        if (rest <= lastDay)
        {
            yield return (rest, lastDay);
        }
    }
}
