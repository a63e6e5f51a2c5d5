using Quartz;
using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Reports;

/// <summary>Ends, hourly, what has waited in quarantine for too long. What is over is not shown from that instant on.</summary>
[DisallowConcurrentExecution]
internal sealed class QuarantineJob(Quarantine quarantine, JournalLane journal, TimeProvider time) : IJob
{
    public static readonly JobKey Key = new("quarantine", "reports");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await journal.WriteAsync(Quarantine.Expire, published: null, cancellationToken);
        quarantine.DestroyKeys(time.GetUtcNow());
    }
}
