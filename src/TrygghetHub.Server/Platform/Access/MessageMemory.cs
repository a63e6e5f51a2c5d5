using System.Threading.RateLimiting;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Bounds the memory of messages that are in work at one time: of one caller, within that of all callers. A cap on one message
/// bounds nothing where many come at once. Thread-safe.
/// </summary>
/// <param name="mostKib">KiB of memory, as <see cref="Messages.MessageScan"/> estimates it with the bytes of the message.</param>
/// <param name="whole">Of which this is a part; null for none.</param>
internal sealed class MessageMemory(int mostKib, MessageMemory? whole = null) : IDisposable
{
    /// <summary>KiB for the messages of all who have a certificate: twelve of the largest that are sent for real.</summary>
    public const int WholeKib = 128 * 1024;

    /// <summary>KiB of them for one principal, so that one cannot take all.</summary>
    public const int PrincipalKib = WholeKib / 2;

    /// <summary>KiB beside them for the messages of all strangers at the open endpoint.</summary>
    public const int StrangersKib = 16 * 1024;

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = mostKib, QueueLimit = 0 });

    /// <summary>KiB that messages hold now.</summary>
    public long HeldKib => mostKib - limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Takes memory, until what is given out is disposed of; why not, when there is not enough.</summary>
    /// <param name="bytes">That a message takes; less than the whole of this.</param>
    /// <param name="held">Gives the memory back; null when none was taken.</param>
    public Refusal? TryHold(long bytes, out IDisposable? held)
    {
        held = null;

        // Its own part first: a caller that has used it up takes nothing from the others, not even for a moment.
        var own = limiter.AttemptAcquire((int)((bytes + 1023) / 1024));
        if (!own.IsAcquired)
        {
            own.Dispose();
            return new Refusal(
                ErrorReason.QuotaExceeded, "", $"Messages in work take {mostKib / 1024} MiB of memory already{(whole is null ? " in all" : "")}.",
                "Try again in 1 s, with fewer or smaller messages at a time.")
            {
                RetryDelay = TimeSpan.FromSeconds(1),
            };
        }

        IDisposable? wholes = null;
        if (whole?.TryHold(bytes, out wholes) is { } refusal)
        {
            own.Dispose();
            return refusal;
        }

        held = new Held(own, wholes);
        return null;
    }

    public void Dispose() => limiter.Dispose();

    private sealed class Held(IDisposable own, IDisposable? whole) : IDisposable
    {
        public void Dispose()
        {
            own.Dispose();
            whole?.Dispose();
        }
    }
}
