namespace TrygghetHub.Server.Platform;

/// <summary>
/// Wakes one loop from any thread: calls while it works are one call when it looks again, so that none is missed and
/// none queues up. Thread-safe; after it is disposed of it wakes nobody.
/// </summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim called = new(0, 1);

    public void Call()
    {
        try
        {
            called.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already, and has not yet looked.
        }
        catch (ObjectDisposedException)
        {
            // The hub stops.
        }
    }

    /// <summary>Waits for a call; returns at once for one that came since the last wait.</summary>
    public Task WaitAsync(CancellationToken cancellation) => called.WaitAsync(cancellation);

    public void Dispose() => called.Dispose();
}
