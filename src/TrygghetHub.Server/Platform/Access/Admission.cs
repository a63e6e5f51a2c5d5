using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Server.Platform.Tokens;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Decides who calls and what it may, from the connection and the headers alone: before a byte of the body is read. Fails
/// closed.
/// <code>
/// 1  endpoint     is the RPC served where the call came in, in the form in which it came?   ENDPOINT_WRONG, COMPRESSION_UNSUPPORTED
/// 2  certificate  registered, standing, its partner taking part?                          CERTIFICATE_…, PARTNER_…
/// 3  quota        one call more than its share? Of strangers by network                   QUOTA_EXCEEDED
/// 4  token        ours, for us, in time, bound to that certificate?                       TOKEN_…
/// 5  permission   held by roles and token together? none declared: no                     PERMISSION_MISSING
/// </code>
/// When several are wrong, the first in this order is the reason given. What is no RPC (tokens, discovery, keys, the root)
/// gets 3 here, and the rest from its handler. <see cref="AccessInterceptor"/> goes on from here.
/// </summary>
internal sealed partial class Admission(
    RequestDelegate next, IPrincipalDirectory directory, AccessTokens tokens, Quotas quotas, SecurityEvents events, ErrorPages pages,
    ILogger<Admission> logger)
{
    /// <summary>Bytes that the body of a request may have that is no RPC: a token request is a grant, a name and some scopes.</summary>
    public const int MostBodyBytes = 16 * 1024;

    public async Task InvokeAsync(HttpContext http)
    {
        var rpc = http.GetEndpoint()?.Metadata.GetMetadata<Rpc>();
        Refusal? refusal;
        try
        {
            refusal = EndpointFeature.IsOpenOf(http) ? AdmitStranger(http, rpc) : await AdmitAsync(http, rpc);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Not known is not permitted.
            var correlationId = Guid.CreateVersion7().ToString("N");
            LogFault(e, correlationId, NameOf(rpc));
            refusal = ErrorStatus.Fault(correlationId);
        }

        if (refusal is not null)
        {
            events.CallRefused(NameOf(rpc), refusal);
            await RefuseAsync(http, rpc, refusal);
            return;
        }

        if (rpc is not null)
        {
            // A message has a cap of its own, and a stream may carry many.
            http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        }
        else if (http.Request.ContentLength > MostBodyBytes && !IsGrpc(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        using (AdmittedCall.Enter(http))
        {
            await next(http);
        }
    }

    private Refusal? AdmitStranger(HttpContext http, Rpc? rpc)
    {
        // Every call counts, whatever else is wrong with it.
        var exceeded = quotas.CountStranger(http.Connection.RemoteIpAddress ?? IPAddress.None);
        if (rpc is { IsOpen: false, IsOnBoth: false })
        {
            return AccessErrors.PartnersOnly;
        }

        if ((rpc is not null || IsGrpc(http.Request)) && IsCompressed(http.Request))
        {
            return MessageErrors.Compressed;
        }

        if (exceeded is null && rpc is not null)
        {
            http.Features.Set(new AdmittedCall(quotas.StrangersMemory));
        }

        return exceeded;
    }

    private async ValueTask<Refusal?> AdmitAsync(HttpContext http, Rpc? rpc)
    {
        if (rpc is { IsOpen: true })
        {
            return AccessErrors.OpenOnly;
        }

        var certificate = http.Connection.ClientCertificate;
        var standing = certificate is null ? AccessErrors.NoCertificate : directory.Find(certificate);
        if (standing.Principal is not { } caller)
        {
            // Who asks for a token is told in OAuth's own form.
            return rpc is not null || IsGrpc(http.Request)
                ? standing.Refusal
                : quotas.CountStranger(http.Connection.RemoteIpAddress ?? IPAddress.None);
        }

        CallOrigin.Identify(caller.Uri, caller.ShareKey);
        var share = quotas.Of(caller);
        if (share.CountRequest() is { } exceeded)
        {
            return exceeded;
        }

        if (rpc is null)
        {
            return null;
        }

        if (rpc.NeedsToken)
        {
            var verdict = await tokens.CheckAsync(
                http.Request.Headers.Authorization, caller, certificate!.GetCertHashString(HashAlgorithmName.SHA256),
                http.RequestAborted);
            if (verdict.Refusal is { } refusal)
            {
                return refusal;
            }

            caller = caller with { Permissions = verdict.Permissions };
            if (rpc.Permission is not { } permission || !caller.Permissions.Contains(permission))
            {
                return rpc.Permission is null ? AccessErrors.NotDeclared : AccessErrors.PermissionMissing(caller, rpc.Permission);
            }
        }

        http.Features.Set(new AdmittedCall(share.Memory)
        {
            Caller = new AdmittedCaller(caller, certificate!, rpc.Permission ?? "", share),
        });
        return null;
    }

    // An RPC that does not exist is named by nobody but its caller.
    private static string NameOf(Rpc? rpc) => rpc?.Name ?? "a request that is no RPC of this hub";

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsCompressed(HttpRequest request) =>
        request.Headers["grpc-encoding"] is { Count: > 0 } encoding
        && (encoding.Count > 1 || !string.Equals(encoding[0], "identity", StringComparison.Ordinal));

    private Task RefuseAsync(HttpContext http, Rpc? rpc, Refusal refusal)
    {
        if (rpc is not null || IsGrpc(http.Request))
        {
            return ErrorStatus.AnswerAsync(http.Response, refusal, pages);
        }

        http.Response.StatusCode = refusal.Reason == ErrorReason.QuotaExceeded
            ? StatusCodes.Status429TooManyRequests
            : StatusCodes.Status500InternalServerError;
        if (refusal.RetryDelay is { } delay)
        {
            http.Response.Headers.RetryAfter =
                Math.Ceiling(delay.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {CorrelationId} while {Rpc} was to be let in")]
    private partial void LogFault(Exception fault, string correlationId, string rpc);
}

/// <summary>
/// That a call was let in, whose it is, and the memory that it holds. Set by <see cref="Admission"/> alone. Reads one message at
/// a time, as gRPC does.
/// </summary>
/// <param name="memory">From which its messages are taken.</param>
internal sealed class AdmittedCall(MessageMemory memory) : IDisposable
{
    private static readonly AsyncLocal<AdmittedCall?> Flow = new();

    private IDisposable? held;

    /// <summary>The call at hand. Follows the asynchronous flow: what reads a message gets its bytes and nothing else.</summary>
    public static AdmittedCall? Current => Flow.Value;

    /// <summary>Null at the open endpoint, where nobody is known.</summary>
    public AdmittedCaller? Caller { get; init; }

    /// <summary>Makes the call that was let in the current one. It is disposed of at the call's end; null for what is no RPC.</summary>
    public static AdmittedCall? Enter(HttpContext http) => Flow.Value = http.Features.Get<AdmittedCall>();

    /// <summary>Takes memory for a message, until <see cref="Release"/> or the call's end; why not, when there is not enough.</summary>
    /// <param name="bytes">That the message takes.</param>
    public Refusal? Hold(long bytes)
    {
        Release();
        return memory.TryHold(bytes, out held);
    }

    /// <summary>Gives back the memory of the last message.</summary>
    public void Release() => Interlocked.Exchange(ref held, null)?.Dispose();

    public void Dispose() => Release();
}

/// <summary>A caller that was let in.</summary>
/// <param name="Principal">With the permissions that roles and token have together.</param>
/// <param name="Certificate">That it came with.</param>
/// <param name="Permission">That the RPC requires; empty for one that requires none.</param>
/// <param name="Share">What it may use.</param>
internal sealed record AdmittedCaller(Principal Principal, X509Certificate2 Certificate, string Permission, Quotas.Share Share);
