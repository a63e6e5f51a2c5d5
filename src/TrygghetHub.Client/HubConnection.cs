using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client;

/// <summary>How an address is reached and trusted, and what the last attempts showed of it.</summary>
/// <remarks>
/// Thread-safe: the two observations are written by any connection and only ever inform a message. Without roots of its
/// own it trusts those of the system, as an issuer of tokens outside the hub wants it.
/// </remarks>
internal sealed class HubConnection(Uri url, X509Certificate2Collection? roots, bool isOpen = false)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private volatile string? distrust;
    private volatile bool hasAnswered;

    /// <summary>Address of the hub.</summary>
    public Uri Url => url;

    /// <summary>The address as messages show it.</summary>
    public string Name => url.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether this is the open endpoint, for which there is no identity folder yet.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Why the hub's certificate was last refused; null when it was not.</summary>
    public string? Distrust => distrust;

    /// <summary>Whether the hub has answered any call, which it does only for a certificate that it takes.</summary>
    public bool HasAnswered => hasAnswered;

    /// <summary>Notes that the hub has answered a call.</summary>
    public void Answered() => hasAnswered = true;

    /// <summary>A way to the address over TLS, trusting its roots and nothing else, and checking its name.</summary>
    /// <param name="identity">Whose certificate to show; null to show none.</param>
    /// <param name="connectTimeout">How long an attempt to connect may take.</param>
    public SocketsHttpHandler Handler(IdentityFolder? identity, TimeSpan connectTimeout) => new()
    {
        SslOptions = TlsOptions(identity),
        // A proxy of the environment would only see a connection that it cannot read.
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = connectTimeout,
        EnableMultipleHttp2Connections = true,
        // A connection that a firewall has dropped in silence is noticed while a call waits on it.
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromSeconds(20),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>How the hub's certificate is judged; null is left to the system.</summary>
    public static X509ChainPolicy? ServerPolicy(X509Certificate2Collection? roots)
    {
        var policy = roots is null ? null : Policy(roots);
        policy?.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }

    /// <summary>Trust in these roots and nothing else, for any use.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (var root in roots)
        {
            policy.CustomTrustStore.Add(new X509Certificate2(root));
        }

        return policy;
    }

    /// <summary>What is wrong with a certificate that was shown, as the end of a sentence that names the hub.</summary>
    public static string Describe(
        Uri url, X509Certificate2Collection? roots, SslPolicyErrors errors, X509Certificate? certificate, X509Chain? chain)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null)
        {
            return "it shows no certificate.";
        }

        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
            ?? X509ChainStatusFlags.NoError;
        // The chain before the name: of a stranger it does not matter what it is called.
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            if (roots is null)
            {
                return "its certificate is not signed by a root that this machine trusts.";
            }

            var theirs = HubEnvironment.Of(certificate.Issuer);
            var ours = roots.Select(root => HubEnvironment.Of(root.Subject)).FirstOrDefault(e => e is not null);
            return theirs is not null && ours is not null && theirs != ours
                ? $"it is a {theirs} hub, and this identity belongs to a {ours} hub."
                : "its certificate is not signed by ca.crt.";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"its certificate is not for the name {url.Host}."
            : "its certificate has expired or is not valid yet; check the clock of both machines.";
    }

    private SslClientAuthenticationOptions TlsOptions(IdentityFolder? identity) => new()
    {
        // A context, unlike a list of certificates, also sends the issuing certificates.
        // Of copies: the identity may be disposed of while connections are still to be made.
        ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(
            new X509Certificate2(identity.Certificate),
            [.. identity.Issuers.Select(issuer => new X509Certificate2(issuer))],
            offline: true),
        CertificateChainPolicy = ServerPolicy(roots),
        // Decides as the system does; it is here to keep the reason, which the exception does not carry.
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            distrust = errors == SslPolicyErrors.None ? null : Describe(url, roots, errors, certificate, chain);
            return errors == SslPolicyErrors.None;
        },
    };
}
