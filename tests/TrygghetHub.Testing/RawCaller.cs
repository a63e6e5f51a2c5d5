using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using Google.Rpc;
using TrygghetHub.Client;

namespace TrygghetHub.Testing;

/// <summary>
/// gRPC calls made of bytes: paths, headers and frames that no client library would send. Thread-safe.
/// </summary>
public sealed class RawCaller : IDisposable
{
    private readonly HttpClient http;
    private readonly string? token;

    private RawCaller(HttpMessageHandler handler, Uri url, string? token = null)
    {
        http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
        this.token = token;
    }

    /// <summary>A caller at the partners' endpoint, with a token that was asked for there.</summary>
    public static async Task<RawCaller> AsPartnerAsync(IdentityFolder identity, Uri url)
    {
        var handler = Handler(identity);
        using var http = new HttpClient(handler, disposeHandler: false);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = identity.Id,
        });
        using var response = await http.PostAsync(new Uri(url, "connect/token"), form);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return new RawCaller(handler, url, answer.RootElement.GetProperty("access_token").GetString());
    }

    /// <summary>A caller without a certificate.</summary>
    public static RawCaller AsStranger(Uri url) => new(Handler(null), url);

    [SuppressMessage("Security", "CA5359", Justification = "An attacker does not care which hub it reaches.")]
    private static SocketsHttpHandler Handler(IdentityFolder? identity) => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = identity is null
                ? null
                : SslStreamCertificateContext.Create(identity.Certificate, identity.Issuers, offline: true),
        },
    };

    /// <summary>Calls an RPC with one frame.</summary>
    /// <param name="path">Such as <c>trygghethub.partners.v1.JoinService/Join</c>.</param>
    /// <param name="message">The message, already packed where an encoding is given.</param>
    /// <param name="encoding">Of the message; null for none.</param>
    /// <param name="headers">More header fields.</param>
    public Task<RawAnswer> CallAsync(
        string path, byte[] message, string? encoding = null, params (string Name, string Value)[] headers) =>
        SendAsync(path, Frame(message, isPacked: encoding is not null), encoding, headers);

    /// <summary>Calls an RPC with a body of any bytes.</summary>
    public async Task<RawAnswer> SendAsync(
        string path, byte[] body, string? encoding = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return RawAnswer.Of(response);
    }

    /// <summary>A message as gRPC frames it.</summary>
    public static byte[] Frame(byte[] message, bool isPacked = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = isPacked ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>How a call made of bytes was answered.</summary>
/// <param name="Http">HTTP's status.</param>
/// <param name="Code">gRPC's status; null where there was none.</param>
/// <param name="Reason">The hub's reason; null where it gave none.</param>
public sealed record RawAnswer(HttpStatusCode Http, int? Code, string? Reason)
{
    /// <summary>All that the hub said; null where it gave no details.</summary>
    public Google.Rpc.Status? Status { get; private init; }

    internal static RawAnswer Of(HttpResponseMessage response)
    {
        var code = ValueOf(response, "grpc-status");
        var details = ValueOf(response, "grpc-status-details-bin");
        var status = details is null
            ? null
            : Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
        return new RawAnswer(
            response.StatusCode, code is null ? null : int.Parse(code, System.Globalization.CultureInfo.InvariantCulture),
            status?.GetDetail<ErrorInfo>()?.Reason)
        {
            Status = status,
        };
    }

    private static string? ValueOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values)
            ? values.First()
            : null;
}
