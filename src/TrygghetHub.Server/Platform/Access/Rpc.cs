using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Options.V1;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// An RPC that the hub serves, and what its proto says of it. Made once for each when the hub starts, and kept with its
/// endpoint: what callers write in a path makes no more of them. Immutable.
/// </summary>
internal sealed class Rpc
{
    /// <summary>KiB that a message may have where the proto says nothing else.</summary>
    public const int UsualMessageKib = 256;

    /// <summary>KiB that a message may have where anybody may call.</summary>
    public const int OpenMessageKib = 16;

    private const string HealthService = "grpc.health.v1.Health";
    private const string ReflectionService = "grpc.reflection.";

    private Rpc(MethodDescriptor method)
    {
        Name = $"/{method.Service.FullName}/{method.Name}";
        Permission = PermissionOf(method);
        IsOpen = IsOpenRpc(method);
        var isHealth = method.Service.FullName == HealthService;
        // A load balancer has no certificate; it asks, and does not watch.
        IsOnBoth = isHealth && method.Name == "Check";
        NeedsToken = !isHealth && !method.Service.FullName.StartsWith(ReflectionService, StringComparison.Ordinal);
        MessageKib = MessageKibOf(method);
    }

    /// <summary>Its full name, such as <c>/trygghethub.partners.v1.JoinService/Join</c>.</summary>
    public string Name { get; }

    /// <summary>The permission that it requires, or null when its proto names none.</summary>
    public string? Permission { get; }

    /// <summary>Whether it is served at the open endpoint, and nowhere else.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether it is served at both endpoints.</summary>
    public bool IsOnBoth { get; }

    /// <summary>Whether a caller needs a token and a permission; health and reflection say nothing about anyone.</summary>
    public bool NeedsToken { get; }

    /// <summary>KiB that one of its messages may have, after decompression.</summary>
    public int MessageKib { get; }

    public static Rpc Of(MethodDescriptor method) => new(method);

    /// <summary>KiB that a message of the RPC may have that a request is for.</summary>
    public static int MessageKibAt(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Rpc>()?.MessageKib ?? UsualMessageKib;

    /// <inheritdoc cref="Permission"/>
    public static string? PermissionOf(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(OptionsExtensions.RequiredPermission) is { Length: > 0 } permission
            ? permission
            : null;

    /// <inheritdoc cref="IsOpen"/>
    public static bool IsOpenRpc(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(OptionsExtensions.Open) == true;

    /// <inheritdoc cref="MessageKib"/>
    public static int MessageKibOf(MethodDescriptor method) =>
        method.Service.FullName == HealthService || IsOpenRpc(method) ? OpenMessageKib
        : LimitOf(method)?.Kib ?? UsualMessageKib;

    /// <summary>The limit that an RPC's proto gives, with its reason; null for the usual one.</summary>
    public static MessageLimit? LimitOf(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(OptionsExtensions.LargestMessage);
}
