using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrygghetHub.Testing;

/// <summary>
/// One HTTP/2 connection (RFC 9113), frame by frame, for what no library would send: headers beyond every limit, and more
/// CONTINUATION frames than anybody needs. Header fields are literals without an index (RFC 7541, 6.2.2). Not thread-safe.
/// </summary>
public sealed class BareHttp2 : IAsyncDisposable
{
    private const int LargestFrame = 16_384;
    private const byte EndStream = 0x1;
    private const byte EndHeaders = 0x4;

    private readonly SslStream stream;

    private BareHttp2(SslStream stream) => this.stream = stream;

    /// <summary>Connects, with a client certificate where one is given, from an address where one is given, and greets.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "An attacker does not care which hub it reaches.")]
    public static async Task<BareHttp2> ConnectAsync(Uri url, X509Certificate2? certificate, X509Certificate2Collection? issuers, CancellationToken cancellation, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, url.Port), cancellation);

        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, issuers, offline: true),
            },
            cancellation);
        var connection = new BareHttp2(tls);
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellation);
        await connection.WriteFrameAsync(0x4, 0, 0, ReadOnlyMemory<byte>.Empty, cancellation);
        return connection;
    }

    /// <summary>The header fields of a gRPC call.</summary>
    public static List<(string Name, string Value)> Call(string path, string? token) =>
    [
        (":method", "POST"), (":scheme", "https"), (":path", "/" + path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"),
        .. token is null ? Array.Empty<(string, string)>() : [("authorization", "Bearer " + token)],
    ];

    /// <summary>Sends a block of header fields, in as many frames as it needs, or in pieces of a size of one's own.</summary>
    public async Task HeadersAsync(
        int id, IEnumerable<(string Name, string Value)> fields, CancellationToken cancellation, int piece = LargestFrame, bool isEnd = false)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            Text(block, name);
            Text(block, value);
        }

        var bytes = block.ToArray();
        for (var at = 0; at == 0 || at < bytes.Length; at += piece)
        {
            var length = Math.Min(piece, bytes.Length - at);
            var flags = (at + length >= bytes.Length ? EndHeaders : 0) | (at == 0 && isEnd ? EndStream : 0);
            await WriteFrameAsync(at == 0 ? (byte)0x1 : (byte)0x9, (byte)flags, id, bytes.AsMemory(at, length), cancellation);
        }
    }

    /// <summary>Cancels a call (RST_STREAM).</summary>
    public Task ResetAsync(int id, CancellationToken cancellation) => WriteFrameAsync(0x3, 0, id, new byte[] { 0, 0, 0, 8 }, cancellation);

    /// <summary>Sends a message of a call, and ends it where asked.</summary>
    public Task MessageAsync(int id, byte[] message, bool isEnd, CancellationToken cancellation) =>
        WriteFrameAsync(0x0, isEnd ? EndStream : (byte)0, id, RawCaller.Frame(message), cancellation);

    /// <summary>A frame of any type.</summary>
    public async Task WriteFrameAsync(byte type, byte flags, int id, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame.AsMemory(9));
        await stream.WriteAsync(frame, cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>
    /// Reads up to what ends a call or the connection: the payloads of all frames of the call, as text in Latin-1, and how it ended
    /// (<c>END</c>, <c>RST</c>, <c>GOAWAY</c>, <c>CLOSED</c>), or <c>DATA</c> where the first message is enough.
    /// </summary>
    public async Task<(string How, string Text)> ReadAsync(int id, CancellationToken cancellation, bool untilData = false)
    {
        var text = new StringBuilder();
        var head = new byte[9];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(head, cancellation);
                var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
                await stream.ReadExactlyAsync(payload, cancellation);
                var of = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                switch (head[3])
                {
                    case 0x4 when (head[4] & 1) == 0:
                        await WriteFrameAsync(0x4, 1, 0, ReadOnlyMemory<byte>.Empty, cancellation);
                        break;
                    case 0x7:
                        return ("GOAWAY", text.ToString());
                    case 0x3 when of == id:
                        return ("RST", text.ToString());
                    case 0x0 or 0x1 or 0x9 when of == id:
                        text.Append(Encoding.Latin1.GetString(payload));
                        if ((head[4] & EndStream) != 0 && head[3] != 0x9)
                        {
                            return ("END", text.ToString());
                        }

                        if (untilData && head[3] == 0x0 && payload.Length > 0)
                        {
                            return ("DATA", text.ToString());
                        }

                        break;
                }
            }
        }
        catch (IOException)
        {
            return ("CLOSED", text.ToString());
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    // A length of seven bits, then as much as is needed (RFC 7541, 5.1); no Huffman code.
    private static void Text(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.Add((byte)bytes.Length);
        }
        else
        {
            block.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                block.Add((byte)((rest & 0x7F) | 0x80));
            }

            block.Add((byte)rest);
        }

        block.AddRange(bytes);
    }
}
