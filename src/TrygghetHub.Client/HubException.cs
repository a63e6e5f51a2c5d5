using Google.Rpc;
using Grpc.Core;

namespace TrygghetHub.Client;

/// <summary>The hub refused a call, or could not be reached.</summary>
/// <remarks>
/// A refusal by the hub carries its <see cref="Reason"/>; a failure on the way there has none and says in
/// <see cref="Exception.Message"/> what is known. The <see cref="RpcException"/>, where there is one, is the inner
/// exception. <see cref="Exception.HelpLink"/> is the https address of the page at the hub's open endpoint that says what the reason means
/// and what to do; null when the hub gave none.
/// </remarks>
public sealed class HubException : Exception
{
    /// <summary>The stream is as old as the hub lets one get: connect again.</summary>
    internal const string StreamTimeOver = "STREAM_TIME_OVER";

    /// <summary>The hub takes the access token for expired.</summary>
    internal const string TokenExpired = "TOKEN_EXPIRED";
    internal const string TokenInvalid = "TOKEN_INVALID";
    internal const string PermissionMissing = "PERMISSION_MISSING";

    /// <summary>The caller has used up its share for the moment.</summary>
    internal const string QuotaExceeded = "QUOTA_EXCEEDED";

    /// <summary>The caller has not read for too long, and goes on from the last cursor.</summary>
    internal const string SubscriberTooSlow = "SUBSCRIBER_TOO_SLOW";

    /// <summary>No agreement shows the caller anything.</summary>
    internal const string AgreementNotActive = "AGREEMENT_NOT_ACTIVE";

    /// <summary>A cursor was made for somebody or something else.</summary>
    internal const string CursorInvalid = "CURSOR_INVALID";

    private const string Domain = "trygghethub";

    internal HubException(StatusCode statusCode, string message, string? reason = null, string? field = null,
        string? rule = null, string? remedy = null, Exception? inner = null, bool isTransient = false,
        TimeSpan? retryDelay = null, string? resumeCursor = null, IReadOnlyList<string>? candidates = null,
        string? localizedMessage = null, string? helpLink = null)
        : base(message, inner)
    {
        StatusCode = statusCode;
        Reason = reason;
        Field = field;
        Rule = rule;
        Remedy = remedy;
        IsTransient = isTransient;
        RetryDelay = retryDelay;
        ResumeCursor = resumeCursor;
        Candidates = candidates ?? [];
        LocalizedMessage = localizedMessage;
        HelpLink = helpLink;
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

    /// <summary>
    /// Whether the same call may succeed later without any change: the hub was away, or is stopping, a quota was used
    /// up for the moment, or the caller read too slowly.
    /// </summary>
    public bool IsTransient { get; }

    /// <summary>Whether the caller does not trust the hub's certificate.</summary>
    public bool IsDistrust { get; internal init; }

    /// <summary>How long to wait before the same is asked again, as the hub wants it; null when it did not say.</summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary>Where a stream that the hub ended goes on; null where there is nothing to go on from.</summary>
    public string? ResumeCursor { get; }

    /// <summary>
    /// With <c>PLACE_AMBIGUOUS</c>: codes of the areas that could have been meant, at most 20; otherwise empty.
    /// </summary>
    public IReadOnlyList<string> Candidates { get; }

    /// <summary>The reason in one Swedish sentence, and the field where one is at fault; null when the hub did not say.</summary>
    public string? LocalizedMessage { get; }

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
            return ConnectionFault.Describe(exception, connection);
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
            // An expired token is replaced by the client itself.
            isTransient: exception.StatusCode == StatusCode.Unavailable
                || info.Reason is QuotaExceeded or TokenExpired or SubscriberTooSlow,
            retryDelay: status!.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            resumeCursor: Said(info, "resume_cursor"),
            candidates: Said(info, "candidates")?.Split(' '),
            localizedMessage: NullIfEmpty(status!.GetDetail<LocalizedMessage>()?.Message),
            helpLink: LinkIn(status!.GetDetail<Help>()));
    }

    // Shown to people, who follow it: anything but a web page is left out.
    private static string? LinkIn(Help? help) =>
        Uri.TryCreate(help?.Links.FirstOrDefault()?.Url, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps
            ? link.AbsoluteUri
            : null;

    private static string? Said(ErrorInfo info, string key) => NullIfEmpty(info.Metadata.GetValueOrDefault(key));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
