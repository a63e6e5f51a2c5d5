using Microsoft.Data.Sqlite;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Disposes of receipts of what was shown: their rows, and the contents of their entries. Those of streams that still run,
/// or ended after the last day that is due, stay whole. Thread-safe; may be broken off anywhere and run again.
/// </summary>
/// <remarks>
/// Receipts are not sealed under keys of their own: copies of <c>hub.db</c> hold them for as long as they are kept. What is
/// disposed of is not listed among viewers any more, and orders no recall.
/// </remarks>
internal sealed class AccessLogDisposal(RetentionRegister register, HubDatabase database, JournalLane journal, TimeProvider time)
{
    // Rows that go in one commit, about.
    private const int Batch = 500;

    /// <summary>Disposes of what is due.</summary>
    /// <returns>How many receipts went.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        if (Plan(time.GetUtcNow()) is not { } plan)
        {
            return 0;
        }

        var gone = 0L;
        var swept = plan.LastDay;
        var batch = new List<Receipt>();
        foreach (var receipt in Due(plan, cancellation))
        {
            if (receipt.EndedAt is not { } ended || !plan.IsDue(ended))
            {
                // From its day on it is looked for again.
                var before = SwedishTime.DayOf(receipt.At).AddDays(-1);
                swept = before < swept ? before : swept;
                continue;
            }

            batch.Add(receipt);
            if (batch.Sum(r => 1 + r.Reports.Count) >= Batch)
            {
                gone += await DisposeOfAsync([.. batch], cancellation);
                batch.Clear();
            }
        }

        gone += await DisposeOfAsync([.. batch], cancellation);
        await journal.WriteAsync(
            transaction =>
            {
                // By the decision of now: what it has just kept is looked for again when it is due.
                if (Plan(time.GetUtcNow()) is { } latest)
                {
                    DueEntries.Swept(
                        transaction, RetentionClass.AccessLog, partner: null, latest.LastDay < swept ? latest.LastDay : swept);
                }

                return gone;
            },
            published: null, cancellation);
        return gone;
    }

    /// <summary>Receipts of the days that are due, in the order of the journal; also those that still run.</summary>
    public IEnumerable<Receipt> Due(DisposalPlan plan, CancellationToken cancellation)
    {
        List<(long After, long UpTo)> windows;
        using (var connection = database.OpenReader())
        {
            windows = [.. DueEntries.Windows(
                connection, plan, DueEntries.SweptUpTo(connection, RetentionClass.AccessLog, partner: null), left: [])];
        }

        return windows.SelectMany(window =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Read(window.After, window.UpTo);
        });
    }

    private Task<long> DisposeOfAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellation) =>
        batch.Count == 0 ? Task.FromResult(0L) : journal.WriteAsync(
            transaction =>
            {
                if (Plan(time.GetUtcNow()) is not { } plan)
                {
                    return 0L;
                }

                var gone = new List<DisposedEntry>(batch.Count);
                foreach (var receipt in batch.Where(r => plan.IsDue(r.EndedAt!.Value)))
                {
                    if (transaction.DisposeOf(receipt.Seq) is { } leaf)
                    {
                        gone.Add(new DisposedEntry(receipt.Seq, receipt.At, leaf));
                        RemoveRows(transaction, receipt);
                    }
                }

                DisposalRecords.Append(transaction, plan.Decision, gone);
                return gone.Count;
            },
            published: null, cancellation);

    private static void RemoveRows(JournalTransaction transaction, Receipt receipt)
    {
        transaction.Prepare("DELETE FROM showing WHERE seq = ? AND up_to_seq IS NOT NULL").Bind(receipt.Seq).Execute();
        foreach (var report in receipt.Reports)
        {
            // A row that a later receipt has written stays.
            transaction.Prepare("""
                DELETE FROM shown WHERE report_seq = ? AND partner = ? AND purpose = ? AND rules_seq = ? AND seq = ?
                """)
                .Bind(report).Bind(receipt.Partner).Bind(receipt.Purpose).Bind(receipt.RulesSeq).Bind(receipt.Seq)
                .Execute();
        }
    }

    private List<Receipt> Read(long after, long upTo)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT e.seq, e.at, e.kind, e.content, s.seq, s.end_at
            FROM journal_entry e LEFT JOIN showing s ON s.seq = e.seq
            WHERE e.seq > $after AND e.seq <= $up_to AND e.content IS NOT NULL
              AND e.kind IN ({(int)EntryKind.Showing}, {(int)EntryKind.ShowingEnd})
            ORDER BY e.seq
            """;
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        using var row = find.ExecuteReader();
        var receipts = new List<Receipt>();
        while (row.Read())
        {
            receipts.Add(ReadReceipt(row));
        }

        return receipts;
    }

    private static Receipt ReadReceipt(SqliteDataReader row)
    {
        var (seq, at) = (row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1)));
        if (row.GetInt32(2) == (int)EntryKind.ShowingEnd)
        {
            return new Receipt(seq, at, at, "", 0, 0, []);
        }

        var entry = ShowingEntry.Parser.ParseFrom(row.GetFieldValue<byte[]>(3));
        // An answer ends when it is given; a stream when its row says so.
        DateTimeOffset? ended = row.IsDBNull(4) ? at : row.IsDBNull(5) ? null : JournalTime.FromMicros(row.GetInt64(5));
        return new Receipt(seq, at, ended, entry.Partner, entry.Purpose, entry.RulesSeq, entry.Reports);
    }

    private DisposalPlan? Plan(DateTimeOffset now) => DisposalPlan.Of(register.Book, RetentionClass.AccessLog, partner: null, now);

    /// <summary>A receipt whose content is there: of an answer, of a stream, or of a stream's end.</summary>
    /// <param name="Seq">Its entry.</param>
    /// <param name="At">When it was written.</param>
    /// <param name="EndedAt">When what it tells of had ended; null while it runs.</param>
    /// <param name="Partner">Who was shown something.</param>
    /// <param name="Purpose">What for.</param>
    /// <param name="RulesSeq">By which rules.</param>
    /// <param name="Reports">What an answer showed.</param>
    internal sealed record Receipt(
        long Seq, DateTimeOffset At, DateTimeOffset? EndedAt, string Partner, long Purpose, long RulesSeq,
        IReadOnlyList<long> Reports);
}
