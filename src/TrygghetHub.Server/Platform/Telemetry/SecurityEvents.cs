using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// What a security officer wants to know of: each kind of event has a method here, an id and a name that do not change, and the
/// same fields. Written to the log in a category of its own and counted in a metric. Thread-safe.
/// </summary>
/// <remarks>
/// Refused attempts are warnings, and <see cref="LogBoundary"/> bounds them for each origin; the metric counts all of them.
/// Changes that were made are information and are always written. The address is that of <see cref="CallOrigin.Current"/>, so
/// nobody who raises an event has to carry it along. No event holds a code, a token or a text of a report.
/// </remarks>
internal sealed partial class SecurityEvents : IDisposable
{
    /// <summary>The log category.</summary>
    public const string Category = "TrygghetHub.Security";

    // Nobody has called: the first start issues the operator's certificate.
    private const string Itself = "the hub itself";

    private readonly ILogger logger;
    private readonly Meter meter = new("TrygghetHub");
    private readonly Counter<long> counter;

    public SecurityEvents(ILoggerFactory loggers)
    {
        logger = loggers.CreateLogger(Category);
        counter = meter.CreateCounter<long>(
            "trygghethub.security.events", "{event}", "Security events by kind and, where something was refused, by reason.");
    }

    private static string Address => CallOrigin.Current?.Address.ToString() ?? Itself;

    private static string Caller => CallOrigin.Current?.Principal ?? "nobody";

    /// <summary>
    /// A call was refused. The reason decides which event this is; reasons that are about what was sent, and not about who may
    /// do what, are no security event.
    /// </summary>
    /// <param name="method">The full name of the RPC.</param>
    /// <param name="refusal">As the caller gets it.</param>
    public void CallRefused(string method, Refusal refusal)
    {
        if (KindOf(refusal.Reason) is not { } kind)
        {
            return;
        }

        var reason = ErrorStatus.NameOf(refusal.Reason);
        Count(kind, reason);
        if (kind == SecurityEvent.EnrolmentCodeRefused)
        {
            LogCodeRefused(refusal.Partner.Length > 0 ? refusal.Partner : "nobody", Address, reason, refusal.Rule);
            return;
        }

        Action<string, string, string, string, string> log = kind switch
        {
            SecurityEvent.CertificateRefused => LogCertificateRefused,
            SecurityEvent.TokenRefused => LogTokenRefused,
            SecurityEvent.PermissionRefused => LogPermissionRefused,
            SecurityEvent.QuotaExceeded => LogQuotaExceeded,
            SecurityEvent.PartnerShutOut => LogPartnerShutOut,
            _ => LogEndpointRefused,
        };
        log(method, Caller, Address, reason, refusal.Rule);
    }

    /// <summary>A TLS handshake was refused; the client sees a closed connection and no reason.</summary>
    /// <param name="reason">From the closed list.</param>
    /// <param name="remote">Address and port.</param>
    /// <param name="subject">Of the certificate that was shown, or <c>none</c>.</param>
    /// <param name="why">In words.</param>
    public void HandshakeRefused(HandshakeRefusal reason, EndPoint? remote, string subject, string why)
    {
        Count(SecurityEvent.HandshakeRefused, reason.ToString());
        LogHandshakeRefused(remote?.ToString() ?? "unknown", subject, why, reason);
    }

    /// <summary>A request for an access token was refused.</summary>
    public void TokenRequestRefused(string subject, string why)
    {
        Count(SecurityEvent.TokenRequestRefused);
        LogTokenRequestRefused(Caller, Address, subject, why);
    }

    /// <summary>A partner has used its enrolment code and has its first certificate.</summary>
    public void PartnerJoined(string principal, string thumbprint)
    {
        Count(SecurityEvent.PartnerJoined);
        LogPartnerJoined(principal, thumbprint, Address);
    }

    /// <summary>An enrolment code was made; the code itself is in no log.</summary>
    public void EnrolmentCodeMade(string partner, DateTimeOffset expires, string by)
    {
        Count(SecurityEvent.EnrolmentCodeMade);
        LogCodeMade(partner, expires, by, Address);
    }

    /// <summary>The hub has issued a certificate otherwise than to a code or as a successor.</summary>
    public void CertificateIssued(string principal, string thumbprint, string by)
    {
        Count(SecurityEvent.CertificateIssued);
        LogCertificateIssued(principal, thumbprint, by, Address);
    }

    /// <summary>A principal has a successor to its certificate.</summary>
    public void CertificateRenewed(string principal, string thumbprint, string predecessor)
    {
        Count(SecurityEvent.CertificateRenewed);
        LogCertificateRenewed(principal, thumbprint, predecessor, Address);
    }

