using Microsoft.Extensions.Logging;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// How much of the log each origin may fill in a minute: a principal, a partner's certificates without its consent, or the
/// network of a stranger. What is over is counted, and
/// the count is given out when the minute ends. Thread-safe.
/// </summary>
/// <remarks>
/// Every origin has an allowance of its own, so one that makes noise hides nobody else's lines; strangers share a second one,
/// because a stranger may have many addresses. Errors, warnings and what is below have allowances beside each other, so that refusals
/// cannot hide a fault of the hub, nor details a refusal. The number of strangers that are told apart is bounded, and those beyond it count as one; the
/// register bounds that of principals.
/// </remarks>
internal sealed class LogBudget : IDisposable
{
    /// <summary>Characters of warnings that one origin may write in a minute: some fifty lines.</summary>
    public const int OfAnOrigin = 16 * 1024;

    /// <summary>Characters of warnings that all strangers together may write in a minute.</summary>
    public const int OfStrangers = 256 * 1024;

    /// <summary>How many times as much errors may write, which come with stack traces, and lines below a warning.</summary>
    public const int OthersFactor = 4;

    /// <summary>What a line counts at least, for all that a provider writes around it.</summary>
    public const int LeastLine = 256;

    /// <summary>Strangers that are told apart in one minute, by network.</summary>
    public const int MostOrigins = 1_024;

    private const string Unnamed = "other addresses";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Action<IReadOnlyList<LeftOut>> tell;
    private readonly ITimer timer;
    private readonly Dictionary<string, Spent> origins = new(StringComparer.Ordinal);
    private long began;
    private Spent strangers;
    private int networks;
    private bool isArmed;

    /// <param name="time">The clock.</param>
    /// <param name="tell">Takes the counts of a minute in which something was left out, largest first; be brief.</param>
    public LogBudget(TimeProvider time, Action<IReadOnlyList<LeftOut>> tell)
    {
        this.time = time;
        this.tell = tell;
        began = time.GetTimestamp();
        timer = time.CreateTimer(_ => EndWindow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes room for a line, or counts it as left out.</summary>
    /// <param name="origin">Null for a framework's line whose origin is not known: strangers share one allowance for them.</param>
    /// <param name="level">Of the line: there is one allowance below a warning, one for warnings and one above.</param>
    /// <param name="length">Of all that will be written, in characters.</param>
    public bool TryTake(CallOrigin? origin, LogLevel level, int length)
    {
        var cost = Math.Max(length, LeastLine);
        lock (gate)
        {
            var left = Window - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                EndWindow();
                left = Window;
            }

            var isStranger = origin?.Share is null;
            var key = origin is null ? "unknown addresses" : origin.Share ?? Network.Of(origin.Address).Text;
            if (!origins.TryGetValue(key, out var spent) && isStranger)
            {
                if (networks < MostOrigins)
                {
                    networks++;
                }
                else
                {
                    key = Unnamed;
                    spent = origins.GetValueOrDefault(key);
                }
            }

            if (spent.Fits(level, cost, OfAnOrigin) && (!isStranger || strangers.Fits(level, cost, OfStrangers)))
            {
                origins[key] = spent.With(level, cost);
                strangers = isStranger ? strangers.With(level, cost) : strangers;
                return true;
            }

            origins[key] = spent with { LeftOut = spent.LeftOut + 1 };
            if (!isArmed)
            {
                isArmed = true;
                timer.Change(left, Timeout.InfiniteTimeSpan);
            }

            return false;
        }
    }

    /// <summary>Gives out the counts of the minute at hand and begins another.</summary>
    public void EndWindow()
    {
        lock (gate)
        {
            var left = origins.Where(o => o.Value.LeftOut > 0).Select(o => new LeftOut(o.Key, o.Value.LeftOut))
                .OrderByDescending(l => l.Count).ToList();
            origins.Clear();
            strangers = default;
            networks = 0;
            isArmed = false;
            began = time.GetTimestamp();
            if (left.Count > 0)
            {
                tell(left);
            }
        }
    }

    /// <summary>Gives out what is still to be told.</summary>
    public void Dispose()
    {
        timer.Dispose();
        EndWindow();
    }

    private readonly record struct Spent(int Details, int Warnings, int Errors, long LeftOut)
    {
        // The first line always fits: a fault that is longer than its allowance is still told once.
        public bool Fits(LogLevel level, int cost, int allowance) => level switch
        {
            LogLevel.Warning => Warnings == 0 || Warnings + cost <= allowance,
            > LogLevel.Warning => Errors == 0 || Errors + cost <= allowance * OthersFactor,
            _ => Details == 0 || Details + cost <= allowance * OthersFactor,
        };

        public Spent With(LogLevel level, int cost) => level switch
        {
            LogLevel.Warning => this with { Warnings = Warnings + cost },
            > LogLevel.Warning => this with { Errors = Errors + cost },
            _ => this with { Details = Details + cost },
        };
    }
}

/// <summary>How many lines about one origin were left out.</summary>
internal readonly record struct LeftOut(string Origin, long Count);
