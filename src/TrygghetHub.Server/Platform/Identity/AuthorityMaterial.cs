using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// What an authority signs and is trusted with at one time. Immutable and thread-safe. It was checked as a whole: the
/// first root signed the first issuing certificate, whose key is here, and both held when it was read.
/// </summary>
internal sealed class AuthorityMaterial : IDisposable
{
    private static readonly string[] Usages = [Authority.ServerAuth, Authority.ClientAuth];

    // id-ecPublicKey with secp256r1 (RFC 5480, 2.1.1).
    private const string EllipticKey = "1.2.840.10045.2.1";

    private readonly X509Certificate2[] roots;
    private readonly X509Certificate2[] issuing;

    private AuthorityMaterial(X509Certificate2[] roots, X509Certificate2[] issuing, X509Certificate2 signer, string fingerprint)
    {
        this.roots = roots;
        this.issuing = issuing;
        Signer = signer;
        Fingerprint = fingerprint;
        RootSha256 = roots[0].GetCertHashString(HashAlgorithmName.SHA256);
    }

    /// <summary>The current root, without its key.</summary>
    public X509Certificate2 Root => roots[0];

    /// <summary>Every root to be trusted, the current one first; several while a hub moves to a new one.</summary>
    public X509Certificate2Collection Roots => [.. roots];

    /// <summary><see cref="Roots"/> in PEM.</summary>
    public string RootsPem => string.Concat(roots.Select(r => r.ExportCertificatePem() + "\n"));

    /// <summary>SHA-256 of the current root's DER, upper-case hexadecimal.</summary>
    public string RootSha256 { get; }

    /// <summary>The certificate that issues, without its key.</summary>
    public X509Certificate2 Issuing => issuing[0];

    /// <summary>The certificate that issues, and those that did before it: what a chain may need.</summary>
    public X509Certificate2Collection IssuingAll => [.. issuing];

    /// <summary>The certificate that issues, with its key.</summary>
    public X509Certificate2 Signer { get; }

    /// <summary>Of the files that it was read from.</summary>
    public string Fingerprint { get; }

    /// <summary>The issuing certificate that a certificate names as its issuer; the current one where none fits.</summary>
    public X509Certificate2 IssuerOf(X509Certificate2 leaf)
    {
        var key = leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return Array.Find(issuing, i => CertificateFiles.SameName(i.SubjectName, leaf.IssuerName)
            && (key is null || i.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is not { } subject
                || subject.SubjectKeyIdentifierBytes.Span.SequenceEqual(key.Value.Span))) ?? Issuing;
    }

    /// <param name="files">The files' content.</param>
    /// <param name="sandbox">Which kind the hub is.</param>
    /// <param name="now">The time at which certificates must hold.</param>
    /// <exception cref="InvalidDataException">Something is wrong with the files; the message names the file.</exception>
    public static AuthorityMaterial From(AuthorityFiles files, bool sandbox, DateTimeOffset now)
    {
        var roots = CertificateFiles.Read(files.Root, files.RootPath);
        var issuing = CertificateFiles.Read(files.Issuing, files.IssuingPath);
        foreach (var root in roots)
        {
            CertificateFiles.RequireAuthority(root, files.RootPath);
            if (!CertificateFiles.IsRoot(root))
            {
                throw new InvalidDataException($"{files.RootPath}: {root.Subject} is not a root: {root.Issuer} signed it.");
            }
        }

        foreach (var each in issuing)
        {
            CertificateFiles.RequireAuthority(each, files.IssuingPath);
        }

        RequireCurrent(roots[0], files.RootPath, now);
        RequireCurrent(issuing[0], files.IssuingPath, now);
        RequireSigned(issuing[0], roots[0], files, now);
        if (!sandbox && Array.Find([.. roots, .. issuing], c => Authority.IsSandboxName(c.SubjectName)) is { } ofSandbox)
        {
            throw new InvalidDataException(
                $"{files.RootPath} and {files.IssuingPath} hold {ofSandbox.Subject}, and this hub is no sandbox. "
                + "Give it an authority of its own.");
        }

        return new AuthorityMaterial(roots, issuing, WithKey(issuing[0], files), files.Fingerprint);
    }

