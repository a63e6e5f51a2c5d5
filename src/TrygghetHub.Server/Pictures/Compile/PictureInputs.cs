using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Links;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Everything that a picture is made of, as it was at one journal entry: envelopes, never contents. Immutable.
/// </summary>
internal sealed record PictureInputs
{
    /// <summary>How far back a picture looks: a year, and a week more for the same week of a year that had 53.</summary>
    public const int MostWeeks = 53;

    /// <summary>Weeks before this one whose reports are looked at one by one: as many as a new place is looked for in.</summary>
    public const int RecentWeeks = NewPlaceRule.EarlierWeeks;

    /// <summary>Code.</summary>
    public required string Municipality { get; init; }

    /// <summary>The week.</summary>
    public required IsoWeek Week { get; init; }

    /// <summary>The entry up to which it is counted.</summary>
    public required JournalPoint Frozen { get; init; }

    /// <summary>The rules by which it is decided what its reader may see.</summary>
    public required RuleBook Rules { get; init; }

    /// <summary>The instant at which they are asked: that of the entry, or later for a projection that is sent later.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The week's standing reports, exercises left out, in the order of their ids.</summary>
    public required IReadOnlyList<CountedReport> Reports { get; init; }

    /// <summary>Those of the eight weeks before, one by one, without what is context only.</summary>
    public required IReadOnlyList<CountedReport> Recent { get; init; }

    /// <summary>Those of up to 53 weeks before, like envelopes together.</summary>
    public required IReadOnlyList<EarlierReports> Earlier { get; init; }

    /// <summary>What partners last said of the week and of those before, as it was known when each was counted.</summary>
    public required IReadOnlyDictionary<(PartnerId Partner, IsoWeek Week), WeekWord> Words { get; init; }

    /// <summary>
    /// Reports that the compiler's coordinator has confirmed to be of one event: a number for each of them, the same for the
    /// same event.
    /// </summary>
    public required IReadOnlyDictionary<ReportId, int> SameEvents { get; init; }

    /// <summary>Those of them that are of the weeks before, one by one; they are counted in <see cref="Earlier"/> too.</summary>
    public required IReadOnlyList<CountedReport> EarlierOfSameEvents { get; init; }

    /// <summary>What has changed of earlier weeks since they were frozen, newest first.</summary>
    public required IReadOnlyList<ChangedWeek> Changes { get; init; }

    /// <summary>What is reported of the week after, in the order of ids.</summary>
    public required IReadOnlyList<CountedReport> NextWeek { get; init; }

    /// <summary>What partners do together beside reporting; no slice collects any of it yet.</summary>
    public JointWork JointWork { get; init; } = JointWork.NotCollected;

    /// <summary>
    /// Weeks since a sender's last published event of the municipality in which the hub has heard its feed speak of another one.
    /// </summary>
    public required IReadOnlySet<(PartnerId Partner, IsoWeek Week)> FeedWeeks { get; init; }

    /// <summary>When the week was frozen; null where it has not been.</summary>
    public required DateTimeOffset? FrozenAt { get; init; }

    /// <summary>When the operative group meets about it.</summary>
    public required DateTimeOffset MeetingAt { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="database">The hub's.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="frozen">Up to where to count.</param>
    /// <param name="rules">By which to decide.</param>
    /// <param name="decidedAt">At which instant.</param>
    /// <param name="compiler">Whose decisions on reports of the same event count.</param>
    /// <param name="cycle">The municipality's.</param>
    public static PictureInputs Read(
        HubDatabase database, string municipality, IsoWeek week, JournalPoint frozen, RuleBook rules,
        DateTimeOffset decidedAt, PartnerId compiler, WeeklyCycle cycle) =>
        database.Read(context =>
        {
            var connection = (SqliteConnection)context.Database.GetDbConnection();
            var sameEvents = LinkDecisions.Groups(connection, compiler, frozen.Seq);
            var earlierWeeks = Enumerable.Range(1, MostWeeks).Select(age => week.Plus(-age)).ToList();
            var freezes = context.Set<FreezeRow>()
                .Where(f => f.Municipality == municipality && f.Week <= week.Key
                    && f.Week >= week.Plus(-RecentWeeks).Key && f.Seq <= frozen.Seq)
                .ToDictionary(f => IsoWeek.FromKey(f.Week));

            // A delay may still hold back what came shortly before: such weeks are counted report by report.
            var longestDelay = LongestDelay(rules);
            var counted = WeekCells.Counted(connection, municipality, earlierWeeks[^1], week.Plus(-1), frozen.Seq);
            var kept = longestDelay == TimeSpan.Zero
                ? counted
                : counted.Where(c => JournalReader.TimeOf(connection, c.Value) < frozen.At - longestDelay)
                    .ToDictionary(c => c.Key, c => c.Value);
            var reports = ReadReports(connection, municipality, week, week, frozen.Seq, "");
            var earlier = WeekCells.Read(connection, municipality, earlierWeeks, kept, frozen, longestDelay);
            return new PictureInputs
            {
                Municipality = municipality,
                Week = week,
                Frozen = frozen,
                Rules = rules,
                DecidedAt = decidedAt,
                Reports = reports,
                Recent = ReadReports(
                    connection, municipality, week.Plus(-RecentWeeks), week.Plus(-1), frozen.Seq, "AND context_only = 0"),
                Earlier = earlier,
                Words = ReadWords(context, municipality, earlierWeeks[^1], week, frozen.Seq, kept),
                SameEvents = sameEvents,
                EarlierOfSameEvents = sameEvents.Count == 0 ? [] :
                [
                    // As they stood when their weeks were counted: so they are in the cells.
                    .. earlierWeeks.OrderBy(w => w).SelectMany(w => ReadReports(
                        connection, municipality, w, w, kept.GetValueOrDefault(w, frozen.Seq),
                        $"AND report_id IN ({Ids(sameEvents)}) AND context_only = 0")),
                ],
                Changes =
                [
                    .. freezes.Where(f => f.Key != week).OrderByDescending(f => f.Key)
                        .Select(f => LateReports.Read(connection, municipality, f.Key, f.Value.Seq, frozen.Seq)),
                ],
                NextWeek = ReadReports(
                    connection, municipality, week.Plus(1), week.Plus(1), frozen.Seq, "AND category = 'planned-event'"),
                FeedWeeks = ReadFeedWeeks(
                    connection, week, frozen.Seq, rules,
                    reports.Select(r => r.Envelope).Concat(earlier.Select(e => e.Envelope)).Where(e => e.Published)
                        .GroupBy(e => e.Sender).Select(g => (g.Key, g.Max(e => e.Week)))),
                FrozenAt = freezes.TryGetValue(week, out var freeze) ? JournalTime.FromMicros(freeze.At) : null,
                MeetingAt = cycle.MeetingOf(week),
            };
        });

    // Ids are sixteen bytes of our own making, and a coordinator confirms a handful a week.
    private static string Ids(IReadOnlyDictionary<ReportId, int> reports) =>
        string.Join(", ", reports.Keys.Select(id => $"x'{Convert.ToHexString(id.Value.ToByteArray(bigEndian: true))}'"));

    private static TimeSpan LongestDelay(RuleBook rules) =>
        rules.Agreements.Flows.Select(f => f.Flow.Delay).DefaultIfEmpty(TimeSpan.Zero).Max();

    private static List<CountedReport> ReadReports(
        SqliteConnection connection, string municipality, IsoWeek first, IsoWeek last, long seq, string more)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE municipality = $municipality AND week BETWEEN $first AND $last AND {WeekCells.CountsAtEntry} {more}
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
            var (entry, stored) = ReportReader.ReadRow(row);
            reports.Add(CountedReport.Of(entry, stored));
        }

