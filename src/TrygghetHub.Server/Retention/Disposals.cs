using Microsoft.Extensions.Logging;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>One run over everything that is due. Thread-safe; two at once wait for each other.</summary>
internal sealed partial class Disposals(
    RetentionRegister register, RetentionMark mark, ReportDisposal reports, AccessLogDisposal accessLog, ILogger<Disposals> logger)
    : IDisposable
{
    private readonly SemaphoreSlim running = new(1);

    /// <summary>
    /// Disposes of what is due by decisions in force; what fails for one partner keeps nothing of another. Nothing while the
    /// database lacks a decision or hold that was entered: it cannot be known what is to be kept.
    /// </summary>
    /// <exception cref="AggregateException">Something failed; the next run goes on from where this one was.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await running.WaitAsync(cancellation);
        try
        {
            if (mark.IsSetBack)
            {
                LogSetBack(mark.Path);
                return;
            }

            var faults = new List<Exception>();
            foreach (var decision in register.Book.Decisions.Values.OrderBy(d => d.Seq))
            {
                try
                {
                    await RunAsync(decision, cancellation);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(e, decision.Class, decision.Partner?.Value ?? "the hub");
                    faults.Add(e);
                }
            }

            if (faults.Count > 0)
            {
                throw new AggregateException("Not everything that is due was disposed of.", faults);
            }
        }
        finally
        {
            running.Release();
        }
    }

    public void Dispose() => running.Dispose();

    private async Task RunAsync(RetentionDecision decision, CancellationToken cancellation)
    {
        var gone = decision switch
        {
            { Class: RetentionClass.Report, Partner: { } sender } => await reports.RunAsync(sender, cancellation),
            { Class: RetentionClass.AccessLog } => await accessLog.RunAsync(cancellation),
            _ => 0,
        };
        if (gone > 0)
        {
            LogDisposed(gone, decision.Class, decision.Partner?.Value ?? "the hub");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Disposed of {Count} contents of class {Class} of {Owner}")]
    private partial void LogDisposed(long count, RetentionClass @class, string owner);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Nothing is disposed of: hub.db was restored, and lacks a decision or legal hold that was entered since. Have the "
        + "partners look at their decisions and holds and enter what is missing; then remove {Mark}")]
    private partial void LogSetBack(string mark);

    [LoggerMessage(Level = LogLevel.Error, Message = "Disposal of class {Class} of {Owner} failed; the next run goes on")]
    private partial void LogFailed(Exception fault, RetentionClass @class, string owner);
}
