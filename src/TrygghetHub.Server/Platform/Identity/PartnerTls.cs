using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// TLS 1.2 or 1.3 of the two endpoints. The partners' asks for a client certificate, trusted through the hub's own
/// authority and those that it was given from outside, for client authentication alone, and of a principal who takes part.
/// What is refused here has no gRPC status, so the log names why. Thread-safe.
/// </summary>
internal sealed class PartnerTls(
    Authority authority, OutsideAuthorities outside, ServerCertificate server, IPrincipalDirectory directory,
    SecurityEvents events, TimeProvider time)
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    // A handshake takes a few round trips; what takes longer holds room that others need.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Of the partners' endpoint. What holds is asked at each handshake: nothing is fixed at the start.</summary>
    public TlsHandshakeCallbackOptions Handshake => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = context =>
        {
            var remote = context.Connection.RemoteEndPoint;
            var options = ServerOnly();
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = ClientPolicy();
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                IsTrusted(remote, certificate, chain, errors);
            return ValueTask.FromResult(options);
        },
    };

    /// <summary>Of the open endpoint.</summary>
    public TlsHandshakeCallbackOptions OpenHandshake => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(ServerOnly()),
    };

    private SslServerAuthenticationOptions ServerOnly() => new()
    {
        ServerCertificateContext = server.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        // A resumed session skips the client's certificate, and with it the look at how it stands.
        AllowTlsResume = false,
    };

    private X509ChainPolicy ClientPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Which certificates stand is asked of the register, at every handshake and call: see IPrincipalDirectory.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(authority.Roots);
        policy.CustomTrustStore.AddRange(outside.Roots);
        policy.ExtraStore.AddRange(authority.IssuingAll);
        policy.ExtraStore.AddRange(outside.Intermediates);
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        return policy;
    }

    private bool IsTrusted(EndPoint? remote, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var refused = errors == SslPolicyErrors.None
            ? CheckStanding(certificate)
            : Describe(certificate, chain, errors);
        if (refused is { } known)
        {
            events.HandshakeRefused(known.Reason, remote, certificate?.Subject ?? "none", known.Why);
        }

        return refused is null;
    }

    // A certificate that nobody has registered, and one of a partner that is suspended or has left, gets its answer at the
    // call, in words: somebody has to talk to the operator.
    private (HandshakeRefusal Reason, string Why)? CheckStanding(X509Certificate? certificate) =>
        certificate is X509Certificate2 known
        && directory.Find(known).Refusal is
        {
            Reason: not (ErrorReason.CertificateUnknown or ErrorReason.PartnerSuspended or ErrorReason.PartnerLeft)
        } refusal
            ? (ReasonOf(refusal.Reason), refusal.Rule)
            : null;

    private static HandshakeRefusal ReasonOf(ErrorReason reason) => reason switch
    {
        ErrorReason.CertificateExpired => HandshakeRefusal.CertificateExpired,
        ErrorReason.CertificateRevoked => HandshakeRefusal.CertificateRevoked,
        ErrorReason.CertificateStatusUnknown => HandshakeRefusal.CertificateStatusUnknown,
        _ => HandshakeRefusal.CertificateUntrusted,
    };

    private (HandshakeRefusal Reason, string Why) Describe(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return (HandshakeRefusal.CertificateMissing, "it showed no client certificate");
        }

        var isSandbox = certificate is X509Certificate2 known && Authority.IsSandboxName(known.IssuerName);
        if (isSandbox != authority.IsSandbox && certificate.Issuer.Contains("CN=TrygghetHub", StringComparison.Ordinal))
        {
            return (HandshakeRefusal.AuthorityOfAnotherKind, isSandbox
                ? "it is of a sandbox authority, and this hub is production"
                : "it is of a production authority, and this hub is a sandbox");
        }

        var status = chain?.ChainStatus ?? [];
        return (
            // A stranger's own certificate may be out of time as well; that no authority vouches for it says more.
            status.Length > 0 && status.All(s => s.Status == X509ChainStatusFlags.NotTimeValid)
                ? HandshakeRefusal.CertificateExpired
                : HandshakeRefusal.CertificateUntrusted,
            string.Join("; ", status.Select(s => s.StatusInformation.Trim()).DefaultIfEmpty(errors.ToString()).Distinct()));
    }
}
