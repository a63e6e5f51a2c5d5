using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Agreements;

/// <summary>Why older reports may be seen from a point in the journal on. The numbers are stored.</summary>
internal enum VisibilityCause
{
    /// <summary>An agreement was signed, applied or resumed.</summary>
    Rules = 1,

    /// <summary>A validity, or a legal ground, has begun; or a prohibition has ended with its agreement.</summary>
    Beginning = 2,

    /// <summary>A hold is over.</summary>
    Release = 3,
}

/// <summary>
/// A point in the journal from which on some partner may see reports that came before it. Whoever reads the journal in
/// order finds them here, so that no cursor skips one.
/// </summary>
/// <param name="Point">Its own entry.</param>
/// <param name="Cause">Why.</param>
/// <param name="After">Reports after this entry may be concerned.</param>
/// <param name="UpTo">Up to this one; for <see cref="VisibilityCause.Rules"/> the rules of this entry are those before.</param>
/// <param name="Began">For <see cref="VisibilityCause.Beginning"/>, the instant.</param>
/// <param name="Hold">For <see cref="VisibilityCause.Release"/>, which is over for these reports.</param>
internal sealed record VisibilityPoint(
    JournalPoint Point, VisibilityCause Cause, long After, long UpTo, DateTimeOffset Began, Hold Hold)
{
    /// <summary>
    /// The instant at which this point made a report visible, if it did. The clock may look later than that, and find
    /// several such instants at once: each is told by what was so at its own.
    /// </summary>
    public DateTimeOffset Since(DateTimeOffset receivedAt) => Cause switch
    {
        VisibilityCause.Rules => Point.At,
        VisibilityCause.Beginning => Began > receivedAt ? Began : receivedAt,
        _ => Hold.VisibleFrom(receivedAt),
    };

    /// <summary>
    /// The rules' entry and the instant at which a report is decided to tell whether it could be seen just before this
    /// point made it visible.
    /// </summary>
    public (long RulesAt, DateTimeOffset At) Before(DateTimeOffset receivedAt)
    {
        switch (Cause)
        {
            case VisibilityCause.Rules:
                return (UpTo, Point.At);
            case VisibilityCause.Beginning:
                var before = Began.AddMicroseconds(-1);
                return (Point.Seq, before > receivedAt ? before : receivedAt);
            default:
                return (Point.Seq, Hold.VisibleFrom(receivedAt).AddMicroseconds(-1));
        }
    }
}

/// <summary>
/// Up to where visibility has been followed: what time alone makes visible is noticed by the clock and written down as
/// points. Immutable; moved on the journal's lane.
/// </summary>
/// <param name="LastAt">Journal time of the last point.</param>
/// <param name="Released">For each hold of a flow in the book, the last entry that it releases.</param>
internal sealed record Visibility(DateTimeOffset LastAt, ImmutableDictionary<Hold, long> Released)
{
    public static readonly Visibility Nothing = new(DateTimeOffset.MinValue, ImmutableDictionary<Hold, long>.Empty);

    private const string InsertPoint = """
        INSERT INTO visibility (seq, at, cause, after_seq, up_to_seq, began, delay, period) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    /// <summary>Every hold that a record may be under by a flow of the book.</summary>
    public static ImmutableHashSet<Hold> HoldsOf(AgreementBook book) => book.Flows
        .Where(f => f.Flow.Form == SharingForm.Records)
        .SelectMany(f => HoldsOf(f.Flow))
        .ToImmutableHashSet();

    /// <summary>The holds that a record may be under by a flow: its own, and that of the ceilings.</summary>
    public static IEnumerable<Hold> HoldsOf(SharingFlow flow)
    {
        var time = flow.Fields.Has(ReportField.Occurred) ? flow.FinestTime : TimeGranularity.Week;
        return new[] { time, time < TimeGranularity.Day ? TimeGranularity.Day : time }
            .Distinct().Select(period => new Hold(flow.Delay, period)).Where(h => h != Hold.None);
    }

    /// <summary>Writes down what the passing of time has made visible since the last look.</summary>
    public Visibility Advance(JournalTransaction transaction, AgreementBook book)
    {
        var now = transaction.Now;
        var last = LastAt;
        foreach (var began in BeginningsIn(book, LastAt, now))
        {
            last = Append(transaction, VisibilityCause.Beginning, 0, transaction.LastSeq, began, Hold.None);
        }

        var released = Released.ToBuilder();
        foreach (var (hold, after) in Released)
        {
            var upTo = JournalReader.LastUpTo(transaction.Connection, after, transaction.LastSeq, hold.LatestReceiptShownAt(now));
            if (upTo > after)
            {
                released[hold] = upTo;
                if (HasReports(transaction.Connection, after, upTo))
                {
                    last = Append(transaction, VisibilityCause.Release, after, upTo, default, hold);
                }
            }
        }

        return new Visibility(last, released.ToImmutable());
    }

    /// <summary>Whether <see cref="Advance"/> would find anything; read by any connection.</summary>
    public bool IsDue(SqliteConnection connection, AgreementBook book, DateTimeOffset now) =>
        BeginningsIn(book, LastAt, now).Any()
        || Released.Any(r => JournalReader.TimeOf(connection, r.Value + 1) is { } at && at <= r.Key.LatestReceiptShownAt(now));

    /// <summary>The state under a new book, after <see cref="Advance"/> by the one before.</summary>
    /// <param name="transaction">In which the rules change.</param>
    /// <param name="book">The new book.</param>
    /// <param name="before">The last entry before the change.</param>
    /// <param name="widens">Whether anybody may see more by it.</param>
    public Visibility Under(JournalTransaction transaction, AgreementBook book, long before, bool widens)
    {
        var now = transaction.Now;
        var last = widens ? Append(transaction, VisibilityCause.Rules, 0, before, default, Hold.None) : LastAt;
        return new Visibility(last, HoldsOf(book).ToImmutableDictionary(
            hold => hold,
            hold => Released.TryGetValue(hold, out var upTo)
                ? upTo
                : JournalReader.LastUpTo(transaction.Connection, 0, transaction.LastSeq, hold.LatestReceiptShownAt(now))));
    }

    /// <summary>The state that a hub goes on from.</summary>
    /// <param name="connection">A reader's.</param>
    /// <param name="books">Every book there has been, with the entries from which they held, in order.</param>
    public static Visibility Load(SqliteConnection connection, IReadOnlyList<(JournalPoint From, AgreementBook Book)> books)
    {
        if (books.Count == 0)
        {
            return Nothing;
        }

        var end = JournalReader.Last(connection).Seq;
        return new Visibility(
            LastPointAt(connection),
            HoldsOf(books[^1].Book).ToImmutableDictionary(
                hold => hold,
                hold =>
                {
                    // Since when flows have had it without a break: what it had released by then was told at once.
                    var first = books.Count - 1;
                    while (first > 0 && HoldsOf(books[first - 1].Book).Contains(hold))
                    {
                        first--;
                    }

                    var atFirst = JournalReader.LastUpTo(connection, 0, end, hold.LatestReceiptShownAt(books[first].From.At));
                    return Math.Max(Math.Min(atFirst, books[first].From.Seq), LastReleased(connection, hold));
                }));
    }

    /// <summary>The points after one entry and up to another, in order.</summary>
    public static List<VisibilityPoint> Read(SqliteConnection connection, long after, long upTo)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT seq, at, cause, after_seq, up_to_seq, began, delay, period FROM visibility
            WHERE seq > $after AND seq <= $up_to ORDER BY seq
            """;
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        using var row = find.ExecuteReader();
        var points = new List<VisibilityPoint>();
        while (row.Read())
        {
            points.Add(ReadRow(row));
        }

