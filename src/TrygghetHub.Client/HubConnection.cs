using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client;

/// <summary>How the hub is reached and trusted, and what the last attempts showed of it.</summary>
/// <remarks>Thread-safe: the two observations are written by any connection and only ever inform a message.</remarks>
internal sealed class HubConnection(Uri url, X509Certificate2 root)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private volatile string? distrust;
    private volatile bool hasAnswered;

    /// <summary>Address of the hub.</summary>
    public Uri Url => url;

    /// <summary>Why the hub's certificate was last refused; null when it was not.</summary>
    public string? Distrust => distrust;

    /// <summary>Whether the hub has answered any call, which it does only for a certificate that it takes.</summary>
    public bool HasAnswered => hasAnswered;

    /// <summary>Notes that the hub has answered a call.</summary>
    public void Answered() => hasAnswered = true;

    /// <summary>TLS with the identity's certificate, trusting its root and nothing else.</summary>
    public SslClientAuthenticationOptions TlsOptions(IdentityFolder identity)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(new X509Certificate2(root));
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return new SslClientAuthenticationOptions
        {
            // A context, unlike a list of certificates, also sends the issuing certificates.
            // Of copies: the identity may be disposed of while connections are still to be made.
            ClientCertificateContext = SslStreamCertificateContext.Create(
                new X509Certificate2(identity.Certificate),
                [.. identity.Issuers.Select(issuer => new X509Certificate2(issuer))],
                offline: true),
            CertificateChainPolicy = policy,
            // Decides as the system does; it is here to keep the reason, which the exception does not carry.
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                distrust = errors == SslPolicyErrors.None ? null : Describe(errors, chain);
                return errors == SslPolicyErrors.None;
            },
        };
    }

    private string Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it shows no certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"its certificate is not for the name {url.Host}.";
        }

        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return flags?.HasFlag(X509ChainStatusFlags.NotTimeValid) == true
            ? "its certificate has expired or is not valid yet; check the clock of both machines."
            : "its certificate is not signed by ca.crt.";
    }
}
