namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>Why a TLS handshake is refused: the closed list that the log and the metric use.</summary>
internal enum HandshakeRefusal
{
    /// <summary>The client showed no certificate on the partners' endpoint.</summary>
    CertificateMissing,

    /// <summary>No trusted authority issued the certificate, or it is not for client authentication.</summary>
    CertificateUntrusted,

    /// <summary>The certificate is not valid yet, or no longer.</summary>
    CertificateExpired,

    /// <summary>The certificate was revoked, here or by its authority.</summary>
    CertificateRevoked,

    /// <summary>The revocation list of its authority is missing or out of date.</summary>
    CertificateStatusUnknown,

    /// <summary>A sandbox's certificate at a production hub, or the other way round.</summary>
    AuthorityOfAnotherKind,

    /// <summary>There are too many connections, from its network, with its certificate or in all.</summary>
    NoRoom,
}
