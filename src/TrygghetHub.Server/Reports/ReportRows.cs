using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Reads many rows of <see cref="ReportReader.Columns"/>, and one more, by position. For one thread.
/// </summary>
/// <remarks>
/// A feed that catches up reads a million of them. ADO.NET boxes and makes strings of two dozen columns a row; most of
/// the strings are a handful of codes, which are kept here.
/// </remarks>
internal sealed class ReportRows : IDisposable
{
    /// <summary>The column after those of the report.</summary>
    public const int ContentColumn = 26;

    private const int LongestCode = 128;

    // Codes: categories, areas, partners. Bounded by what the hub knows of them.
    [ThreadStatic]
    private static Dictionary<string, string>? codes;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int bound;

    public ReportRows(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public ReportRows Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    public ReportRows Bind(string value)
    {
        Check(raw.sqlite3_bind_text(statement, ++bound, value));
        return this;
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Next()
    {
        var code = raw.sqlite3_step(statement);
        if (code is raw.SQLITE_ROW)
        {
            return true;
        }

        if (code is not raw.SQLITE_DONE)
        {
            Check(code);
        }

        return false;
    }

    /// <summary>The report of the row, and its entry.</summary>
    public (long Seq, StoredReport Stored) Report() => (Number(0), new StoredReport
    {
        Id = new ReportId(new Guid(raw.sqlite3_column_blob(statement, 1), bigEndian: true)),
        Type = (ReportType)Number(2),
        Revision = (int)Number(3),
        State = (ReportState)Number(4),
        Envelope = new ReportEnvelope
        {
            Sender = new PartnerId(Code(5)!),
            Category = Code(6)!,
            Family = Code(7)!,
            Severity = (Severity)Number(8),
            Environment = (Environment)Number(9),
            Area = new AreaChain(Code(10)!, Code(11), Code(12), Code(13)),
            Precision = (Precision)Number(14),
            Tlp = (Tlp)Number(15),
            Week = IsoWeek.FromKey((int)Number(16)),
            Published = Number(17) == 1,
            Exercise = Number(18) == 1,
            ContextOnly = Number(19) == 1,
            Text = (TextState)Number(20),
        },
        OccurredFrom = Number(21),
        OccurredTo = Number(22),
        Certainty = (TimeCertainty)Number(23),
        Cell = raw.sqlite3_column_type(statement, 24) == raw.SQLITE_NULL ? null : Number(24),
        ReceivedAt = JournalTime.FromMicros(Number(25)),
    });

    /// <summary>A number in a column after those of the report.</summary>
    public long NumberAt(int column) => Number(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public void Dispose() => statement.Dispose();

    private long Number(int column) => raw.sqlite3_column_int64(statement, column);

    private string? Code(int column)
    {
        var utf8 = raw.sqlite3_column_blob(statement, column);
        if (utf8.Length == 0)
        {
            return null;
        }

        if (utf8.Length > LongestCode)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> text = stackalloc char[LongestCode];
        ReadOnlySpan<char> code = text[..Encoding.UTF8.GetChars(utf8, text)];
        var known = (codes ??= new Dictionary<string, string>(StringComparer.Ordinal)).GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(code, out var kept))
        {
            kept = code.ToString();
            known[code] = kept;
        }

        return kept;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }
    }
}
