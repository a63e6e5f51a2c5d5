using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// TLS of the partners' endpoint: TLS 1.2 or 1.3, a client certificate required, trusted through the hub's own
/// authority alone and for client authentication. What is refused here has no gRPC status, so the log names why.
/// </summary>
internal sealed partial class PartnerTls : IDisposable
{
    private readonly Authority authority;
    private readonly X509Certificate2 server;
    private readonly SslStreamCertificateContext serverContext;
    private readonly TimeProvider time;
    private readonly ILogger<PartnerTls> logger;

    public PartnerTls(
        Authority authority, DataDirectory directory, HubOptions options, TimeProvider time, ILogger<PartnerTls> logger)
    {
        this.authority = authority;
        this.time = time;
        this.logger = logger;
        server = LoadOrIssue(authority, directory, options.Url.Host, time);
        serverContext = SslStreamCertificateContext.Create(server, [authority.Issuing], offline: true);
    }

    public TlsHandshakeCallbackOptions Handshake => new()
    {
        OnConnection = context =>
        {
            var remote = context.Connection.RemoteEndPoint?.ToString() ?? "unknown";
            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = serverContext,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = true,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                CertificateChainPolicy = ClientPolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    IsTrusted(remote, certificate, chain, errors),
            });
        },
    };

    private X509ChainPolicy ClientPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Which certificates stand is asked of the register, at every call: see IPrincipalDirectory.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        policy.CustomTrustStore.Add(authority.Root);
        policy.ExtraStore.Add(authority.Issuing);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return policy;
    }

    private bool IsTrusted(string remote, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        var why = certificate is null
            ? "it showed no client certificate"
            : string.Join("; ", (chain?.ChainStatus ?? [])
                .Select(s => s.StatusInformation.Trim()).DefaultIfEmpty(errors.ToString()).Distinct());
        LogRefused(remote, certificate?.Subject ?? "none", why);
        return false;
    }

    private static X509Certificate2 LoadOrIssue(
        Authority authority, DataDirectory directory, string host, TimeProvider time)
    {
        var certificatePath = directory.Combine("authority", "server.crt");
        var keyPath = directory.Combine("authority", "server.key");
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            using var stored = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            var stillGood = stored.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(30)
                && stored.MatchesHostname(host);
            if (stillGood)
            {
                return Authority.Reload(stored);
            }
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = authority.IssueServer(host, key);
        DataDirectory.WriteSecret(keyPath, System.Text.Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        DataDirectory.WriteSecret(certificatePath, System.Text.Encoding.UTF8.GetBytes(issued.ExportCertificatePem()));
        return issued;
    }

    public void Dispose() => server.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "TLS refused {Remote}: certificate {Subject}: {Why}")]
    private partial void LogRefused(string remote, string subject, string why);
}
