using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// What has come of a week since a picture of it was counted: the picture stays as it is, and says so. Stateless.
/// </summary>
internal static class LateReports
{
    /// <summary>The changes after an entry that a compiler may know of now; null where there are none.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="compiler">Whose picture.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="countedSeq">Up to which entry it was counted.</param>
    /// <param name="rules">The rules of now.</param>
    /// <param name="now">Now.</param>
    public static LateChanges? Since(
        SqliteConnection connection, PartnerId compiler, string municipality, IsoWeek week, long countedSeq, RuleBook rules,
        DateTimeOffset now)
    {
        var changes = new LateChanges();
        foreach (var report in Changed(connection, municipality, week, countedSeq).GroupBy(r => r.Stored.Id))
        {
            var before = report.Where(r => r.Seq <= countedSeq).Select(r => r.Stored).SingleOrDefault(IsSeen);
            var after = report.Where(r => r.Seq > countedSeq && r.Stands).Select(r => r.Stored).SingleOrDefault(IsSeen);
            changes.Added += before is null && after is not null ? 1 : 0;
            changes.Corrected += before is not null && after is not null ? 1 : 0;
            changes.Withdrawn += before is not null && after is null ? 1 : 0;
        }

        return changes is { Added: 0, Corrected: 0, Withdrawn: 0 } ? null : changes;

        // What a hold keeps back must not show in a number either: when it grows would tell when the report came.
        bool IsSeen(StoredReport report) =>
            report.State == ReportState.Standing && !report.Envelope.ContextOnly
            && Disclosure.Decide(
                report.Envelope, report.ReceivedAt, compiler, Purpose.WeeklyPicture, SharingForm.Counts, rules, now).Projection is not null
            && Disclosure.Match(report.Envelope, compiler, Purpose.WeeklyPicture, SharingForm.Records, rules)
                .VisibleFrom(report.ReceivedAt, now) is null;
    }

    // The rows that stood at the entry and do not any more, and those that came after it.
    private static List<(long Seq, bool Stands, StoredReport Stored)> Changed(
        SqliteConnection connection, string municipality, IsoWeek week, long countedSeq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns}, superseded_by_seq IS NULL FROM report r
            WHERE municipality = $municipality AND week = $week AND exercise = 0
              AND ((seq <= $seq AND superseded_by_seq > $seq) OR (seq > $seq AND superseded_by_seq IS NULL))
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$seq", countedSeq);
        using var row = find.ExecuteReader();
        var changed = new List<(long, bool, StoredReport)>();
        while (row.Read())
        {
            var (seq, stored) = ReportReader.ReadRow(row);
            changed.Add((seq, row.GetInt64(row.FieldCount - 1) == 1, stored));
        }

        return changed;
    }
}
