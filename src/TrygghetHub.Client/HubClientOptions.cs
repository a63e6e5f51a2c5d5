namespace TrygghetHub.Client;

/// <summary>How a <see cref="HubClient"/> connects. The defaults suit everyone but tests.</summary>
public sealed record HubClientOptions
{
    /// <summary>Address of the hub in place of the one in <c>hub.json</c>; null, the default, keeps that.</summary>
    public Uri? Url { get; init; }

    /// <summary>How long an attempt to connect may take; 10 seconds unless set.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest answer that is read, in bytes; 64 MiB unless set, since a picture names all its inputs.</summary>
    public int MaxReceiveBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Whether the certificate is renewed by itself when two thirds of its time have passed; true unless set. The new
    /// one is written into the identity folder.
    /// </summary>
    public bool RenewsCertificate { get; init; } = true;

    /// <summary>
    /// Told after each renewal that the client has begun by itself what became of it; null, the default, tells nobody.
    /// A failed one is tried again with the next access token. It must not throw.
    /// </summary>
    public Action<CertificateRenewal>? Renewing { get; init; }

    /// <summary>The clock that waits between attempts, access tokens and renewals go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
