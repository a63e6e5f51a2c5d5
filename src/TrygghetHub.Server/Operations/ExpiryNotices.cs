using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Quartz;

namespace TrygghetHub.Server.Operations;

/// <summary>
/// Tells in the log and in a metric of what ends: 60, 30, 14 and 3 days before, and when it is over. Thread-safe.
/// </summary>
internal sealed partial class ExpiryNotices : IDisposable
{
    /// <summary>Days before the end at which a notice is due.</summary>
    public static readonly IReadOnlyList<int> Days = [60, 30, 14, 3, 0];

    // What was told, so that an hourly look tells it once.
    private readonly Dictionary<(string Subject, DateTimeOffset At), int> told = [];
    private readonly Lock gate = new();
    private readonly Expiries expiries;
    private readonly TimeProvider time;
    private readonly ILogger<ExpiryNotices> logger;
    private readonly Meter meter = new("TrygghetHub");

    public ExpiryNotices(Expiries expiries, TimeProvider time, ILogger<ExpiryNotices> logger)
    {
        this.expiries = expiries;
        this.time = time;
        this.logger = logger;
        meter.CreateObservableGauge(
            "trygghethub.expiry.days", Measure, "d", "Days until something of trust ends; negative when it is over.");
    }

    /// <summary>The notice that is due for an end, or null while there are more than 60 days.</summary>
    public static int? Due(DateTimeOffset at, DateTimeOffset now)
    {
        var left = (at - now).TotalDays;
        return Days.Where(d => left <= d).Select(d => (int?)d).LastOrDefault();
    }

    /// <summary>Logs each notice that has become due since the last look.</summary>
    public void Look()
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            foreach (var expiry in expiries.All())
            {
                if (Due(expiry.At, now) is not { } due
                    || (told.TryGetValue((expiry.Subject, expiry.At), out var last) && last <= due))
                {
                    continue;
                }

                told[(expiry.Subject, expiry.At)] = due;
                if (due == 0)
                {
                    LogOver(expiry.Subject, expiry.At, expiry.Remedy);
                }
                else
                {
                    LogDue(expiry.Subject, (int)Math.Ceiling((expiry.At - now).TotalDays), expiry.At, expiry.Remedy);
                }
            }
        }
    }

    private IEnumerable<Measurement<double>> Measure()
    {
        var now = time.GetUtcNow();
        return expiries.All().Select(e => new Measurement<double>(
            (e.At - now).TotalDays, new KeyValuePair<string, object?>("subject", e.Subject))).ToList();
    }

    public void Dispose() => meter.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subject} ends in {Days} days, at {At:u}. {Remedy}")]
    private partial void LogDue(string subject, int days, DateTimeOffset at, string remedy);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subject} is over since {At:u}. {Remedy}")]
    private partial void LogOver(string subject, DateTimeOffset at, string remedy);
}

/// <summary>Every hour, and at every start: what ends soon?</summary>
[DisallowConcurrentExecution]
internal sealed class ExpiryNoticesJob(ExpiryNotices notices) : IJob
{
    public static readonly JobKey Key = new("expiry-notices", "operations");

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        notices.Look();
        return ValueTask.CompletedTask;
    }
}
