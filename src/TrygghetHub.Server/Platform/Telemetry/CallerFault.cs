using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>Tells exceptions that a caller can cause at will from faults of the hub. Pure.</summary>
internal static class CallerFault
{
    private static readonly string[] Parsers = ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Connections", "System.Net"];

    /// <summary>
    /// Whether bytes, timing or absence of a caller cause such an exception in the framework: a message that cannot be read, a
    /// broken frame or handshake, a connection that is gone.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        // Protobuf's own and BadHttpRequestException are IOExceptions.
        IOException or InvalidDataException or OperationCanceledException or RpcException or AuthenticationException
            or SocketException => true,
        // What Kestrel throws at broken HTTP/2, headers and HPACK is internal to it.
        _ when Array.Exists(Parsers, p => exception.GetType().Namespace?.StartsWith(p, StringComparison.Ordinal) == true) => true,
        // "Can't read messages after the request is complete": a call that was cancelled while it was answered.
        InvalidOperationException { Source: "Grpc.AspNetCore.Server" } => true,
        AggregateException { InnerExceptions: { Count: > 0 } inner } => inner.All(Is),
        _ => false,
    };
}