        return points;
    }

    /// <summary>The points that may have made one report visible after its own entry, in order.</summary>
    public static List<VisibilityPoint> ReadOf(SqliteConnection connection, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT seq, at, cause, after_seq, up_to_seq, began, delay, period FROM visibility
            WHERE seq > $seq AND up_to_seq >= $seq AND after_seq < $seq ORDER BY seq
            """;
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var points = new List<VisibilityPoint>();
        while (row.Read())
        {
            points.Add(ReadRow(row));
        }

        return points;
    }

    private static VisibilityPoint ReadRow(SqliteDataReader row) => new(
        new JournalPoint(row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1))),
        (VisibilityCause)row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), JournalTime.FromMicros(row.GetInt64(5)),
        new Hold(TimeSpan.FromMicroseconds(row.GetInt64(6)), (TimeGranularity)row.GetInt32(7)));

    /// <summary>The first journal time at which an instant has come: documents may be finer than the journal's microseconds.</summary>
    public static DateTimeOffset JournalTimeOf(DateTimeOffset instant)
    {
        var whole = JournalTime.FromMicros(JournalTime.ToMicros(instant));
        return whole < instant ? whole.AddMicroseconds(1) : whole;
    }

    // What ends with an agreement is also what it prohibits, to the recipients of every other.
    private static IEnumerable<DateTimeOffset> BeginningsIn(AgreementBook book, DateTimeOffset after, DateTimeOffset upTo) =>
        book.Flows.SelectMany(f => f.Windows).Select(w => w.From)
            .Concat(book.Versions.Where(a => a.Prohibitions.Length > 0).Select(a => a.ValidTo))
            .Where(at => at > DateTimeOffset.MinValue && at < DateTimeOffset.MaxValue)
            .Select(JournalTimeOf).Where(at => after < at && at <= upTo).Distinct().Order();

    private static DateTimeOffset Append(
        JournalTransaction transaction, VisibilityCause cause, long after, long upTo, DateTimeOffset began, Hold hold)
    {
        var beganMicros = cause == VisibilityCause.Beginning ? JournalTime.ToMicros(began) : 0;
        var content = new VisibilityEntry
        {
            Cause = (int)cause,
            After = after,
            UpTo = upTo,
            BeganMicros = beganMicros,
            DelayMicros = (long)hold.Delay.TotalMicroseconds,
            Period = (int)hold.Period,
        };
        var point = transaction.Append(EntryKind.Visibility, Google.Protobuf.MessageExtensions.ToByteArray(content));
        transaction.Prepare(InsertPoint)
            .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind((long)cause).Bind(after).Bind(upTo)
            .Bind(beganMicros).Bind((long)hold.Delay.TotalMicroseconds).Bind((long)hold.Period)
            .Execute();
        return point.At;
    }

    private static bool HasReports(SqliteConnection connection, long after, long upTo)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT EXISTS (SELECT 1 FROM report WHERE seq > $after AND seq <= $up_to)";
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        return (long)find.ExecuteScalar()! == 1;
    }

    private static DateTimeOffset LastPointAt(SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT at FROM visibility ORDER BY seq DESC LIMIT 1";
        return find.ExecuteScalar() is long micros ? JournalTime.FromMicros(micros) : DateTimeOffset.MinValue;
    }

    private static long LastReleased(SqliteConnection connection, Hold hold)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT MAX(up_to_seq) FROM visibility WHERE cause = 3 AND delay = $delay AND period = $period";
        find.Parameters.AddWithValue("$delay", (long)hold.Delay.TotalMicroseconds);
        find.Parameters.AddWithValue("$period", (int)hold.Period);
        return find.ExecuteScalar() is long upTo ? upTo : 0;
    }
}
