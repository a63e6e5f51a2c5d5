#pragma warning disable CA1822 // until merged
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The hub's certificate authority: a root, an issuing certificate under it, and what they sign. ECDSA P-256
/// throughout. Made at the first start in <c>DIR/authority</c>, keys readable by their owner only. Thread-safe.
/// </summary>
internal sealed class Authority : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan IssuingLife = TimeSpan.FromDays(1825);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan ClientLife = TimeSpan.FromDays(365);

    // Clocks differ: what is issued now must hold for a peer that is a little behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 issuing;
    private readonly TimeProvider time;

    private Authority(X509Certificate2 root, X509Certificate2 issuing, TimeProvider time)
    {
        Root = root;
        this.issuing = issuing;
        this.time = time;
    }

    /// <summary>The root, without its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The issuing certificate, without its key.</summary>
    public X509Certificate2 Issuing => X509CertificateLoader.LoadCertificate(issuing.RawDataMemory.Span);

    public string RootsPem => Root.ExportCertificatePem() + "\n";

    public bool IsSandbox => false;

    public X509Certificate2Collection Roots => [Root];

    public X509Certificate2Collection IssuingAll => [Issuing];

    public static bool IsSandboxName(X500DistinguishedName name) => name.Name.Contains("sandbox", StringComparison.Ordinal);

    public bool Reload(Microsoft.Extensions.Logging.ILogger logger) => logger is null;

    public static Authority LoadOrCreate(DataDirectory directory, TimeProvider time)
    {
        var rootPath = directory.Combine("authority", "root.crt");
        var issuingPath = directory.Combine("authority", "issuing.crt");
        var issuingKeyPath = directory.Combine("authority", "issuing.key");
        if (!File.Exists(issuingKeyPath))
        {
            directory.RequireNew(issuingKeyPath);
            Create(directory, time.GetUtcNow(), rootPath, issuingPath, issuingKeyPath);
        }

        var root = X509Certificate2.CreateFromPem(File.ReadAllText(rootPath));
        var issuing = X509Certificate2.CreateFromPemFile(issuingPath, issuingKeyPath);
        return new Authority(root, issuing, time);
    }

    /// <summary>Issues a client certificate whose SAN URI is <paramref name="uri"/>.</summary>
    public X509Certificate2 IssueClient(string uri, PublicKey key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        return Issue($"CN={uri.Replace(':', ' ')}", key, names, ClientAuth, ClientLife);
    }

    /// <summary>Issues a server certificate for a host (a name or an address) and the loopback names.</summary>
    public X509Certificate2 IssueServer(string host, ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        if (System.Net.IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else if (host != "localhost")
        {
            names.AddDnsName(host);
        }

        using var certificate = Issue(
            $"CN=TrygghetHub {host}", new PublicKey(key), names, ServerAuth, ServerLife);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return Reload(withKey);
    }

    /// <summary>The chain to send with what was issued: PEM, leaf first, without the root.</summary>
    public string ChainPem(X509Certificate2 leaf) =>
        leaf.ExportCertificatePem() + "\n" + issuing.ExportCertificatePem() + "\n";

    /// <summary>
    /// Reloads a certificate through PKCS #12: TLS on some platforms cannot use a key that exists in memory alone.
    /// </summary>
    public static X509Certificate2 Reload(X509Certificate2 withKey) =>
        X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);

    private X509Certificate2 Issue(
        string subject, PublicKey key, SubjectAlternativeNameBuilder names, string usage, TimeSpan life)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuing, true, false));
        var now = time.GetUtcNow();
        var notAfter = now + life < issuing.NotAfter ? now + life : issuing.NotAfter;
        return request.Create(issuing, now - Backdating, notAfter, SerialNumber());
    }

    private static void Create(
        DataDirectory directory, DateTimeOffset now, string rootPath, string issuingPath, string issuingKeyPath)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var root = CertificateAuthority("CN=TrygghetHub root", rootKey, pathLength: 1)
            .CreateSelfSigned(now - Backdating, now + RootLife);
        var issuingRequest = CertificateAuthority("CN=TrygghetHub issuing", issuingKey, pathLength: 0);
        issuingRequest.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var issuing = issuingRequest.Create(root, now - Backdating, now + IssuingLife, SerialNumber());

        // The issuing key is written last: its presence says that all of it is there.
        DataDirectory.WriteSecret(directory.Combine("authority", "root.key"), Utf8(rootKey.ExportPkcs8PrivateKeyPem()));
        DataDirectory.WriteSecret(rootPath, Utf8(root.ExportCertificatePem()));
        DataDirectory.WriteSecret(issuingPath, Utf8(issuing.ExportCertificatePem()));
        DataDirectory.WriteSecret(issuingKeyPath, Utf8(issuingKey.ExportPkcs8PrivateKeyPem()));
    }

    private static CertificateRequest CertificateAuthority(string subject, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // positive, as RFC 5280 wants it
        return serial;
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    public void Dispose()
    {
        Root.Dispose();
        issuing.Dispose();
    }
}
