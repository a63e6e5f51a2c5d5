using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Options.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Server.Platform.Tokens;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Decides, before any handler runs, who calls and what it may, and watches over streams while they run. Fails closed.
/// <code>
/// 1  endpoint     is the RPC served where the call came in?
/// 2  certificate  registered, standing, its partner taking part?       reason CERTIFICATE_…, PARTNER_…
/// 3  quota        one call more than its share?                        reason QUOTA_EXCEEDED
/// 4  token        ours, for us, in time, bound to that certificate?    reason TOKEN_…
/// 5  permission   held by roles and token together? none declared: no  reason PERMISSION_MISSING
/// 6  while a stream runs: 2 and 5 again on every change, and messages and bytes against the quota
/// </code>
/// When several are wrong, the first in this order is the reason given.
/// </summary>
internal sealed partial class AccessInterceptor(
    IPrincipalDirectory directory, AccessTokens tokens, RunningCalls running, Quotas quotas, TimeProvider time,
    ILogger<AccessInterceptor> logger)
    : Interceptor
{
    // What was read is answered within this time; who does not read its answers is cut off.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private const string HealthCheckMethod = "/grpc.health.v1.Health/Check";

    private static readonly ConcurrentDictionary<string, Requirement> Requirements = new();

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (await AuthoriseAsync(context) is { } access)
        {
            access.Share.CountMessage(SizeOf(request));
        }

        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (await AuthoriseAsync(context) is not { } access)
        {
            return await continuation(requests, context);
        }

        using var stream = Enter(access, context);
        var work = continuation(new WatchedReader<TRequest>(requests, stream), context);
        await WatchAsync(work, stream, context);
        return await work;
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (await AuthoriseAsync(context) is not { } access)
        {
            await continuation(request, responses, context);
            return;
        }

        access.Share.CountMessage(SizeOf(request));
        using var stream = Enter(access, context);
        context.SetRunning(stream.Call);
        await WatchAsync(continuation(request, new WatchedWriter<TResponse>(responses, stream), context), stream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (await AuthoriseAsync(context) is not { } access)
        {
            await continuation(requests, responses, context);
            return;
        }

        // Answers to what was read before the end are still written: only the reading ends.
        using var stream = Enter(access, context);
        await WatchAsync(continuation(new WatchedReader<TRequest>(requests, stream), responses, context), stream, context);
    }

    /// <summary>Lets a call in, or throws. Null for a call of the open endpoint, which has no caller.</summary>
    private async ValueTask<Access?> AuthoriseAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var requirement = Requirements.GetOrAdd(context.Method, static (method, http) => RequirementOf(method, http), http);
        if (EndpointFeature.IsOpenOf(http))
        {
            // Health says nothing about anyone, and a load balancer has no certificate; it asks, and does not watch.
            quotas.CountStranger(http.Connection.RemoteIpAddress ?? IPAddress.None);
            return requirement.IsOpen || context.Method == HealthCheckMethod
                ? null
                : throw new HubException(AccessErrors.PartnersOnly);
        }

        if (requirement.IsOpen)
        {
            throw new HubException(AccessErrors.OpenOnly);
        }

        var certificate = http.Connection.ClientCertificate;
        var standing = certificate is null ? default : directory.Find(certificate);
        if (standing.Principal is not { } caller)
        {
            throw new HubException(standing.Refusal ?? new Refusal(
                ErrorReason.CertificateUnknown, "", "The call came without a client certificate.",
                "Call the partners' endpoint with your certificate."));
        }

        CallOrigin.Identify(caller.Uri);
        var share = quotas.Of(caller);
        share.CountRequest();

        // Health and reflection say nothing about anyone; whoever is known may ask.
        if (!requirement.IsHealth && !requirement.IsReflection)
        {
            var verdict = await tokens.CheckAsync(
                http.Request.Headers.Authorization, caller, certificate!.GetCertHashString(HashAlgorithmName.SHA256),
                context.CancellationToken);
            if (verdict.Refusal is { } refusal)
            {
                throw new HubException(refusal);
            }

            caller = caller with { Permissions = verdict.Permissions };
            if (requirement.Permission is not { } permission || !caller.Permissions.Contains(permission))
            {
                throw new HubException(requirement.Permission is null
                    ? AccessErrors.NotDeclared
                    : AccessErrors.PermissionMissing(caller, requirement.Permission));
            }
        }

        context.SetCaller(caller);
        return new Access(caller, certificate!, requirement.Permission ?? "", share);
    }

    private WatchedStream Enter(Access access, ServerCallContext context)
    {
        var place = access.Share.EnterStream();
        try
        {
            var call = running.Enter(access.Caller, access.Certificate, access.Permission);
            return new WatchedStream(call, place, access.Share, context.CancellationToken);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits for a stream. One that has ended gets a moment to answer what it has read; what is stuck then (its client
    /// reads nothing, or its handler heeds no end) is broken off, since the promise is that it ends within a second.
    /// </summary>
    private async Task WatchAsync(Task work, WatchedStream stream, ServerCallContext context)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stream.Call.Ended.Register(ended.SetResult))
        {
            if (await Task.WhenAny(work, ended.Task) != work
                && await Task.WhenAny(work, Task.Delay(Grace, time, CancellationToken.None)) != work)
            {
                LogBrokenOff(context.Method, stream.Call.Caller.Uri);
                context.GetHttpContext().Abort();
            }
        }

        await work;
    }

    private static int SizeOf<T>(T message) => message is IMessage known ? known.CalculateSize() : 0;

    private static Requirement RequirementOf(string method, HttpContext http)
    {
        var descriptor = FindMethod(http);
        return new Requirement(
            PermissionOf(descriptor), IsOpenRpc(descriptor),
            method.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal),
            method.StartsWith("/grpc.reflection.", StringComparison.Ordinal));
    }

    // The service's generated base class knows its descriptor, and the descriptor the options.
    private static MethodDescriptor? FindMethod(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>();
        for (var type = metadata?.ServiceType; type is not null; type = type.BaseType)
        {
            if (type.DeclaringType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)
                    ?.GetValue(null) is ServiceDescriptor service)
            {
                return service.FindMethodByName(metadata!.Method.Name);
            }
        }

        return null;
    }

    /// <summary>The permission that an RPC requires, or null when its proto names none.</summary>
    public static string? PermissionOf(MethodDescriptor? method) =>
        method?.GetOptions()?.GetExtension(OptionsExtensions.RequiredPermission) is { Length: > 0 } permission
            ? permission
            : null;

    /// <summary>Whether an RPC is one of the open endpoint.</summary>
    public static bool IsOpenRpc(MethodDescriptor? method) =>
        method?.GetOptions()?.GetExtension(OptionsExtensions.Open) == true;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broke off {Method} of {Principal}: it had ended and did not let go")]
    private partial void LogBrokenOff(string method, string principal);

    /// <summary>What an RPC asks of its caller.</summary>
    private sealed record Requirement(string? Permission, bool IsOpen, bool IsHealth, bool IsReflection);

    /// <summary>A caller that was let in.</summary>
    private readonly record struct Access(
        Principal Caller, X509Certificate2 Certificate, string Permission, Quotas.Share Share);

    /// <summary>A stream that was let in, until it is disposed.</summary>
    private sealed class WatchedStream(RunningCall call, IDisposable place, Quotas.Share share, CancellationToken cancelled)
        : IDisposable
    {
        private readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancelled, call.Ended);

        public RunningCall Call => call;

        public Quotas.Share Share => share;

        /// <summary>Cancelled when the call is, or may not go on.</summary>
        public CancellationToken Over => over.Token;

        public void Dispose()
        {
            call.Dispose();
            place.Dispose();
            over.Dispose();
        }
    }

    private sealed class WatchedReader<T>(IAsyncStreamReader<T> inner, WatchedStream stream) : IAsyncStreamReader<T>
    {
        // The tokens of a handler are the same from message to message: linked once.
        private CancellationTokenSource? linked;
        private CancellationToken linkedTo;

        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            stream.Call.ThrowIfEnded();
            try
            {
                if (!await inner.MoveNext(Link(cancellationToken)))
                {
                    return false;
                }
            }
            catch (OperationCanceledException) when (stream.Call.Ended.IsCancellationRequested)
            {
                stream.Call.ThrowIfEnded();
                throw;
            }

            stream.Share.CountMessage(SizeOf(inner.Current));
            return true;
        }

        private CancellationToken Link(CancellationToken handlers)
        {
            if (!handlers.CanBeCanceled)
            {
                return stream.Over;
            }

            if (linked is null || linkedTo != handlers)
            {
                linked?.Dispose();
                linkedTo = handlers;
                linked = CancellationTokenSource.CreateLinkedTokenSource(handlers, stream.Over);
            }

            return linked.Token;
        }
    }

    private sealed class WatchedWriter<T>(IServerStreamWriter<T> inner, WatchedStream stream) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            stream.Call.ThrowIfEnded();
            return inner.WriteAsync(message, cancellationToken);
        }
    }
}
