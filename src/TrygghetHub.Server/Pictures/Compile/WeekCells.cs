using Microsoft.Data.Sqlite;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Counts of a municipality's weeks as they stood when they were frozen, partner by partner and before any decision. Stateless.
/// </summary>
/// <remarks>
/// Derived: the freeze is the fact, and its cells can be counted again from the rows. A week's later counts come beside the
/// earlier ones, so that what a picture was compared with can be told for ever.
/// </remarks>
internal static class WeekCells
{
    /// <summary>A row counts at entry S when it is not later and is superseded by nothing or by something later.</summary>
    public const string CountsAtEntry =
        "seq <= $seq AND (superseded_by_seq IS NULL OR superseded_by_seq > $seq) AND state = 1 AND exercise = 0";

    private const string Columns =
        "week, partner, category, family, environment, county, district, place, precision, tlp, published";

    /// <summary>Counts a week up to an entry and keeps the cells; harmless where they are kept already.</summary>
    public static void Keep(JournalTransaction transaction, string municipality, IsoWeek week, long seq)
    {
        var isNew = transaction
            .Prepare("INSERT INTO week_count (municipality, week, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING seq")
            .Bind(municipality).Bind(week.Key).Bind(seq);
        var added = isNew.ReadFirst();
        isNew.Reset();
        if (!added)
        {
            return;
        }

        using var count = transaction.Connection.CreateCommand();
        count.CommandText = $"""
            INSERT INTO week_cell (municipality, seq, {Columns}, reports)
            SELECT $municipality, $seq, {Columns}, COUNT(*) FROM report
            WHERE municipality = $municipality AND week = $week AND {CountsAtEntry} AND context_only = 0
            GROUP BY partner, category, family, environment, county, district, place, precision, tlp, published
            """;
        count.Parameters.AddWithValue("$municipality", municipality);
        count.Parameters.AddWithValue("$week", week.Key);
        count.Parameters.AddWithValue("$seq", seq);
        count.ExecuteNonQuery();
    }

    /// <summary>The entries up to which weeks were last counted, of counts up to an entry.</summary>
    public static IReadOnlyDictionary<IsoWeek, long> Counted(
        SqliteConnection connection, string municipality, IsoWeek first, IsoWeek last, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT week, MAX(seq) FROM week_count
            WHERE municipality = $municipality AND week BETWEEN $first AND $last AND seq <= $seq
            GROUP BY week
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$first", first.Key);
        find.Parameters.AddWithValue("$last", last.Key);
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var counted = new Dictionary<IsoWeek, long>();
        while (row.Read())
        {
            counted.Add(IsoWeek.FromKey(row.GetInt32(0)), row.GetInt64(1));
        }

        return counted;
    }

    /// <summary>
    /// The cells of weeks: kept ones of those that were counted, and of the others what the reports say now.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="weeks">In any order.</param>
    /// <param name="counted">Of which of them kept cells are taken, counted up to which entry.</param>
    /// <param name="counting">The entry up to which the others are counted.</param>
    /// <param name="longestDelay">What was received longer ago than this no delay can hold back.</param>
    public static List<EarlierReports> Read(
        SqliteConnection connection, string municipality, IReadOnlyList<IsoWeek> weeks,
        IReadOnlyDictionary<IsoWeek, long> counted, JournalPoint counting, TimeSpan longestDelay)
    {
        var cells = new List<EarlierReports>();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var kept = weeks.Where(counted.ContainsKey).ToList();
        if (kept.Count > 0)
        {
            using var find = connection.CreateCommand();
            // Weeks and entries are numbers of our own.
            find.CommandText = $"""
                SELECT {Columns}, 0, reports FROM week_cell
                WHERE municipality = $municipality AND (week, seq) IN (VALUES {string.Join(", ", kept.Select(w => $"({w.Key}, {counted[w]})"))})
                """;
            find.Parameters.AddWithValue("$municipality", municipality);
            ReadInto(cells, find, municipality, texts);
        }

        foreach (var (first, last) in Runs(weeks.Where(w => !counted.ContainsKey(w)).Order()))
        {
            using var find = connection.CreateCommand();
            find.CommandText = $"""
                SELECT {Columns}, CASE WHEN at > $recent THEN at ELSE 0 END, COUNT(*) FROM report
                WHERE municipality = $municipality AND week BETWEEN $first AND $last AND {CountsAtEntry} AND context_only = 0
                GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
                """;
            find.Parameters.AddWithValue("$municipality", municipality);
            find.Parameters.AddWithValue("$first", first.Key);
            find.Parameters.AddWithValue("$last", last.Key);
            find.Parameters.AddWithValue("$seq", counting.Seq);
            find.Parameters.AddWithValue("$recent", JournalTime.ToMicros(counting.At - longestDelay));
            ReadInto(cells, find, municipality, texts);
        }

        return cells;
    }

    private static void ReadInto(
        List<EarlierReports> cells, SqliteCommand find, string municipality, Dictionary<string, string> texts)
    {
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            cells.Add(new EarlierReports(
                new ReportEnvelope
                {
                    Week = IsoWeek.FromKey(row.GetInt32(0)),
                    Sender = new PartnerId(Text(1)!),
                    Category = Text(2)!,
                    Family = Text(3)!,
                    Severity = Severity.Unspecified,
                    Environment = (Environment)row.GetInt32(4),
                    Area = new AreaChain(Text(5), municipality, Text(6), Text(7)),
                    Precision = (Precision)row.GetInt32(8),
                    Tlp = (Tlp)row.GetInt32(9),
                    Published = row.GetInt32(10) == 1,
                    Exercise = false,
                    ContextOnly = false,
                    // Counts show no text.
                    Text = TextState.None,
                },
                JournalTime.FromMicros(row.GetInt64(11)), row.GetInt32(12)));
        }

        // The same few codes come thousands of times.
        string? Text(int column)
        {
            if (row.IsDBNull(column))
            {
                return null;
            }

            var text = row.GetString(column);
            if (!texts.TryGetValue(text, out var same))
            {
                texts.Add(text, same = text);
            }

            return same;
        }
    }

    // Weeks that follow each other are read together.
    private static IEnumerable<(IsoWeek First, IsoWeek Last)> Runs(IEnumerable<IsoWeek> weeks)
    {
        (IsoWeek First, IsoWeek Last)? run = null;
        foreach (var week in weeks)
        {
            if (run is { } open && open.Last.Plus(1) == week)
            {
                run = (open.First, week);
                continue;
            }

            if (run is { } done)
            {
                yield return done;
            }

            run = (week, week);
        }

        if (run is { } last)
        {
            yield return last;
        }
    }
}

/// <summary>Reports of an earlier week that are decided alike.</summary>
/// <param name="Envelope">Their common envelope; severity is not told apart.</param>
/// <param name="ReceivedAt">When they were received; 1970 where no delay can hold them back any more.</param>
/// <param name="Count">How many.</param>
internal sealed record EarlierReports(ReportEnvelope Envelope, DateTimeOffset ReceivedAt, int Count);
