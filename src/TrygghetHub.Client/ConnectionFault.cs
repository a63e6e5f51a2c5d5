using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace TrygghetHub.Client;

/// <summary>
/// What the platform says of a failed connection, in words that tell what to do: the one place where they are made.
/// </summary>
internal static class ConnectionFault
{
    /// <summary>Words for a call that failed without a refusal by the hub.</summary>
    public static HubException Describe(RpcException exception, HubConnection? connection)
    {
        var causes = Causes(exception.Status.DebugException).ToList();
        // The token was not to be had, which has been put in words already.
        if (causes.OfType<HubException>().FirstOrDefault() is { } told)
        {
            return told;
        }

        return Known(causes, exception.StatusCode, exception, connection) ?? Unknown(exception, connection);
    }

    /// <summary>Words for a plain HTTP request that failed.</summary>
    public static HubException Describe(Exception exception, HubConnection connection) =>
        Known([.. Causes(exception)], StatusCode.Unavailable, exception, connection)
        ?? Broken(connection.Name, exception);

    /// <summary>Why a machine cannot be reached, as the end of a sentence.</summary>
    public static string Unreachable(SocketException socket, string host) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nothing listens there.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {host} is not known.",
        SocketError.TimedOut => "no answer came; a firewall may drop it.",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no network path to it.",
        _ => socket.Message.EndsWith('.') ? socket.Message : socket.Message + ".",
    };

    /// <summary>Whether the other end of a handshake does not speak TLS at all.</summary>
    public static bool IsNoTls(Exception exception) => Causes(exception).Any(c => c is AuthenticationException
        // Nothing but the text tells it: the platform's own, which is not translated here.
        && (c.Message.Contains("frame", StringComparison.OrdinalIgnoreCase)
            || c.Message.Contains("wrong version number", StringComparison.OrdinalIgnoreCase)));

    private static HubException? Known(
        List<Exception> causes, StatusCode status, Exception exception, HubConnection? connection)
    {
        var name = connection?.Name ?? "the hub";
        var isTls = causes.Any(c => c is AuthenticationException);
        if (isTls && connection?.Distrust is { } distrust)
        {
            return new HubException(status, $"{name} is not trusted: {distrust}",
                remedy: distrust.Contains("sandbox", StringComparison.Ordinal)
                    ? "Use the identity folder that belongs to this hub, or the address of the hub that it belongs to."
                    : connection.IsOpen
                        ? "Check the address with the operator who gave you the code; somebody may stand in between."
                        : "Check the address in hub.json, and that ca.crt is the root of that hub.", inner: exception)
            { IsDistrust = true };
        }

        if (isTls && causes.Any(IsNoTls))
        {
            return new HubException(status, $"What listens at {name} does not speak TLS: it is another program.",
                remedy: $"Check the port in {Where(connection)}, and which program holds it.", inner: exception);
        }

        // A fault that the other end reports in TLS is about our certificate: its own is judged above.
        if (isTls)
        {
            return RefusedCertificate(connection, exception, isTransient: false);
        }

        var http = causes.OfType<HttpRequestException>().Select(h => h.HttpRequestError).ToList();
        if (http.Contains(HttpRequestError.VersionNegotiationError))
        {
            return new HubException(status, $"What answers at {name} does not speak HTTP/2, which gRPC needs.",
                remedy: $"Check the port in {Where(connection)}; a proxy in between must let TLS through unopened.", inner: exception);
        }

        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket
            && connection?.HasAnswered != true && !IsReset(socket))
        {
            return new HubException(status, $"{name} cannot be reached: {Unreachable(socket, connection?.Url.Host ?? "")}",
                remedy: $"Check that the hub runs and that the address in {Where(connection)} is right.", inner: exception, isTransient: true);
        }

        if (causes.Any(c => c is TimeoutException) && connection?.HasAnswered != true)
        {
            return new HubException(status, $"{name} cannot be reached: no answer came; a firewall may drop it.",
                remedy: $"Check that the hub runs and that the address in {Where(connection)} is right.", inner: exception, isTransient: true);
        }

        var isBroken = causes.Any(c => c is IOException or HttpRequestException or SocketException or TimeoutException);
        // TLS 1.3 lets the client finish its handshake before the hub has judged the certificate, so that a
        // refusal looks like a connection that breaks before the first answer.
        if (isBroken && connection?.HasAnswered == false)
        {
            return RefusedCertificate(connection, exception, isTransient: true);
        }

        return isBroken || status is StatusCode.Unavailable or StatusCode.Cancelled ? Broken(name, exception) : null;
    }

    private static HubException Unknown(RpcException exception, HubConnection? connection)
    {
        var name = connection?.Name ?? "the hub";
        var detail = exception.Status.Detail;
        return detail.StartsWith("Bad gRPC response", StringComparison.Ordinal)
            ? new HubException(exception.StatusCode, $"What answers at {name} is no hub: it does not speak gRPC.",
                remedy: $"Check the address in {Where(connection)}; the open endpoint and the partners' have ports of their own.",
                inner: exception)
            : new HubException(exception.StatusCode,
                detail.Length > 0 ? detail : $"{name} answered {exception.StatusCode}.", inner: exception);
    }

    // The platform has several statuses for it: INTERNAL for a connection that a hub on its way out closed in good order,
    // even where the hub's last words had come and were not yet read.
    private static HubException Broken(string name, Exception exception) =>
        new(StatusCode.Unavailable, $"The connection to {name} broke before the answer came.",
            remedy: "Send it again: what was taken is not doubled.", inner: exception, isTransient: true);

    private static HubException RefusedCertificate(HubConnection? connection, Exception exception, bool isTransient)
    {
        var name = connection?.Name ?? "The hub";
        return connection?.IsOpen == true
            ? new HubException(StatusCode.Unavailable,
                $"{name} closed the connection without an answer: it may be the partners' endpoint, which asks for a "
                + "certificate, or is stopping.",
                remedy: "Check the address with the operator; the open endpoint has a port of its own.",
                inner: exception, isTransient: isTransient)
            : new HubException(StatusCode.Unauthenticated,
                $"{name} closed the connection without an answer: it refuses this certificate, or is stopping.",
                remedy: "`thub doctor --as DIR` looks for the cause, and the hub's log holds its reason; the certificate may "
                    + "have expired, been revoked, or come from another hub.",
                inner: exception, isTransient: isTransient);
    }

    private static string Where(HubConnection? connection) => connection?.IsOpen == true ? "--hub" : "hub.json";

    private static bool IsReset(SocketException exception) => exception.SocketErrorCode
        is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown;

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
