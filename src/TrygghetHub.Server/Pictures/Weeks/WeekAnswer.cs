using Microsoft.Data.Sqlite;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>What the hub has from a partner about a municipality's week.</summary>
/// <param name="Statement">Its last word; null where it has said nothing.</param>
/// <param name="SaidAt">When it said so.</param>
/// <param name="HasReports">Whether the hub holds reports of its own that are counted.</param>
/// <param name="RemindedAt">When it was reminded; null where it was not.</param>
internal sealed record WeekAnswer(
    WeekStatement? Statement, DateTimeOffset? SaidAt, bool HasReports, DateTimeOffset? RemindedAt)
{
    /// <summary>Nothing was said and nothing was sent: nobody knows whether anything happened.</summary>
    public bool IsSilent => Statement is null && !HasReports;

    /// <summary>Reads it, inside a transaction of the lane or outside.</summary>
    public static WeekAnswer Read(SqliteConnection connection, PartnerId partner, string municipality, IsoWeek week)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT c."Statement", c."At",
              EXISTS (
                SELECT 1 FROM report
                WHERE municipality = $municipality AND week = $week AND partner = $partner
                  AND superseded_by_seq IS NULL AND state = 1 AND exercise = 0 AND context_only = 0),
              (SELECT at FROM week_reminder WHERE partner = $partner AND municipality = $municipality AND week = $week)
            FROM (SELECT 1)
            LEFT JOIN week_confirmation c ON c."Seq" = (
              SELECT max("Seq") FROM week_confirmation
              WHERE "Municipality" = $municipality AND "Week" = $week AND "Partner" = $partner)
            """;
        find.Parameters.AddWithValue("$municipality", municipality);
        find.Parameters.AddWithValue("$week", week.Key);
        find.Parameters.AddWithValue("$partner", partner.Value);
        using var row = find.ExecuteReader();
        row.Read();
        return new WeekAnswer(
            row.IsDBNull(0) ? null : (WeekStatement)row.GetInt32(0), TimeOf(row, 1), row.GetBoolean(2), TimeOf(row, 3));
    }

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : JournalTime.FromMicros(row.GetInt64(column));
}
