using System.Net;

namespace TrygghetHub.Testing;

/// <summary>
/// The worst that somebody without a certificate can send to a hub, over and over until told to stop: compression bombs,
/// broken joins, paths in every spelling, headers beyond the limits, half-open connections. Bounded in number.
/// </summary>
public sealed class Stranger(Uri openUrl, Uri partnersUrl)
{
    private const string Draft = "trygghethub.agreements.v1.AgreementService/DraftAgreement";
    private const string Join = "trygghethub.partners.v1.JoinService/Join";

    /// <summary>3,932 bytes that are two million empty flows.</summary>
    public static readonly byte[] Bomb = HostileMessages.Gzip(HostileMessages.EmptyFlows(2_000_000));

    private long attempts;

    /// <summary>How many calls and connections were tried.</summary>
    public long Attempts => Interlocked.Read(ref attempts);

    /// <summary>Attacks in every way at once.</summary>
    /// <param name="most">Attempts of each way.</param>
    /// <param name="stop">Ends it.</param>
    public Task AttackAsync(int most, CancellationToken stop) => Task.WhenAll(
        CallsAsync(most, c => c.CallAsync(Draft, Bomb, "gzip"), stop),
        CallsAsync(most, c => c.CallAsync(Join, Bomb, "gzip"), stop),
        CallsAsync(most, c => c.CallAsync(Join, HostileMessages.Repeat([0xFF], 106)), stop),
        CallsAsync(most, c => c.CallAsync(Join, HostileMessages.NestedGroups(50)), stop),
        CallsAsync(most, c => c.CallAsync(Spelled(Join, Attempts), []), stop),
        CallsAsync(most, c => c.SendAsync(Join, [7, 0, 0, 0, 0]), stop),
        HeadersAsync(most / 20, stop),
        ConnectionsAsync(openUrl, most / 10, stop),
        ConnectionsAsync(partnersUrl, most / 10, stop));

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

    // From a hundred addresses, since one has its bound.
    private async Task ConnectionsAsync(Uri url, int most, CancellationToken stop)
    {
        var opened = 0;
        while (opened < most && !stop.IsCancellationRequested)
        {
            using var connections = new HalfOpen();
            try
            {
                await connections.OpenAsync(url, 500, i => new IPAddress([127, 0, 2, (byte)(1 + (i % 100))]), stop);
                await connections.IsClosedAsync(0, stop);
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }

            opened += connections.Count;
            Interlocked.Add(ref attempts, connections.Count);
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
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException or System.Net.Sockets.SocketException)
            {
                // Turned away: that is what is looked for.
            }
        }
    }

    // Every letter in upper or lower case by a bit of the number: the same path to a server, another text.
    private static string Spelled(string path, long number)
    {
        var bit = 0;
        return string.Concat(path.Select(c => char.IsAsciiLetter(c) && ((number >> (bit++ % 48)) & 1) == 1 ? char.ToUpperInvariant(c) : c));
    }
}
