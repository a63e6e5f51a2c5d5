using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Options.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Decides, before any handler runs, who calls and whether that role holds the permission that stands beside
/// the RPC in its proto. An RPC without one is denied to everyone.
/// </summary>
internal sealed partial class AccessInterceptor(IPrincipalDirectory directory, ILogger<AccessInterceptor> logger)
    : Interceptor
{
    private static readonly ConcurrentDictionary<string, string?> RequiredPermissions = new();

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Authorise(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Authorise(context);
        return continuation(requests, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Authorise(context);
        return continuation(request, responses, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Authorise(context);
        return continuation(requests, responses, context);
    }

    private void Authorise(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var certificate = http.Connection.ClientCertificate;
        var standing = directory.Find(certificate!);
        if (standing.Principal is not { } caller)
        {
            LogUnknown(context.Method, certificate?.Subject ?? "none", certificate?.Thumbprint ?? "none");
            throw new HubException(standing.Refusal!);
        }

        // Health and reflection say nothing about anyone; whoever is known may ask.
        if (context.Method.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal)
            || context.Method.StartsWith("/grpc.reflection.", StringComparison.Ordinal))
        {
            context.SetCaller(caller);
            return;
        }

        var required = RequiredPermissions.GetOrAdd(context.Method, static (_, http) => FindPermission(http), http);
        if (required is null || !caller.Permissions.Contains(required))
        {
            LogDenied(context.Method, caller.Uri, required ?? "(none declared)");
            throw new HubException(
                ErrorReason.PermissionMissing, "",
                required is null
                    ? "This RPC declares no permission and is denied to everyone."
                    : $"The caller's roles do not hold the permission {required}.",
                "Call with an identity whose role holds it.");
        }

        context.SetCaller(caller);
    }

    // The service's generated base class knows its descriptor, and the descriptor the option.
    private static string? FindPermission(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>();
        for (var type = metadata?.ServiceType; type is not null; type = type.BaseType)
        {
            if (type.DeclaringType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)
                    ?.GetValue(null) is ServiceDescriptor service)
            {
                return PermissionOf(service.FindMethodByName(metadata!.Method.Name));
            }
        }

        return null;
    }

    /// <summary>The permission that an RPC requires, or null when its proto names none.</summary>
    public static string? PermissionOf(MethodDescriptor? method) =>
        method?.GetOptions()?.GetExtension(OptionsExtensions.RequiredPermission) is { Length: > 0 } permission
            ? permission
            : null;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Refused {Method}: certificate {Subject} {Thumbprint} is not registered")]
    private partial void LogUnknown(string method, string subject, string thumbprint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Method} to {Principal}: lacks {Permission}")]
    private partial void LogDenied(string method, string principal, string permission);
}
