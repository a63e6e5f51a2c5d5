using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// Notices what time alone brings, once a second: holds that are over, validities that begin, agreements that end. What
/// the clock finds is written to the journal, and everything else follows from there.
/// </summary>
internal sealed partial class FeedClock(
    AgreementRegister agreements, RecallOrders recalls, Showings showings, TimeProvider time, ILogger<FeedClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anybody subscribes: what a stop at once has left open.
        await showings.CloseBrokenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(fault);
            }

            try
            {
                await Task.Delay(Interval, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        if (agreements.IsVisibilityDue(time.GetUtcNow()))
        {
            await agreements.AdvanceVisibilityAsync(cancellation);
        }

        await recalls.OrderDueAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What time brings could not be looked at; trying again in a second")]
    private partial void LogFault(Exception fault);
}
