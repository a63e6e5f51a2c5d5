using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The hub's own certificate, on both endpoints: made at the first start, made anew after two thirds of its life, and
/// read again when its files change. Handshakes take whatever holds at their moment. Thread-safe.
/// </summary>
/// <remarks>
/// An operator may put another certificate in its place (<c>server.crt</c>, <c>server.key</c>). One that the hub has not
/// issued is used until it is over or does not fit the addresses any more, and renewed by whoever issued it: its files are
/// never written over. Which the hub has issued, <c>server.issued</c> says. One of its own is made anew at once when
/// another certificate issues.
/// </remarks>
internal sealed partial class ServerCertificate : IDisposable
{
    private readonly Lock gate = new();
    private readonly Authority authority;
    private readonly Secrets secrets;
    private readonly string certificatePath;
    private readonly string keyPath;
    private readonly string issuedPath;
    private readonly string[] hosts;
    private readonly TimeProvider time;
    private readonly ILogger<ServerCertificate> logger;
    private volatile SslStreamCertificateContext context;
    private byte[] filesHash;

    public ServerCertificate(
        Authority authority, Secrets secrets, HubOptions options, TimeProvider time,
        ILogger<ServerCertificate> logger)
    {
        this.authority = authority;
        this.secrets = secrets;
        this.time = time;
        this.logger = logger;
        certificatePath = secrets.Directory.Combine("authority", "server.crt");
        keyPath = secrets.Directory.Combine("authority", "server.key");
        issuedPath = secrets.Directory.Combine("authority", "server.issued");
        hosts =
        [
            .. new[] { options.Url, options.OpenUrl, options.Settings.PublicUrl, options.Settings.PublicOpenUrl }
                .OfType<Uri>().Select(u => u.Host.Trim('[', ']')).Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        context = ContextOf(LoadGood() ?? Issue());
        secrets.Seal(keyPath);
        filesHash = HashFiles();
    }

    /// <summary>To shake hands with.</summary>
    public SslStreamCertificateContext Context => context;

    /// <summary>Last instant at which it holds.</summary>
    public DateTimeOffset NotAfter => new DateTimeOffset(context.TargetCertificate.NotAfter).ToUniversalTime();

    /// <summary>Reads changed files, and issues a new certificate when two thirds of the life of ours are over.</summary>
    /// <returns>Whether another certificate is in use now.</returns>
    public bool Reload()
    {
        lock (gate)
        {
            var hash = HashFiles();
            var held = context.TargetCertificate;
            if (!hash.AsSpan().SequenceEqual(filesHash) && Load() is { } changed)
            {
                filesHash = hash;
                if (IsGood(changed))
                {
                    context = ContextOf(changed);
                    LogReloaded(changed.Subject, NotAfter);
                    return true;
                }

                changed.Dispose();
                LogNotUsed(certificatePath);
            }

            if (IsGood(held))
            {
                return false;
            }

            var issued = Issue();
            context = ContextOf(issued);
            filesHash = HashFiles();
            LogReloaded(issued.Subject, NotAfter);
            return true;
        }
    }

    public void Dispose() => context.TargetCertificate.Dispose();

    private bool IsGood(X509Certificate2 certificate)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var isOurs = IsOurs(certificate);
        return now >= from && now < (isOurs ? from + ((to - from) * 2 / 3) : to)
            && (!isOurs || certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.Issuing.SubjectName.RawData))
            && hosts.All(h => certificate.MatchesHostname(h));
    }

    private bool IsOurs(X509Certificate2 certificate) => File.Exists(issuedPath)
        && File.ReadAllLines(issuedPath).Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256));

    // By the certificate alone: a start that broke off may have left it beside another one's key.
    private bool IsBrought()
    {
        try
        {
            using var stored = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath));
            return !IsOurs(stored);
        }
        catch (Exception e) when (e is FileNotFoundException or CryptographicException or ArgumentException)
        {
            return File.Exists(certificatePath);
        }
    }

    private X509Certificate2? LoadGood()
    {
        var stored = Load();
        if (stored is null || IsGood(stored))
        {
            return stored;
        }

        stored.Dispose();
        return null;
    }

    // Null while there is none, or its two files do not fit: they may be in the middle of being replaced.
    private X509Certificate2? Load()
    {
        try
        {
            using var stored = X509Certificate2.CreateFromPem(
                File.ReadAllText(certificatePath), Encoding.UTF8.GetString(secrets.Read(keyPath)));
            return Authority.Reload(stored);
        }
        catch (Exception e) when (e is FileNotFoundException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private X509Certificate2 Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = authority.IssueServer(hosts, key);
        if (IsBrought())
        {
            // Somebody brought it, and may have no other copy.
            LogInItsPlace(certificatePath);
            return issued;
        }

        string[] before = File.Exists(issuedPath) ? File.ReadAllLines(issuedPath) : [];
        DataDirectory.WriteSecret(issuedPath, Encoding.UTF8.GetBytes(string.Join(
            '\n', before.TakeLast(9).Append(issued.GetCertHashString(HashAlgorithmName.SHA256))) + "\n"));
        secrets.Write(keyPath, Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        DataDirectory.WriteSecret(certificatePath, Encoding.UTF8.GetBytes(issued.ExportCertificatePem()));
        return issued;
    }

    private SslStreamCertificateContext ContextOf(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, authority.IssuingAll, offline: true);

    private byte[] HashFiles()
    {
        try
        {
            return SHA256.HashData([.. File.ReadAllBytes(certificatePath), .. File.ReadAllBytes(keyPath)]);
        }
        catch (IOException)
        {
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The hub's certificate is now {Subject}, until {NotAfter:u}")]
    private partial void LogReloaded(string subject, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Path} is over, does not name the hub's addresses, or does not fit its key: a certificate of the hub's own stands in for it")]
    private partial void LogInItsPlace(string path);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Path} has changed, but is over or does not name the hub's addresses: the one before stays in use")]
    private partial void LogNotUsed(string path);
}
