namespace TrygghetHub.Client;

/// <summary>Waits before the next attempt: doubling from 0.1 s to 5 s, each shortened by up to half at random.</summary>
/// <remarks>The randomness keeps the partners of a hub that restarts from coming back all at once.</remarks>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Waits before attempt <paramref name="attempt"/>, counted from 1, and no shorter than the hub asks for.</summary>
    public static Task WaitAsync(int attempt, TimeSpan? atLeast, TimeProvider time, CancellationToken cancellation)
    {
        var doubled = First * Math.Pow(2, Math.Min(attempt - 1, 16));
        var wait = (doubled < Longest ? doubled : Longest) * (0.5 + 0.5 * Random.Shared.NextDouble());
        return Task.Delay(atLeast > wait ? atLeast.Value : wait, time, cancellation);
    }
}
