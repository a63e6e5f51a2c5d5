namespace TrygghetHub.Server.Reports;

/// <summary>
/// Bounds how many bytes of one call may be read and not yet answered, so that a sender that is faster than the lane,
/// or never reads its answers, is not read from either. Thread-safe.
/// </summary>
internal sealed class InFlightLimit(int limit)
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiting;
    private int used;

    /// <summary>Takes a share; waits while others hold too much. A share above the limit is taken alone.</summary>
    public async ValueTask EnterAsync(int share, CancellationToken cancellation)
    {
        while (true)
        {
            Task left;
            lock (gate)
            {
                if (used == 0 || used + share <= limit)
                {
                    used += share;
                    return;
                }

                waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                left = waiting.Task;
            }

            await left.WaitAsync(cancellation);
        }
    }

    public void Leave(int share)
    {
        lock (gate)
        {
            used -= share;
            waiting?.TrySetResult();
            waiting = null;
        }
    }
}
