using Grpc.Core;

namespace TrygghetHub.Client;

/// <summary>Decides, for one run of calls, whether a break is followed by another attempt, and waits before it.</summary>
internal sealed class Reconnection(StreamOptions options, TimeProvider time)
{
    // A certificate or a token that is refused is rarely chance, and worth no long wait.
    private const int MaxRefusals = 2;

    private bool hasPassedOver;

    /// <summary>Attempts that failed in a row without any answer coming.</summary>
    public int Failures { get; private set; }

    /// <summary>Waits for the next attempt; false when there is to be none.</summary>
    /// <param name="fault">What broke; transient.</param>
    /// <param name="hasProgressed">Whether an answer had come since the attempt before.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<bool> WaitAsync(HubException fault, bool hasProgressed, CancellationToken stop)
    {
        if (hasProgressed)
        {
            Failures = 0;
            hasPassedOver = false;
        }
        // Nothing failed: the hub looks at rights anew, wants a newer token, or has not waited for its reader. Twice
        // without an answer is a fault.
        if (fault.Reason is HubException.StreamTimeOver or HubException.TokenExpired or HubException.SubscriberTooSlow
            && !hasPassedOver)
        {
            hasPassedOver = true;
            return true;
        }

        Failures++;
        if (Failures > options.MaxReconnects
            || (Failures > MaxRefusals && fault.StatusCode == StatusCode.Unauthenticated)
            || fault.Reason == HubException.TokenExpired)
        {
            return false;
        }

        options.Reconnecting?.Invoke(fault);
        await Backoff.WaitAsync(Failures, fault.RetryDelay, time, stop).ConfigureAwait(false);
        return true;
    }
}
