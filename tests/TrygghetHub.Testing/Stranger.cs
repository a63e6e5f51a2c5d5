using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TrygghetHub.Testing;

/// <summary>
/// The worst that somebody without a certificate can send to a hub, over and over until told to stop: compression bombs,
/// broken joins, paths in every spelling, headers beyond the limits, half-open connections and held ones beyond every bound.
/// Bounded in number.
/// </summary>
public sealed class Stranger(Uri openUrl, Uri partnersUrl)
{
    private const string Draft = "trygghethub.agreements.v1.AgreementService/DraftAgreement";
    private const string Join = "trygghethub.partners.v1.JoinService/Join";

    /// <summary>Half-open connections that stand at one time at each endpoint, from a thousand addresses: more than either has room for.</summary>
    public const int HalfOpenAtOnce = 3_000;

    /// <summary>
    /// Connections without a certificate that stand at one time at the open endpoint: more than it has room for, and more from each
    /// address than one may have.
    /// </summary>
    public const int HeldAtOnce = 1_080;

    private const int HeldAnAddress = 120;

    // A handshake that nobody finishes has five seconds.
    private static readonly TimeSpan Wave = TimeSpan.FromSeconds(2);

    /// <summary>3,932 bytes that are two million empty flows.</summary>
    public static readonly byte[] Bomb = HostileMessages.Gzip(HostileMessages.EmptyFlows(2_000_000));

    private long attempts;
    private long openClosed;
    private long partnersClosed;

    /// <summary>How many calls and connections were tried.</summary>
    public long Attempts => Interlocked.Read(ref attempts);

    /// <summary>
    /// How many half-open connections at the open endpoint were closed before the time for their handshake was over: there was no
    /// room for them.
    /// </summary>
    public long OpenClosed => Interlocked.Read(ref openClosed);

    /// <summary>The same at the partners' endpoint.</summary>
    public long PartnersClosed => Interlocked.Read(ref partnersClosed);

    /// <summary>Attacks in every way at once.</summary>
    /// <param name="most">Attempts of each way.</param>
    /// <param name="stop">Ends it.</param>
    public async Task AttackAsync(int most, CancellationToken stop)
    {
        // Held ones first: the rest stands on top of them.
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = HoldAsync(full, stop);
        await Task.WhenAny(full.Task, holding);
        await Task.WhenAll(
            holding,
            CallsAsync(most, c => c.CallAsync(Draft, Bomb, "gzip"), stop),
            CallsAsync(most, c => c.CallAsync(Join, Bomb, "gzip"), stop),
            CallsAsync(most, c => c.CallAsync(Join, HostileMessages.Repeat([0xFF], 106)), stop),
            CallsAsync(most, c => c.CallAsync(Join, HostileMessages.NestedGroups(50)), stop),
            CallsAsync(most, c => c.CallAsync(Spelled(Join, Attempts), []), stop),
            CallsAsync(most, c => c.SendAsync(Join, [7, 0, 0, 0, 0]), stop),
            HeadersAsync(most / 20, stop),
            HalfOpenAsync(openUrl, most * 5, closed => Interlocked.Add(ref openClosed, closed), stop),
            HalfOpenAsync(partnersUrl, most * 5, closed => Interlocked.Add(ref partnersClosed, closed), stop));
    }

    private async Task CallsAsync(int most, Func<RawCaller, Task> call, CancellationToken stop)
    {
        using var caller = RawCaller.AsStranger(openUrl);
        await ManyAsync(most, () => call(caller), stop);
    }

    private Task HeadersAsync(int most, CancellationToken stop) => ManyAsync(most, async () =>
    {
        await using var connection = await BareHttp2.ConnectAsync(openUrl, null, null, stop);
        await connection.HeadersAsync(1, BareHttp2.Call(Join, null).Append(("x-large", new string('a', 60_000))), stop, isEnd: true);
        await connection.ReadAsync(1, stop);
        for (var i = 0; i < 200; i++)
        {
            await connection.HeadersAsync(3, [("x-large", new string('a', 1_000))], stop, piece: 16);
        }
    }, stop);

    // From a thousand addresses, since one has its bound. A wave stands until the next one does, and nothing is waited for.
    private async Task HalfOpenAsync(Uri url, int most, Action<int> closed, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(Wave);
        HalfOpen? standing = null;
        try
        {
            for (var opened = 0; opened < most; opened += HalfOpenAtOnce)
            {
                var wave = new HalfOpen();
                var last = standing;
                standing = wave;
                try
                {
                    await wave.OpenAsync(url, HalfOpenAtOnce, i => new IPAddress([127, 1, (byte)(i % 1_000 / 250), (byte)(1 + (i % 250))]), stop);
                }
                finally
                {
                    Interlocked.Add(ref attempts, wave.Count);
                    last?.Dispose();
                }

                await pace.WaitForNextTickAsync(stop);
                closed(wave.ClosedCount);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            // A server without bounds in the same process holds the other ends: there are no more to be had.
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        finally
        {
            standing?.Dispose();
        }
    }

    // Finished handshakes that ask for nothing and stay.
    private async Task HoldAsync(TaskCompletionSource full, CancellationToken stop)
    {
        var held = new ConcurrentBag<BareHttp2>();
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, HeldAtOnce), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stop }, async (i, token) =>
            {
                Interlocked.Increment(ref attempts);
                try
                {
                    held.Add(await BareHttp2.ConnectAsync(openUrl, null, null, token, new IPAddress([127, 2, 0, (byte)(1 + (i / HeldAnAddress))])));
                }
                catch (Exception e) when (IsTurnedAway(e))
                {
                    // That is what is looked for.
                }
            });
            full.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        finally
        {
            foreach (var connection in held)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task ManyAsync(int most, Func<Task> attempt, CancellationToken stop)
    {
        for (var i = 0; i < most && !stop.IsCancellationRequested; i++)
        {
            Interlocked.Increment(ref attempts);
            try
            {
                await attempt();
            }
            catch (Exception e) when (IsTurnedAway(e))
            {
                // Turned away: that is what is looked for.
            }
        }
    }

    private static bool IsTurnedAway(Exception e) => e is HttpRequestException or IOException or OperationCanceledException
        or System.Security.Authentication.AuthenticationException or System.Net.Sockets.SocketException;

    // Every letter in upper or lower case by a bit of the number: the same path to a server, another text.
    private static string Spelled(string path, long number)
    {
        var bit = 0;
        return string.Concat(path.Select(c => char.IsAsciiLetter(c) && ((number >> (bit++ % 48)) & 1) == 1 ? char.ToUpperInvariant(c) : c));
    }
}
