using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TrygghetHub.Seals;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The hub's certificate authority: a root, an issuing certificate under it, and what they sign. ECDSA P-256
/// throughout. Made at the first start in <c>DIR/authority</c>, or brought there before it. Thread-safe.
/// </summary>
/// <remarks>
/// <c>root.crt</c> and <c>issuing.crt</c> may hold several certificates, the current one first: a hub moves to a new
/// root by trusting both for a while. <c>root.key</c> is not needed by a running hub, and may be kept elsewhere.
/// A sandbox's authority has another name than production's, and each hub's another than the next one's: peers then
/// see "another authority" where they would see a wrong signature. <c>kind</c> says which of the two a directory is.
/// </remarks>
internal sealed partial class Authority : IDisposable
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <inheritdoc cref="SealProfile.Usage"/>
    public const string Sealing = SealProfile.Usage;

    private const string CommonNameOid = "2.5.4.3";
    private const string Production = "production";
    private const string Sandbox = "sandbox";
    private static readonly string[] Needed = ["root.crt", "issuing.crt", "issuing.key"];
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan IssuingLife = TimeSpan.FromDays(1825);

    // Clocks differ: what is issued now must hold for a peer that is a little behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    private readonly Secrets secrets;
    private readonly CertificateSettings lives;
    private readonly TimeProvider time;
    private readonly Lock reloading = new();

    private volatile AuthorityMaterial current;
    private string? told;

    private Authority(Secrets secrets, HubOptions options, AuthorityMaterial material)
    {
        this.secrets = secrets;
        lives = options.Settings.Certificates;
        time = options.Time;
        IsSandbox = options.Sandbox;
        current = material;
    }

    /// <summary>Whether this is a sandbox's authority, as was settled at the first start.</summary>
    public bool IsSandbox { get; }

    /// <summary>What it signs with now. Ask once for what must fit together: another may be in its place next time.</summary>
    public AuthorityMaterial Current => current;

    /// <inheritdoc cref="AuthorityMaterial.Root"/>
    public X509Certificate2 Root => current.Root;

    /// <inheritdoc cref="AuthorityMaterial.Roots"/>
    public X509Certificate2Collection Roots => current.Roots;

    /// <inheritdoc cref="AuthorityMaterial.RootsPem"/>
    public string RootsPem => current.RootsPem;

    /// <inheritdoc cref="AuthorityMaterial.RootSha256"/>
    public string RootSha256 => current.RootSha256;

    /// <inheritdoc cref="AuthorityMaterial.Issuing"/>
    public X509Certificate2 Issuing => current.Issuing;

    /// <inheritdoc cref="AuthorityMaterial.IssuingAll"/>
    public X509Certificate2Collection IssuingAll => current.IssuingAll;

    /// <summary>Opens the authority of a data directory; makes one at the first start where none was brought.</summary>
    /// <exception cref="IOException">
    /// The directory is of the other kind, a part is gone while there is data, or a file cannot be read.
    /// </exception>
    /// <exception cref="InvalidDataException">What is there cannot be used; the message names the file and why.</exception>
    public static Authority LoadOrCreate(Secrets secrets, HubOptions options)
    {
        var directory = secrets.Directory;
        var asked = options.Sandbox ? Sandbox : Production;
        var kindPath = directory.Combine("authority", "kind");
        var settled = KindOf(directory, kindPath) ?? asked;
        if (settled != asked)
        {
            throw new IOException(options.Sandbox
                ? $"{directory.Path} holds a production hub. Start it without --sandbox, or give the sandbox "
                    + "a directory of its own."
                : $"{directory.Path} holds a sandbox. Start it with --sandbox, or give production a directory "
                    + "of its own.");
        }

        var unfinished = directory.Combine("authority", "unfinished");
        string[] needed = [.. Needed.Select(name => directory.Combine("authority", name))];
        if (Array.Find(needed, path => !File.Exists(path)) is { } missing)
        {
            directory.RequireNew(missing);
            if (!File.Exists(unfinished) && Array.Find(needed, File.Exists) is { } brought)
            {
                // Never overwritten: it may be the only copy of what somebody brought.
                throw new IOException($"{brought} is there and {missing} is not. Bring root.crt, issuing.crt and "
                    + "issuing.key together, or none of them for a new authority.");
            }

            DataDirectory.WriteSecret(unfinished, []);
            Create(secrets, options);
        }

        File.Delete(unfinished);
        var rootKey = directory.Combine("authority", "root.key");
        if (File.Exists(rootKey))
        {
            // Not needed, but not to lie about in the clear; one that does not open is told of.
            CryptographicOperations.ZeroMemory(secrets.Read(rootKey));
            secrets.Seal(rootKey);
        }

        var material = AuthorityMaterial.From(AuthorityFiles.Read(secrets), options.Sandbox, options.Time.GetUtcNow());
        secrets.Seal(directory.Combine("authority", "issuing.key"));

        // Only now: a start that failed has settled nothing.
        DataDirectory.WriteSecret(kindPath, Utf8(asked + "\n"));
        return new Authority(secrets, options, material);
    }

    /// <summary>Whether a name is that of a sandbox's root or issuing certificate: for a peer's issuer.</summary>
    public static bool IsSandboxName(X500DistinguishedName name)
    {
        try
        {
            return name.EnumerateRelativeDistinguishedNames().Any(part =>
                !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid
                && part.GetSingleElementValue() is "TrygghetHub sandbox root" or "TrygghetHub sandbox issuing");
        }
        catch (CryptographicException)
        {
            // A name that cannot be read is none of ours.
            return false;
        }
    }

    /// <summary>
    /// Reads the files again where they changed, so that a new root or issuing certificate needs no restart. What is
    /// half-written or wrong is logged, once, and changes nothing.
    /// </summary>
    /// <returns>Whether another set is in place.</returns>
    public bool Reload(ILogger logger)
    {
        lock (reloading)
        {
            try
            {
                var files = AuthorityFiles.Read(secrets);
                if (files.Fingerprint == current.Fingerprint)
                {
                    told = null;
                    return false;
                }

                // The one before is not disposed: a handshake or a signature may be in the middle of using it.
                current = AuthorityMaterial.From(files, IsSandbox, time.GetUtcNow());

                // Only now: what was not whole is being written by somebody.
                secrets.Seal(secrets.Directory.Combine("authority", "issuing.key"));
                told = null;
                LogReloaded(logger, current.Issuing.Subject, current.RootSha256);
                return true;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                if (told != e.Message)
                {
                    told = e.Message;
                    LogNotReloaded(logger, e.Message);
                }

                return false;
            }
        }
    }

    /// <summary>
    /// Issues a client certificate whose SAN URI is <paramref name="uri"/>, for
    /// <see cref="CertificateSettings.ClientDays"/>.
    /// </summary>
    public X509Certificate2 IssueClient(string uri, PublicKey key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        return Issue($"CN={uri.Replace(':', ' ')}", key, names, ClientAuth, TimeSpan.FromDays(lives.ClientDays));
    }

    /// <summary>
    /// Issues a server certificate for hosts (names or addresses; the first is its subject) and the loopback names, for
    /// <see cref="CertificateSettings.ServerDays"/>.
    /// </summary>
    public X509Certificate2 IssueServer(IReadOnlyList<string> hosts, ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        foreach (var host in hosts)
        {
            if (System.Net.IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else if (host != "localhost")
            {
                names.AddDnsName(host);
            }
        }

        using var certificate = Issue(
            $"CN=TrygghetHub {hosts[0]}", new PublicKey(key), names, ServerAuth, TimeSpan.FromDays(lives.ServerDays));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return Reload(withKey);
    }

    /// <summary>Issues a certificate for the hub's seal. Its one usage is the hub's own: with it nobody is let in anywhere.</summary>
    /// <param name="key">The public half of the sealing key.</param>
    /// <param name="life">How long it is to hold; not longer than what issues it.</param>
    public X509Certificate2 IssueSeal(PublicKey key, TimeSpan life) => Issue("CN=TrygghetHub seal", key, names: null, Sealing, life);

    /// <summary>The chain to send with what was issued: PEM, leaf first, without the root.</summary>
    public string ChainPem(X509Certificate2 leaf) =>
        leaf.ExportCertificatePem() + "\n" + current.IssuerOf(leaf).ExportCertificatePem() + "\n";

    /// <summary>
    /// Reloads a certificate through PKCS #12: TLS on some platforms cannot use a key that exists in memory alone.
    /// </summary>
    public static X509Certificate2 Reload(X509Certificate2 withKey) =>
        X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);

    private X509Certificate2 Issue(
        string subject, PublicKey key, SubjectAlternativeNameBuilder? names, string usage, TimeSpan life)
    {
        var signer = current.Signer;
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));

        // Nothing outlives its issuer, on either side: one that was brought may have been made a minute ago.
        var now = time.GetUtcNow();
        var notBefore = now - Backdating > signer.NotBefore ? now - Backdating : signer.NotBefore;
        var notAfter = now + life < signer.NotAfter ? now + life : signer.NotAfter;
        return request.Create(signer, notBefore, notAfter, SerialNumber());
    }

    // Null: it is to be settled now.
    private static string? KindOf(DataDirectory directory, string path)
    {
        if (File.Exists(path))
        {
            var kind = File.ReadAllText(path).Trim();
            return kind is Production or Sandbox
                ? kind
                : throw new InvalidDataException($"{path} must say {Production} or {Sandbox}. Restore it from a backup.");
        }

        // A directory with data from before there were kinds is production's; one that lost its file does not become
        // the other kind by that.
        var root = directory.Combine("authority", "root.crt");
        if (File.Exists(directory.Combine("hub.db")) && File.Exists(root))
        {
            using var certificate = CertificateFiles.Read(File.ReadAllBytes(root), root)[0];
            if (certificate.Subject != "CN=TrygghetHub root")
            {
                directory.RequireNew(path);
            }

            return Production;
        }

        return null;
    }

    private static void Create(Secrets secrets, HubOptions options)
    {
        var now = options.Time.GetUtcNow();
        var word = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));
        var name = options.Sandbox ? "TrygghetHub sandbox" : "TrygghetHub";
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var root = CertificateAuthority($"CN={name} root, OU={word}, O=TrygghetHub", rootKey, pathLength: 1)
            .CreateSelfSigned(now - Backdating, now + RootLife);
        var issuingRequest = CertificateAuthority(
            $"CN={name} issuing, OU={word}, O=TrygghetHub", issuingKey, pathLength: 0);
        issuingRequest.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var issuing = issuingRequest.Create(root, now - Backdating, now + IssuingLife, SerialNumber());

        string In(string file) => secrets.Directory.Combine("authority", file);
        secrets.Write(In("root.key"), Utf8(rootKey.ExportPkcs8PrivateKeyPem()));
        DataDirectory.WriteSecret(In("root.crt"), Utf8(root.ExportCertificatePem() + "\n"));
        DataDirectory.WriteSecret(In("issuing.crt"), Utf8(issuing.ExportCertificatePem() + "\n"));
        secrets.Write(In("issuing.key"), Utf8(issuingKey.ExportPkcs8PrivateKeyPem()));
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

    public void Dispose() => current.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Authority read again: {Issuing} issues, root {RootSha256}")]
    private static partial void LogReloaded(ILogger logger, string issuing, string rootSha256);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Authority not read again, the one before stays: {Why}")]
    private static partial void LogNotReloaded(ILogger logger, string why);
}
