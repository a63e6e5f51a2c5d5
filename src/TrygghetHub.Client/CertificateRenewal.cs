namespace TrygghetHub.Client;

/// <summary>What became of a renewal.</summary>
/// <param name="NotAfter">Until when the certificate holds that calls are made with from now on.</param>
/// <param name="RetireTime">
/// Until when the hub takes the one before; null when the renewal failed, or another process had made it.
/// </param>
/// <param name="Failure">Why there is no new certificate; null when there is one.</param>
public sealed record CertificateRenewal(DateTimeOffset NotAfter, DateTimeOffset? RetireTime, Exception? Failure);
