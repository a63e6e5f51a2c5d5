using Quartz;

namespace TrygghetHub.Server.Retention;

/// <summary>Every night at 03:20, and at every start: what is due goes.</summary>
[DisallowConcurrentExecution]
internal sealed class DisposalJob(Disposals disposals) : IJob
{
    public static readonly JobKey Key = new("disposal", "retention");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await disposals.RunAsync(cancellationToken);
}