        return reports;
    }

    // Each is one look into the index of municipalities and weeks: a feed is seldom quiet for more than a few weeks.
    private static HashSet<(PartnerId, IsoWeek)> ReadFeedWeeks(
        SqliteConnection connection, IsoWeek last, long seq, RuleBook rules, IEnumerable<(PartnerId Sender, IsoWeek LastOfItsOwn)> feeds)
    {
        var heard = new HashSet<(PartnerId, IsoWeek)>();
        foreach (var (sender, lastOfItsOwn) in feeds)
        {
            var municipalities = rules.Agreements.FlowsFrom(sender).SelectMany(f => f.Flow.Areas)
                .SelectMany(rules.Areas.Municipalities).Distinct().Order(StringComparer.Ordinal).ToList();
            for (var week = lastOfItsOwn.Plus(1); week <= last; week = week.Plus(1))
            {
                if (municipalities.Exists(m => HasPublished(connection, sender, m, week, seq)))
                {
                    heard.Add((sender, week));
                }
            }
        }

        return heard;
    }

    private static bool HasPublished(SqliteConnection connection, PartnerId sender, string municipality, IsoWeek week, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT EXISTS (
                SELECT 1 FROM report WHERE municipality = $municipality AND week = $week AND published = 1 AND partner = $partner AND seq <= $seq)
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$seq", seq);
        return (long)find.ExecuteScalar()! == 1;
    }

    // The last word of each; of a week that was counted before, the last that was known then.
    private static Dictionary<(PartnerId, IsoWeek), WeekWord> ReadWords(
        HubDbContext context, string municipality, IsoWeek first, IsoWeek last, long seq,
        IReadOnlyDictionary<IsoWeek, long> counted) =>
        context.Set<WeekConfirmationRow>()
            .Where(c => c.Municipality == municipality && c.Week >= first.Key && c.Week <= last.Key && c.Seq <= seq)
            .OrderBy(c => c.Seq).AsEnumerable()
            .Where(c => !counted.TryGetValue(IsoWeek.FromKey(c.Week), out var known) || c.Seq <= known)
            .GroupBy(c => (new PartnerId(c.Partner), IsoWeek.FromKey(c.Week)))
            .ToDictionary(
                g => g.Key, g => new WeekWord((WeekStatement)g.Last().Statement, JournalTime.FromMicros(g.Last().At)));
}

/// <summary>One report, by its columns.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Revision">The revision that stood.</param>
/// <param name="Envelope">What decisions are made by.</param>
/// <param name="ReceivedAt">Journal time of the revision.</param>
/// <param name="From">When it began; seen through the time of a projection alone.</param>
/// <param name="To">When it ended.</param>
/// <param name="Certainty">How well that is known.</param>
/// <param name="Cell">Number of the 250 m square; null where no position is known.</param>
internal sealed record CountedReport(
    long Seq, ReportId Id, ReportType Type, int Revision, ReportEnvelope Envelope, DateTimeOffset ReceivedAt,
    DateTimeOffset From, DateTimeOffset To, TimeCertainty Certainty, long? Cell)
{
    public static CountedReport Of(long seq, StoredReport stored) => new(
        seq, stored.Id, stored.Type, stored.Revision, stored.Envelope, stored.ReceivedAt,
        JournalTime.FromMicros(stored.OccurredFrom), JournalTime.FromMicros(stored.OccurredTo), stored.Certainty, stored.Cell);
}

/// <summary>What a partner said of a week.</summary>
internal sealed record WeekWord(WeekStatement Statement, DateTimeOffset At);
