using Quartz;

namespace TrygghetHub.Server.Partners;

/// <summary>Every minute, and at every start: what has time brought to open requests for consent?</summary>
[DisallowConcurrentExecution]
internal sealed class ConsentTimesJob(PartnerRegister register) : IJob
{
    public static readonly JobKey Key = new("consent-times", "partners");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await register.SettleAsync(cancellationToken);
}
