using Quartz;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Ends, at the start and hourly, what has waited in quarantine for too long, and what a decision on its type should have ended
/// when it was cut off, in quarantine and outside. What has ended is not shown from that instant on.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class QuarantineJob(
    Quarantine quarantine, PublishedEvents published, EventTypes types, JournalLane journal, TimeProvider time) : IJob
{
    public static readonly JobKey Key = new("quarantine", "reports");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await journal.WriteAsync(Quarantine.Expire, published: null, cancellationToken);
        await published.DiscardNeverTakenAsync(types.Current, by: "", cancellationToken);
        await published.WithdrawNeverTakenAsync(types.Current, cancellationToken);
        quarantine.DestroyKeys(time.GetUtcNow());
    }
}
