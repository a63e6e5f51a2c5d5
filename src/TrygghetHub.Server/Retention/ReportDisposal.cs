using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Disposes of contents of a partner's reports: first from the journal, with a record, then of the keys under which nothing
/// is left, and with them of every copy. Thread-safe.
/// </summary>
/// <remarks>
/// May be broken off anywhere and run again: what went is gone with its record in one commit, and a key that has nothing
/// under it any more is found by the next run. No key goes while anything lies under it, so that a hold keeps it. Nothing
/// is asked of recipients: each keeps what it received by its own decisions, for as long as the agreement lets it.
/// </remarks>
internal sealed class ReportDisposal(
    RetentionRegister register, RetainedReports reports, HubDatabase database, ContentKeys keys, JournalLane journal,
    TimeProvider time)
{
    // A few milliseconds on the lane: reports that come in wait no longer than that.
    private const int Batch = 250;

    /// <summary>Both steps.</summary>
    /// <returns>How many contents went.</returns>
    public async Task<long> RunAsync(PartnerId sender, CancellationToken cancellation)
    {
        var gone = await DisposeContentsAsync(sender, cancellation);
        DestroyKeys(sender, cancellation);
        return gone;
    }

    /// <summary>The first step: what is due and held by nobody goes from the journal.</summary>
    public async Task<long> DisposeContentsAsync(PartnerId sender, CancellationToken cancellation)
    {
        if (Plan(time.GetUtcNow(), sender) is not { } plan)
        {
            return 0;
        }

        var gone = 0L;
        foreach (var due in reports.Due(plan, sender, cancellation))
        {
            foreach (var batch in Free(plan, due).Chunk(Batch))
            {
                gone += await journal.WriteAsync(transaction => DisposeOf(transaction, sender, batch), published: null, cancellation);
            }
        }

        await journal.WriteAsync(
            transaction =>
            {
                DueEntries.Swept(transaction, RetentionClass.Report, sender, plan.LastDay);
                return gone;
            },
            published: null, cancellation);
        return gone;
    }

    /// <summary>The second step: keys of due days go under which nothing is left.</summary>
    public void DestroyKeys(PartnerId sender, CancellationToken cancellation)
    {
        if (Plan(time.GetUtcNow(), sender) is not { } plan)
        {
            return;
        }

        foreach (var day in reports.KeyDays(sender, plan.LastDay))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!reports.IsAnyUnder(sender, day))
            {
                keys.Destroy(sender.Value, day);
            }
        }
    }

    // On the lane once more by the decisions and holds of now, and by all revisions that there are: one may have come
    // since it was read.
    private long DisposeOf(JournalTransaction transaction, PartnerId sender, ReceivedRevision[] batch)
    {
        if (Plan(time.GetUtcNow(), sender) is not { } plan)
        {
            return 0;
        }

        var gone = new List<DisposedEntry>(batch.Length);
        foreach (var revision in batch)
        {
            if (plan.IsDue(revision.ReceivedAt)
                && !(plan.HasHolds && plan.HoldsOn(RetainedReports.RevisionsOf(transaction.Connection, revision.ReportId)).Any())
                && transaction.DisposeOf(revision.Seq) is { } leaf)
            {
                gone.Add(new DisposedEntry(revision.Seq, revision.ReceivedAt, leaf));
                transaction.Prepare("DELETE FROM report_code WHERE seq = ?").Bind(revision.Seq).Execute();
            }
        }

        DisposalRecords.Append(transaction, plan.Decision, gone);
        return gone.Count;
    }

    // Before the lane is asked: what is held for years is not to pass it every night.
    private List<ReceivedRevision> Free(DisposalPlan plan, IReadOnlyList<ReceivedRevision> due)
    {
        if (!plan.HasHolds)
        {
            return [.. due.Where(r => plan.IsDue(r.ReceivedAt))];
        }

        using var connection = database.OpenReader();
        return [.. due.Where(r =>
            plan.IsDue(r.ReceivedAt) && !plan.HoldsOn([r]).Any()
            && !plan.HoldsOn(RetainedReports.RevisionsOf(connection, r.ReportId)).Any())];
    }

    private DisposalPlan? Plan(DateTimeOffset now, PartnerId sender) =>
        DisposalPlan.Of(register.Book, RetentionClass.Report, sender, now);
}