    /// <summary>A certificate of an outside authority was registered to a partner.</summary>
    public void CertificateRegistered(string principal, string thumbprint, string issuer, string by)
    {
        Count(SecurityEvent.CertificateRegistered);
        LogCertificateRegistered(principal, thumbprint, issuer, by, Address);
    }

    /// <summary>A certificate was revoked.</summary>
    public void CertificateRevoked(string principal, string thumbprint, string reason, string by)
    {
        Count(SecurityEvent.CertificateRevoked);
        LogCertificateRevoked(principal, thumbprint, reason, by, Address);
    }

    /// <summary>A partner's roles were changed.</summary>
    public void RolesChanged(string partner, string before, string after, string by)
    {
        Count(SecurityEvent.RolesChanged);
        LogRolesChanged(partner, before, after, by, Address);
    }

    /// <summary>A partner was shut out until it is resumed.</summary>
    public void PartnerSuspended(string partner, string reason, string by)
    {
        Count(SecurityEvent.PartnerSuspended);
        LogPartnerSuspended(partner, reason, by, Address);
    }

    /// <summary>A suspended partner was let back in.</summary>
    public void PartnerResumed(string partner, string by)
    {
        Count(SecurityEvent.PartnerResumed);
        LogPartnerResumed(partner, by, Address);
    }

    /// <summary>A partner's part has ended for good.</summary>
    public void PartnerLeft(string partner, string reason, string by)
    {
        Count(SecurityEvent.PartnerLeft);
        LogPartnerLeft(partner, reason, by, Address);
    }

    /// <summary>A partner's consent to a certificate or to roles was asked for, given, refused, or is over.</summary>
    /// <param name="partner">Whose consent.</param>
    /// <param name="request">Id of the request.</param>
    /// <param name="step">What has happened, such as <c>ConsentAsked</c>.</param>
    /// <param name="by">Who did it.</param>
    public void ConsentStep(string partner, string request, string step, string by)
    {
        Count(SecurityEvent.ConsentStep, step);
        LogConsentStep(step, partner, request, by, Address);
    }

    /// <summary>A partner's contacts outside the hub were changed.</summary>
    public void ContactsChanged(string partner, string by)
    {
        Count(SecurityEvent.ContactsChanged);
        LogContactsChanged(partner, by, Address);
    }

    public void Dispose() => meter.Dispose();

    private static SecurityEvent? KindOf(ErrorReason reason) => reason switch
    {
        ErrorReason.EnrolmentCodeUnknown or ErrorReason.EnrolmentCodeUsed or ErrorReason.EnrolmentCodeExpired =>
            SecurityEvent.EnrolmentCodeRefused,
        ErrorReason.CertificateUnknown or ErrorReason.CertificateExpired or ErrorReason.CertificateRevoked
            or ErrorReason.CertificateStatusUnknown or ErrorReason.CertificateSucceeded => SecurityEvent.CertificateRefused,
        ErrorReason.TokenRequired or ErrorReason.TokenExpired or ErrorReason.TokenInvalid or ErrorReason.TokenAudience
            or ErrorReason.TokenIssuer or ErrorReason.TokenUnbound or ErrorReason.TokenOfAnother => SecurityEvent.TokenRefused,
        ErrorReason.PermissionMissing or ErrorReason.AccessRestricted => SecurityEvent.PermissionRefused,
        ErrorReason.QuotaExceeded => SecurityEvent.QuotaExceeded,
        ErrorReason.PartnerSuspended or ErrorReason.PartnerLeft => SecurityEvent.PartnerShutOut,
        ErrorReason.EndpointWrong or ErrorReason.DevelopmentOnly => SecurityEvent.EndpointRefused,
        _ => null,
    };

    private void Count(SecurityEvent kind) => counter.Add(1, new KeyValuePair<string, object?>("event", kind.ToString()));

    private void Count(SecurityEvent kind, string reason) => counter.Add(
        1, new KeyValuePair<string, object?>("event", kind.ToString()), new KeyValuePair<string, object?>("reason", reason));

