using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Links;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Everything that a picture is made of, as it was at one journal entry: envelopes, never contents. Immutable.
/// </summary>
/// <param name="Municipality">Code.</param>
/// <param name="Week">The week.</param>
/// <param name="Frozen">The entry up to which it is counted.</param>
/// <param name="Rules">The rules as they were at that entry.</param>
/// <param name="Reports">The week's standing reports, exercises left out, in the order of their ids.</param>
/// <param name="Earlier">Counted reports of up to 52 weeks before, like envelopes together.</param>
/// <param name="Confirmations">What each partner last said of the week.</param>
/// <param name="SameEvents">
/// Reports that the compiler's coordinator has confirmed to be of one event: a number for each of them, the same for the same
/// event.
/// </param>
/// <param name="EarlierOfSameEvents">Those of them that are of the weeks before, one by one; <c>Earlier</c> is without them.</param>
internal sealed record PictureInputs(
    string Municipality,
    IsoWeek Week,
    JournalPoint Frozen,
    RuleBook Rules,
    IReadOnlyList<CountedReport> Reports,
    IReadOnlyList<EarlierReports> Earlier,
    IReadOnlyDictionary<PartnerId, (WeekStatement Statement, DateTimeOffset At)> Confirmations,
    IReadOnlyDictionary<ReportId, int> SameEvents,
    IReadOnlyList<CountedReport> EarlierOfSameEvents)
{
    public static PictureInputs Read(
        HubDatabase database, string municipality, IsoWeek week, JournalPoint frozen, RuleBook rules, PartnerId compiler) =>
        database.Read(context =>
        {
            var connection = (SqliteConnection)context.Database.GetDbConnection();
            var sameEvents = LinkDecisions.Groups(connection, compiler, frozen.Seq);
            return new PictureInputs(
                municipality, week, frozen, rules,
                ReadReports(connection, municipality, week, week, frozen.Seq, ""),
                ReadEarlier(connection, municipality, week, frozen, LongestDelay(rules), NotAmong(sameEvents)),
                context.Set<WeekConfirmationRow>()
                    .Where(c => c.Municipality == municipality && c.Week == week.Key && c.Seq <= frozen.Seq)
                    .OrderBy(c => c.Seq).AsEnumerable()
                    .GroupBy(c => new PartnerId(c.Partner))
                    .ToDictionary(
                        g => g.Key,
                        g => ((WeekStatement)g.Last().Statement, JournalTime.FromMicros(g.Last().At))),
                sameEvents,
                sameEvents.Count == 0 ? [] : ReadReports(
                    connection, municipality, week.Plus(-UsualCounts.MostWeeks), week.Plus(-1), frozen.Seq,
                    $"AND report_id IN ({Ids(sameEvents)}) AND context_only = 0"));
        });

    // Ids are sixteen bytes of our own making, and a coordinator confirms a handful a week.
    private static string NotAmong(IReadOnlyDictionary<ReportId, int> reports) =>
        reports.Count == 0 ? "" : $"AND report_id NOT IN ({Ids(reports)})";

    private static string Ids(IReadOnlyDictionary<ReportId, int> reports) =>
        string.Join(", ", reports.Keys.Select(id => $"x'{Convert.ToHexString(id.Value.ToByteArray(bigEndian: true))}'"));

    private static TimeSpan LongestDelay(RuleBook rules) =>
        rules.Agreements.Flows.Select(f => f.Flow.Delay).DefaultIfEmpty(TimeSpan.Zero).Max();

    // A row counts at entry S when it is not later and is superseded by nothing or by something later.
    private const string CountsAtEntry =
        "seq <= $seq AND (superseded_by_seq IS NULL OR superseded_by_seq > $seq) AND state = 1 AND exercise = 0";

    private static List<CountedReport> ReadReports(
        SqliteConnection connection, string municipality, IsoWeek first, IsoWeek last, long seq, string more)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE municipality = $municipality AND week BETWEEN $first AND $last AND {CountsAtEntry} {more}
            ORDER BY week, report_id
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$first", first.Key);
        find.Parameters.AddWithValue("$last", last.Key);
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var reports = new List<CountedReport>();
        while (row.Read())
        {
            var stored = ReportReader.ReadRow(row).Stored;
            reports.Add(new CountedReport(stored.Id, stored.Type, stored.Revision, stored.Envelope, stored.ReceivedAt));
        }

        return reports;
    }

    private static List<EarlierReports> ReadEarlier(
        SqliteConnection connection, string municipality, IsoWeek week, JournalPoint frozen, TimeSpan longestDelay,
        string more)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT week, partner, category, family, environment, county, district, place, precision, tlp, published,
                   CASE WHEN at > $recent THEN at ELSE 0 END, COUNT(*)
            FROM report
            WHERE municipality = $municipality AND week BETWEEN $first AND $last AND {CountsAtEntry} AND context_only = 0 {more}
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$first", week.Plus(-UsualCounts.MostWeeks).Key);
        find.Parameters.AddWithValue("$last", week.Plus(-1).Key);
        find.Parameters.AddWithValue("$seq", frozen.Seq);
        // What no delay can hold back any more is decided together.
        find.Parameters.AddWithValue("$recent", JournalTime.ToMicros(frozen.At - longestDelay));
        using var row = find.ExecuteReader();
        var earlier = new List<EarlierReports>();
        while (row.Read())
        {
            earlier.Add(new EarlierReports(
                new ReportEnvelope
                {
                    Week = IsoWeek.FromKey(row.GetInt32(0)),
                    Sender = new PartnerId(row.GetString(1)),
                    Category = row.GetString(2),
                    Family = row.GetString(3),
                    Severity = Severity.Unspecified,
                    Environment = (Environment)row.GetInt32(4),
                    Area = new AreaChain(
                        row.GetString(5), municipality, row.IsDBNull(6) ? null : row.GetString(6),
                        row.IsDBNull(7) ? null : row.GetString(7)),
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

        return earlier;
    }
}

/// <summary>One report of the week.</summary>
internal sealed record CountedReport(
    ReportId Id, ReportType Type, int Revision, ReportEnvelope Envelope, DateTimeOffset ReceivedAt);

/// <summary>Reports of an earlier week that are decided alike.</summary>
/// <param name="Envelope">Their common envelope; severity is not told apart.</param>
/// <param name="ReceivedAt">When they were received; 1970 where no delay can hold them back any more.</param>
/// <param name="Count">How many.</param>
internal sealed record EarlierReports(ReportEnvelope Envelope, DateTimeOffset ReceivedAt, int Count);
