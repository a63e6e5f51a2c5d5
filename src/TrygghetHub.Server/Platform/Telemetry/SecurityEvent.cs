namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// The kinds of security event. The number is the event id in the log and the name is the event's name; both are stable, because
/// rules of monitoring systems refer to them. From 1001 on attempts that were refused, from 2001 on changes that were made.
/// </summary>
internal enum SecurityEvent
{
    EnrolmentCodeRefused = 1001,
    HandshakeRefused = 1002,
    CertificateRefused = 1003,
    TokenRefused = 1004,
    TokenRequestRefused = 1005,
    PermissionRefused = 1006,
    QuotaExceeded = 1007,
    PartnerShutOut = 1008,
    EndpointRefused = 1009,

    /// <summary>Lines about one origin that the log has left out; the metric counts what they were.</summary>
    LinesLeftOut = 1900,

    PartnerJoined = 2001,
    EnrolmentCodeMade = 2002,
    CertificateIssued = 2003,
    CertificateRenewed = 2004,
    CertificateRegistered = 2005,
    CertificateRevoked = 2006,
    RolesChanged = 2007,
    PartnerSuspended = 2008,
    PartnerResumed = 2009,
    PartnerLeft = 2010,
    ConsentStep = 2011,
    ContactsChanged = 2012,
}