    public void Dispose()
    {
        Signer.Dispose();
        foreach (var each in roots.Concat(issuing))
        {
            each.Dispose();
        }
    }

    private static void RequireCurrent(X509Certificate2 certificate, string path, DateTimeOffset now)
    {
        // Everything that the hub issues and signs is P-256; a chain that mixes would be as strong as its weakest key.
        if (certificate.PublicKey.Oid.Value != EllipticKey
            || certificate.PublicKey.EncodedParameters?.RawData is not { } curve
            || !curve.AsSpan().SequenceEqual(
                (ReadOnlySpan<byte>)[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]))
        {
            throw new InvalidDataException(
                $"{path}: the key of {certificate.Subject} is not ECDSA P-256 but {CertificateFiles.KeyName(certificate)}. Bring a root and an "
                + "issuing certificate with P-256 keys, or let the hub make its own; partners' certificates of your authority, also with RSA "
                + "and P-384 keys, are taken through authority/outside.");
        }

        var from = new DateTimeOffset(certificate.NotBefore).ToUniversalTime();
        if (now < from)
        {
            throw new InvalidDataException($"{path}: {certificate.Subject} does not hold before {SwedishClock.Minute(from)}.");
        }

        var to = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
        if (now > to)
        {
            throw new InvalidDataException($"{path}: {certificate.Subject} expired at {SwedishClock.Minute(to)}.");
        }
    }

    private static void RequireSigned(
        X509Certificate2 issuing, X509Certificate2 root, AuthorityFiles files, DateTimeOffset now)
    {
        if (CertificateFiles.IsRoot(issuing) || !CertificateFiles.SameName(issuing.IssuerName, root.SubjectName))
        {
            throw new InvalidDataException(
                $"{files.IssuingPath}: {issuing.Issuer} signed {issuing.Subject}; "
                + $"it must be {root.Subject}, the first certificate of {files.RootPath}.");
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        foreach (var usage in Usages)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        }

        if (!chain.Build(issuing))
        {
            var why = string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct());
            throw new InvalidDataException(
                $"{files.IssuingPath}: {issuing.Subject} does not stand under the first certificate of {files.RootPath}: {why}.");
        }
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, AuthorityFiles files)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.UTF8.GetString(files.Key));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException(
                Encoding.UTF8.GetString(files.Key).Contains("ENCRYPTED", StringComparison.Ordinal)
                    ? $"{files.KeyPath} is encrypted with a password. Decrypt it with `openssl pkcs8 -in issuing.key -out plain.key`, put that in its "
                        + "place, and start with --key-file: the hub then encrypts it itself."
                    : $"{files.KeyPath} must hold an ECDSA private key in PEM, without a password.", e);
        }

        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            throw new InvalidDataException(
                $"{files.KeyPath} is not the key of {certificate.Subject}, the first certificate of {files.IssuingPath}.");
        }

        try
        {
            return certificate.CopyWithPrivateKey(key);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{files.KeyPath} holds a public key alone.", e);
        }
    }
}

/// <summary>The content of an authority's files, the key in the clear.</summary>
internal sealed record AuthorityFiles(
    string RootPath, byte[] Root, string IssuingPath, byte[] Issuing, string KeyPath, byte[] Key)
{
    /// <summary>Changes when any of the files does; says nothing of the key.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(
        [.. SHA256.HashData(Root), .. SHA256.HashData(Issuing), .. SHA256.HashData(Key)]));

    /// <exception cref="IOException">A file cannot be read, or the key is sealed and there is no master key.</exception>
    /// <exception cref="InvalidDataException">The key was sealed with another master key.</exception>
    public static AuthorityFiles Read(Secrets secrets)
    {
        string In(string name) => secrets.Directory.Combine("authority", name);
        return new AuthorityFiles(
            In("root.crt"), File.ReadAllBytes(In("root.crt")),
            In("issuing.crt"), File.ReadAllBytes(In("issuing.crt")),
            In("issuing.key"), secrets.Read(In("issuing.key")));
    }
}
