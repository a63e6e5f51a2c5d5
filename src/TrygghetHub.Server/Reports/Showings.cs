using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The receipts of what partners are shown. Each is durable before anything is shown, so that there is no sharing that
/// cannot be explained; copies are not kept, since what was shown can be decided again. Thread-safe.
/// </summary>
internal sealed class Showings(JournalLane journal, HubDatabase database)
{
    private const string InsertShown = """
        INSERT OR IGNORE INTO shown (report_seq, partner, purpose, rules_seq, seq, at) VALUES (?, ?, ?, ?, ?, ?)
        """;

    private const string InsertShowing = """
        INSERT INTO showing (seq, at, partner, purpose, filter, after_seq, after_within, broken)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0)
        """;

    private const string EndShowing = """
        UPDATE showing SET up_to_seq = ?, up_to_within = ?, end_at = ?, broken = ? WHERE seq = ? AND up_to_seq IS NULL
        """;

    /// <summary>Writes down that an answer shows reports; returns when that is durable. Nothing for what was shown before.</summary>
    /// <param name="partner">To whom; its own reports are not for here.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="rulesSince">Since which entry the rules hold that it was decided by.</param>
    /// <param name="reports">Entries of the reports.</param>
    /// <param name="cancellation">Cancels the wait for a place, not the work.</param>
    public async Task WriteShownAsync(
        PartnerId partner, Purpose purpose, long rulesSince, IReadOnlyCollection<long> reports, CancellationToken cancellation)
    {
        var fresh = NotYetShown(partner, purpose, rulesSince, reports);
        if (fresh.Count > 0)
        {
            await WriteAsync(
                transaction =>
                {
                    var point = transaction.Append(EntryKind.Showing, new ShowingEntry
                    {
                        Partner = partner.Value,
                        Purpose = (int)purpose,
                        RulesSeq = rulesSince,
                        Reports = { fresh },
                    }.ToByteArray());
                    foreach (var report in fresh)
                    {
                        transaction.Prepare(InsertShown)
                            .Bind(report).Bind(partner.Value).Bind((long)purpose).Bind(rulesSince).Bind(point.Seq)
                            .Bind(JournalTime.ToMicros(point.At))
                            .Execute();
                    }

                    return point.Seq;
                },
                1 + fresh.Count, cancellation);
        }
    }

    /// <summary>Opens the receipt of a stream; returns its entry when it is durable.</summary>
    public Task<long> OpenAsync(
        PartnerId partner, Purpose purpose, byte[] filter, long rulesSince, long afterSeq, long afterWithin,
        CancellationToken cancellation) => WriteAsync(
            transaction =>
            {
                var point = transaction.Append(EntryKind.Showing, new ShowingEntry
                {
                    Partner = partner.Value,
                    Purpose = (int)purpose,
                    Filter = UnsafeByteOperations.UnsafeWrap(filter),
                    RulesSeq = rulesSince,
                    AfterSeq = afterSeq,
                    AfterWithin = afterWithin,
                }.ToByteArray());
                transaction.Prepare(InsertShowing)
                    .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(partner.Value).Bind((long)purpose).Bind(filter)
                    .Bind(afterSeq).Bind(afterWithin)
                    .Execute();
                return point.Seq;
            },
            weight: 1, cancellation);

    /// <summary>Closes it; broken where it is not known whether all of it arrived.</summary>
    public Task CloseAsync(long showing, long upToSeq, long upToWithin, bool broken) => WriteAsync(
        transaction => Close(transaction, showing, upToSeq, upToWithin, broken), weight: 1, CancellationToken.None);

    /// <summary>
    /// Closes what a hub that stopped at once has left open: up to the journal's end, since it is not known how far they
    /// came.
    /// </summary>
    public async Task CloseBrokenAsync(CancellationToken cancellation)
    {
        var open = new List<long>();
        using (var connection = database.OpenReader())
        using (var find = connection.CreateCommand())
        {
            find.CommandText = "SELECT seq FROM showing WHERE up_to_seq IS NULL ORDER BY seq";
            using var row = find.ExecuteReader();
            while (row.Read())
            {
                open.Add(row.GetInt64(0));
            }
        }

        if (open.Count > 0)
        {
            await journal.WriteAsync(
                transaction =>
                {
                    var upTo = transaction.LastSeq;
                    open.ForEach(showing => Close(transaction, showing, upTo, long.MaxValue, broken: true));
                    return upTo;
                },
                published: null, cancellation);
        }
    }

    private static long Close(JournalTransaction transaction, long showing, long upToSeq, long upToWithin, bool broken)
    {
        var point = transaction.Append(EntryKind.ShowingEnd, new ShowingEndEntry
        {
            Showing = showing,
            UpToSeq = upToSeq,
            UpToWithin = upToWithin,
            Broken = broken,
        }.ToByteArray());
        transaction.Prepare(EndShowing)
            .Bind(upToSeq).Bind(upToWithin).Bind(JournalTime.ToMicros(point.At)).Bind(broken).Bind(showing)
            .Execute();
        return point.Seq;
    }

    private List<long> NotYetShown(PartnerId partner, Purpose purpose, long rulesSince, IReadOnlyCollection<long> reports)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT EXISTS (
              SELECT 1 FROM shown
              WHERE report_seq = $report AND partner = $partner AND purpose = $purpose AND rules_seq = $rules)
            """;
        var report = find.Parameters.AddWithValue("$report", 0L);
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$purpose", (int)purpose);
        find.Parameters.AddWithValue("$rules", rulesSince);
        return
        [
            .. reports.Where(seq =>
            {
                report.Value = seq;
                return (long)find.ExecuteScalar()! == 0;
            }),
        ];
    }

    private async Task<long> WriteAsync(Func<JournalTransaction, long> write, int weight, CancellationToken cancellation)
    {
        var work = new ReceiptWork(write, weight);
        await journal.EnqueueAsync(work, cancellation);
        return await work.Done;
    }

    /// <summary>Shares its commit with the reports that come in.</summary>
    private sealed class ReceiptWork(Func<JournalTransaction, long> write, int weight) : JournalWork
    {
        private readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long entry;

        public Task<long> Done => done.Task;

        public override int Weight => weight;

        public override bool Grouped => true;

        public override void Execute(JournalTransaction transaction) => entry = write(transaction);

        public override void Committed(long commit) => done.SetResult(entry);

        public override void Failed(Exception fault) => done.TrySetException(fault as HubException ?? new HubException(
            new Refusal(
                ErrorReason.Unavailable, "", "The hub's store did not take the receipt, and nothing is shown without one.",
                "Try again."),
            fault));
    }
}
