using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;

namespace TrygghetHub.Client;

/// <summary>The hub refused a call, or could not be reached.</summary>
/// <remarks>
/// A refusal by the hub carries its <see cref="Reason"/>; a failure on the way there has none and says in
/// <see cref="Exception.Message"/> what is known. The <see cref="RpcException"/> is the inner exception.
/// </remarks>
public sealed class HubException : Exception
{
    private const string Domain = "trygghethub";

    internal HubException(StatusCode statusCode, string message, string? reason = null, string? field = null,
        string? rule = null, string? remedy = null, Exception? inner = null, bool isTransient = false)
        : base(message, inner)
    {
        StatusCode = statusCode;
        Reason = reason;
        Field = field;
        Rule = rule;
        Remedy = remedy;
        IsTransient = isTransient;
    }

    /// <summary>The gRPC status.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>
    /// Why, from the hub's closed list, without its prefix: <c>CATEGORY_NOT_AGREED</c>. Null when the hub did not say.
    /// </summary>
    public string? Reason { get; }

    /// <summary>The field at fault, in proto names, such as <c>agreement.flows[1].areas</c>; null when there is none.</summary>
    public string? Field { get; }

    /// <summary>The rule that was broken; null when the hub did not say.</summary>
    public string? Rule { get; }

    /// <summary>What to do; null when nobody knows.</summary>
    public string? Remedy { get; }

    /// <summary>Whether the same call may succeed later without any change: the hub was away, or is stopping.</summary>
    public bool IsTransient { get; }

    /// <summary>Reads the hub's own words out of a failed call.</summary>
    internal static HubException From(RpcException exception, HubConnection? connection = null)
    {
        Google.Rpc.Status? status = null;
        try
        {
            status = exception.GetRpcStatus();
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            // Whatever answered is not a hub, or a broken one; the plain status still tells something.
        }

        var info = status?.GetDetail<ErrorInfo>();
        if (info is not { Domain: Domain })
        {
            return FromConnection(exception, connection);
        }

        var violation = status!.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault();
        return new HubException(
            exception.StatusCode,
            exception.Status.Detail is { Length: > 0 } detail ? detail : info.Reason,
            info.Reason,
            Said(info, "field") ?? NullIfEmpty(violation?.Field),
            Said(info, "rule") ?? NullIfEmpty(violation?.Description),
            Said(info, "remedy"),
            exception,
            isTransient: exception.StatusCode == StatusCode.Unavailable);
    }

    private static HubException FromConnection(RpcException exception, HubConnection? connection)
    {
        var url = connection?.Url.GetLeftPart(UriPartial.Authority) ?? "the hub";
        var causes = Causes(exception.Status.DebugException).ToList();

        if (connection?.Distrust is { } distrust && causes.Any(c => c is AuthenticationException))
        {
            return new HubException(exception.StatusCode, $"{url} is not trusted: {distrust}", remedy:
                "Check the address in hub.json, and that ca.crt is the root of that hub.", inner: exception);
        }

        // A fault that the other end reports in TLS is about our certificate: its own is judged above.
        if (causes.Any(c => c is AuthenticationException))
        {
            return RefusedCertificate(url, exception, isTransient: false);
        }

        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket
            && connection?.HasAnswered != true && !IsReset(socket))
        {
            return new HubException(exception.StatusCode,
                $"{url} cannot be reached: {Sentence(socket.Message)}",
                remedy: "Check that the hub runs and that the address in hub.json is right.",
                inner: exception, isTransient: true);
        }

        var isBroken = causes.Any(c => c is IOException or HttpRequestException or SocketException);
        // TLS 1.3 lets the client finish its handshake before the hub has judged the certificate, so that a
        // refusal looks like a connection that breaks before the first answer.
        if (isBroken && connection?.HasAnswered == false)
        {
            return RefusedCertificate(url, exception, isTransient: true);
        }

        if (isBroken || exception.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled)
        {
            return new HubException(exception.StatusCode, $"The connection to {url} broke before the answer came.",
                remedy: "Send it again: what was taken is not doubled.", inner: exception, isTransient: true);
        }

        return new HubException(exception.StatusCode,
            exception.Status.Detail is { Length: > 0 } detail ? detail : $"{url} answered {exception.StatusCode}.",
            inner: exception);
    }

    private static HubException RefusedCertificate(string url, RpcException exception, bool isTransient) =>
        new(StatusCode.Unauthenticated,
            $"{url} closed the connection without an answer: it refuses this certificate, or is stopping.",
            remedy: "See the hub's log for its reason; check that client.crt has not expired and comes from this hub.",
            inner: exception, isTransient: isTransient);

    private static bool IsReset(SocketException exception) => exception.SocketErrorCode
        is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown;

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static string? Said(ErrorInfo info, string key) => NullIfEmpty(info.Metadata.GetValueOrDefault(key));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
