using System.Net;
using System.Net.Sockets;

namespace TrygghetHub.Testing;

/// <summary>Connections that are opened and say nothing, from any loopback address: a stranger that takes up room.</summary>
public sealed class HalfOpen : IDisposable
{
    private readonly List<Socket> sockets = [];

    /// <summary>How many were taken by the other side.</summary>
    public int Count => sockets.Count;

    /// <summary>Opens as many as asked for.</summary>
    /// <param name="url">Of the hub.</param>
    /// <param name="count">How many.</param>
    /// <param name="from">The address that the n-th comes from; in 127.0.0.0/8.</param>
    /// <param name="cancellation">Stops opening.</param>
    public async Task OpenAsync(Uri url, int count, Func<int, IPAddress> from, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(from(i), 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, url.Port), cancellation);
            }
            catch (SocketException)
            {
                // Turned away already.
            }
        }
    }

    /// <summary>How many the other side has closed by now.</summary>
    public int ClosedCount => sockets.Count(s => !s.Connected || (s.Poll(0, SelectMode.SelectRead) && s.Available == 0));

    /// <summary>Whether the other side has closed one of them; waits up to a time for it.</summary>
    public async Task<bool> IsClosedAsync(int index, CancellationToken patience)
    {
        try
        {
            return await sockets[index].ReceiveAsync(new byte[1], SocketFlags.None, patience) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => sockets.ForEach(s => s.Dispose());
}
