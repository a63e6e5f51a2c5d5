using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// From where the work at hand was caused: the address of a connection or call and, once it is known, the principal. It follows
/// the asynchronous flow, so that whatever is logged on the way knows whom to charge. Thread-safe.
/// </summary>
internal sealed class CallOrigin(IPAddress address, string? principal = null)
{
    private static readonly AsyncLocal<CallOrigin?> Flow = new();

    private volatile string? principal = principal;
    private volatile string? share = principal;
    private Exception? told;

    /// <summary>Null in what the hub does by itself: jobs, the journal's lane, start and stop.</summary>
    public static CallOrigin? Current => Flow.Value;

    public IPAddress Address { get; } = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The URI of the principal; null for a stranger, and until the caller is known.</summary>
    public string? Principal => principal;

    /// <summary>Whose allowance of the log it uses; null for a stranger, and until the caller is known.</summary>
    public string? Share => share;

    /// <summary>Names the principal whose certificate the call at hand came with.</summary>
    /// <param name="uri">The principal's.</param>
    /// <param name="share">Which of the principal's allowances of the log it uses.</param>
    public static void Identify(string uri, string share)
    {
        if (Current is { } origin)
        {
            (origin.principal, origin.share) = (uri, share);
        }
    }

    /// <summary>Does a part of the work at hand that another origin has caused; null for the hub itself.</summary>
    public static void Under(CallOrigin? origin, Action work)
    {
        var before = Flow.Value;
        Flow.Value = origin;
        try
        {
            work();
        }
        finally
        {
            Flow.Value = before;
        }
    }

    /// <summary>Starts work of the hub itself, which goes on after the call that happened to be first and is not charged to it.</summary>
    public static Task Detach(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }

    /// <summary>Whether the same exception was told before: the framework tells of one in several of its layers.</summary>
    public bool IsTold(Exception exception) => ReferenceEquals(Interlocked.Exchange(ref told, exception), exception);

    /// <summary>Charges what a connection causes before there is a call: the TLS handshake, HTTP/2 framing.</summary>
    public static void Follow(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        Flow.Value = new CallOrigin((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        await next(connection);
    });

    /// <summary>Charges what a call causes. A call does not run in the flow of its connection, so it needs an origin of its own.</summary>
    public static void Follow(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Flow.Value = new CallOrigin(context.Connection.RemoteIpAddress ?? IPAddress.None);
        await next(context);
    });
}
