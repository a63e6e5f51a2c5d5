using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// What has come of a week since it was counted: the picture stays as it is, and says so. Stateless.
/// </summary>
internal static class LateReports
{
    /// <summary>
    /// The reports of a week of which another revision, or none, stands at one entry than at an earlier one, and the partners whose
    /// last word on it is another: a silence that was broken is as much a change as a report.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="countedSeq">Up to which entry it was counted.</param>
    /// <param name="seq">Up to which entry to look.</param>
    public static ChangedWeek Read(
        SqliteConnection connection, string municipality, IsoWeek week, long countedSeq, long seq) => new(
            municipality, week,
            [
                .. Rows(connection, municipality, week, countedSeq, seq).GroupBy(r => r.Stored.Id).Select(report => new ChangedReport(
                    report.Where(r => r.Seq <= countedSeq).Select(r => r.Stored).SingleOrDefault(),
                    report.Where(r => r.Seq > countedSeq && r.Stands).Select(r => r.Stored).SingleOrDefault())),
            ],
            Answered(connection, municipality, week, countedSeq, seq));

    /// <summary>How many changes a reader may know of; null where there are none.</summary>
    /// <param name="changed">Of one week.</param>
    /// <param name="reader">Who.</param>
    /// <param name="rules">By which rules.</param>
    /// <param name="at">At which instant.</param>
    public static LateChanges? Count(ChangedWeek changed, PartnerId reader, RuleBook rules, DateTimeOffset at)
    {
        // Whose word the reader waits for, as its coverage has it; what others say is nothing to it.
        var counted = new LateChanges
        {
            Answered = WeekFlows.Senders(rules, reader, changed.Municipality, at).Count(changed.Answered.Contains),
        };
        foreach (var change in changed.Reports)
        {
            var before = IsSeen(change.Before);
            var after = IsSeen(change.After);
            counted.Added += !before && after ? 1 : 0;
            counted.Corrected += before && after ? 1 : 0;
            counted.Withdrawn += before && !after ? 1 : 0;
        }

        return counted is { Added: 0, Corrected: 0, Withdrawn: 0, Answered: 0 } ? null : counted;

        // What a hold keeps back must not show in a number either: when it grows would tell when the report came.
        bool IsSeen(StoredReport? report) =>
            report is { State: ReportState.Standing, Envelope.ContextOnly: false }
            && IsTold(Disclosure.Decide(
                report.Envelope, report.ReceivedAt, reader, Purpose.WeeklyPicture, SharingForm.Counts, rules, at))
            && Disclosure.Match(report.Envelope, reader, Purpose.WeeklyPicture, SharingForm.Records, rules)
                .VisibleFrom(report.ReceivedAt, at) is null;
    }

    /// <summary>
    /// How many reports that a picture counts have been recalled since by senders that have left. They stand in the journal as they
    /// did, and are shown to nobody any more.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="counted">Up to where it was counted.</param>
    /// <param name="reader">Who.</param>
    /// <param name="then">The rules of that entry, by which they were seen.</param>
    /// <param name="now">The rules of now, by which their senders have left.</param>
    public static int Recalled(
        SqliteConnection connection, string municipality, IsoWeek week, JournalPoint counted, PartnerId reader, RuleBook then,
        RuleBook now)
    {
        var gone = now.Partners.Partners.Values.Where(p => p.RecalledAtSeq > counted.Seq).Select(p => p.Id).ToHashSet();
        if (gone.Count == 0)
        {
            return 0;
        }

        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns} FROM report r
            WHERE municipality = $municipality AND week = $week AND {WeekCells.CountsAtEntry} AND context_only = 0
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$seq", counted.Seq);
        using var row = find.ExecuteReader();
        var recalled = 0;
        while (row.Read())
        {
            var stored = ReportReader.ReadRow(row).Stored;
            recalled += gone.Contains(stored.Envelope.Sender)
                && IsTold(Disclosure.Decide(
                    stored.Envelope, stored.ReceivedAt, reader, Purpose.WeeklyPicture, SharingForm.Counts, then, counted.At))
                ? 1 : 0;
        }

        return recalled;
    }

    // What may be counted from a larger number on only is no single change either.
    private static bool IsTold(Decision decision) => decision.Projection is { SmallestCell: <= 1 };

    // Those whose last word at the one entry is not what it was at the other, or who had said nothing.
    private static HashSet<PartnerId> Answered(
        SqliteConnection connection, string municipality, IsoWeek week, long countedSeq, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            WITH said AS (
              SELECT "Partner" AS partner, "Statement" AS statement, "Seq" AS seq FROM week_confirmation
              WHERE "Municipality" = $municipality AND "Week" = $week AND "Seq" <= $seq)
            SELECT partner FROM said now
            WHERE seq > $counted AND seq = (SELECT MAX(seq) FROM said WHERE partner = now.partner)
              AND statement IS NOT (
                SELECT statement FROM said WHERE partner = now.partner AND seq <= $counted ORDER BY seq DESC LIMIT 1)
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$counted", countedSeq);
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var partners = new HashSet<PartnerId>();
        while (row.Read())
        {
            partners.Add(new PartnerId(row.GetString(0)));
        }

        return partners;
    }

    // The rows that stood at the one entry and do not at the other, and those that came in between.
    private static List<(long Seq, bool Stands, StoredReport Stored)> Rows(
        SqliteConnection connection, string municipality, IsoWeek week, long countedSeq, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {ReportReader.Columns}, superseded_by_seq IS NULL OR superseded_by_seq > $seq FROM report r
            WHERE municipality = $municipality AND week = $week AND exercise = 0
              AND ((seq <= $counted AND superseded_by_seq > $counted AND superseded_by_seq <= $seq)
                OR (seq > $counted AND seq <= $seq AND (superseded_by_seq IS NULL OR superseded_by_seq > $seq)))
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$counted", countedSeq);
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var changed = new List<(long, bool, StoredReport)>();
        while (row.Read())
        {
            var (entry, stored) = ReportReader.ReadRow(row);
            changed.Add((entry, row.GetInt64(row.FieldCount - 1) == 1, stored));
        }

        return changed;
    }
}

/// <summary>What has changed of a week since it was counted, whoever may know of it.</summary>
/// <param name="Municipality">Code.</param>
/// <param name="Week">The week.</param>
/// <param name="Reports">The reports that have changed.</param>
/// <param name="Answered">The partners that have said something else of it since, or something at all.</param>
internal sealed record ChangedWeek(
    string Municipality, IsoWeek Week, IReadOnlyList<ChangedReport> Reports, IReadOnlySet<PartnerId> Answered);

/// <summary>A report that has changed since its week was counted.</summary>
/// <param name="Before">As it stood; null where it was not there.</param>
/// <param name="After">As it stands; null where it does not any more, or belongs to another week.</param>
internal sealed record ChangedReport(StoredReport? Before, StoredReport? After);