    [LoggerMessage((int)SecurityEvent.EnrolmentCodeRefused, LogLevel.Warning, "Enrolment code refused, made for {Partner}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.EnrolmentCodeRefused))]
    private partial void LogCodeRefused(string partner, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.HandshakeRefused, LogLevel.Warning, "TLS refused {Address}: certificate {Subject}: {Why} ({Reason})", EventName = nameof(SecurityEvent.HandshakeRefused))]
    private partial void LogHandshakeRefused(string address, string subject, string why, HandshakeRefusal reason);

    [LoggerMessage((int)SecurityEvent.CertificateRefused, LogLevel.Warning, "Certificate refused: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.CertificateRefused))]
    private partial void LogCertificateRefused(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.TokenRefused, LogLevel.Warning, "Token refused: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.TokenRefused))]
    private partial void LogTokenRefused(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.TokenRequestRefused, LogLevel.Warning, "Token request refused: {Principal}, from {Address}: certificate {Subject}: {Why}", EventName = nameof(SecurityEvent.TokenRequestRefused))]
    private partial void LogTokenRequestRefused(string principal, string address, string subject, string why);

    [LoggerMessage((int)SecurityEvent.PermissionRefused, LogLevel.Warning, "Permission refused: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.PermissionRefused))]
    private partial void LogPermissionRefused(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.QuotaExceeded, LogLevel.Warning, "Quota exceeded: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.QuotaExceeded))]
    private partial void LogQuotaExceeded(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.PartnerShutOut, LogLevel.Warning, "Partner shut out: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.PartnerShutOut))]
    private partial void LogPartnerShutOut(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.EndpointRefused, LogLevel.Warning, "Not served here: {Method}, {Principal}, from {Address}: {Reason}: {Rule}", EventName = nameof(SecurityEvent.EndpointRefused))]
    private partial void LogEndpointRefused(string method, string principal, string address, string reason, string rule);

    [LoggerMessage((int)SecurityEvent.PartnerJoined, LogLevel.Information, "{Principal} joined with certificate {Thumbprint}, from {Address}", EventName = nameof(SecurityEvent.PartnerJoined))]
    private partial void LogPartnerJoined(string principal, string thumbprint, string address);

    [LoggerMessage((int)SecurityEvent.EnrolmentCodeMade, LogLevel.Information, "Enrolment code for {Partner} until {Expires:u}, made by {By} from {Address}", EventName = nameof(SecurityEvent.EnrolmentCodeMade))]
    private partial void LogCodeMade(string partner, DateTimeOffset expires, string by, string address);

    [LoggerMessage((int)SecurityEvent.CertificateIssued, LogLevel.Information, "Certificate {Thumbprint} issued to {Principal} by {By} from {Address}", EventName = nameof(SecurityEvent.CertificateIssued))]
    private partial void LogCertificateIssued(string principal, string thumbprint, string by, string address);

    [LoggerMessage((int)SecurityEvent.CertificateRenewed, LogLevel.Information, "{Principal} renewed certificate {Predecessor} as {Thumbprint}, from {Address}", EventName = nameof(SecurityEvent.CertificateRenewed))]
    private partial void LogCertificateRenewed(string principal, string thumbprint, string predecessor, string address);

    [LoggerMessage((int)SecurityEvent.CertificateRegistered, LogLevel.Information, "Certificate {Thumbprint} of {Issuer} registered to {Principal} by {By} from {Address}", EventName = nameof(SecurityEvent.CertificateRegistered))]
    private partial void LogCertificateRegistered(string principal, string thumbprint, string issuer, string by, string address);

    [LoggerMessage((int)SecurityEvent.CertificateRevoked, LogLevel.Information, "Certificate {Thumbprint} of {Principal} revoked by {By} from {Address}: {Reason}", EventName = nameof(SecurityEvent.CertificateRevoked))]
    private partial void LogCertificateRevoked(string principal, string thumbprint, string reason, string by, string address);

    [LoggerMessage((int)SecurityEvent.RolesChanged, LogLevel.Information, "Roles of {Partner} changed from {Before} to {After} by {By} from {Address}", EventName = nameof(SecurityEvent.RolesChanged))]
    private partial void LogRolesChanged(string partner, string before, string after, string by, string address);

    [LoggerMessage((int)SecurityEvent.PartnerSuspended, LogLevel.Information, "{Partner} suspended by {By} from {Address}: {Reason}", EventName = nameof(SecurityEvent.PartnerSuspended))]
    private partial void LogPartnerSuspended(string partner, string reason, string by, string address);

    [LoggerMessage((int)SecurityEvent.PartnerResumed, LogLevel.Information, "{Partner} resumed by {By} from {Address}", EventName = nameof(SecurityEvent.PartnerResumed))]
    private partial void LogPartnerResumed(string partner, string by, string address);

    [LoggerMessage((int)SecurityEvent.ConsentStep, LogLevel.Information, "{Step} of {Partner}, request {Request}, by {By} from {Address}", EventName = nameof(SecurityEvent.ConsentStep))]
    private partial void LogConsentStep(string step, string partner, string request, string by, string address);

    [LoggerMessage((int)SecurityEvent.ContactsChanged, LogLevel.Information, "Contacts of {Partner} changed by {By} from {Address}", EventName = nameof(SecurityEvent.ContactsChanged))]
    private partial void LogContactsChanged(string partner, string by, string address);

    [LoggerMessage((int)SecurityEvent.PartnerLeft, LogLevel.Information, "{Partner} left, by {By} from {Address}: {Reason}", EventName = nameof(SecurityEvent.PartnerLeft))]
    private partial void LogPartnerLeft(string partner, string reason, string by, string address);
}
