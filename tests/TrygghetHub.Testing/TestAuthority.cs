using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Testing;

/// <summary>
/// A certification authority that is not the hub's: a root, an intermediate where wanted, the client certificates that
/// they issue and the revocation lists that they sign. For tests alone.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private readonly DateTimeOffset now;
    private readonly bool rsa;
    private readonly ECCurve curve;
    private long listNumber;

    /// <param name="name">Common name of the root; the intermediate's is that and " issuing".</param>
    /// <param name="time">The clock; certificates hold for ten years from a day before it on.</param>
    /// <param name="intermediate">Whether an intermediate issues, rather than the root itself.</param>
    /// <param name="rsa">RSA of 2,048 bits rather than ECDSA.</param>
    /// <param name="curve">Of its ECDSA keys; null is P-256.</param>
    public TestAuthority(
        string name, TimeProvider? time = null, bool intermediate = false, bool rsa = false, ECCurve? curve = null)
    {
        this.curve = curve ?? ECCurve.NamedCurves.nistP256;
        now = (time ?? TimeProvider.System).GetUtcNow();
        this.rsa = rsa;
        using var rootKey = NewKey();
        var rootRequest = AuthorityRequest(name, rootKey);
        Root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        if (!intermediate)
        {
            Issuing = Root;
            return;
        }

        using var key = NewKey();
        using var signed = Sign(AuthorityRequest(name + " issuing", key), Root, now.AddDays(-1), now.AddYears(9));
        Issuing = WithKey(signed, key);
    }

    /// <summary>The root, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>What issues clients' certificates, with its key; the root where there is no intermediate.</summary>
    public X509Certificate2 Issuing { get; }

    /// <summary>A client certificate with a key of its own, fit for TLS.</summary>
    /// <param name="uri">SAN URI; null leaves the extension out.</param>
    /// <param name="notBefore">From when it holds; null is an hour ago.</param>
    /// <param name="notAfter">Until when; null is in a year.</param>
    /// <param name="usage">Extended key usage; client authentication unless another is given.</param>
    public X509Certificate2 Issue(
        string? uri, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string usage = ClientAuth)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(new PublicKey(key), uri, notBefore, notAfter, usage);
        using var withKey = certificate.CopyWithPrivateKey(key);

        // Through PKCS #12: TLS on some platforms cannot use a key that exists in memory alone.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A client certificate for a key that somebody else has.</summary>
    public X509Certificate2 Issue(
        PublicKey key, string? uri, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string usage = ClientAuth)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName("CN=client"), key, HashAlgorithmName.SHA256,
            rsa ? RSASignaturePadding.Pkcs1 : null);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (uri is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(uri));
            request.CertificateExtensions.Add(names.Build());
        }

        return Sign(request, Issuing, notBefore ?? now.AddHours(-1), notAfter ?? now.AddYears(1));
    }

    /// <summary>A revocation list in DER.</summary>
    /// <param name="issuer"><see cref="Root"/> or <see cref="Issuing"/>.</param>
    /// <param name="revoked">What it lists.</param>
    /// <param name="thisUpdate">When it was made; null is an hour ago.</param>
    /// <param name="nextUpdate">Until when it is current; null is in a week.</param>
    /// <param name="hash">Of the signature; SHA-256 unless another is given.</param>
    public byte[] RevocationList(
        X509Certificate2 issuer, IEnumerable<X509Certificate2>? revoked = null, DateTimeOffset? thisUpdate = null,
        DateTimeOffset? nextUpdate = null, HashAlgorithmName? hash = null)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var each in revoked ?? [])
        {
            list.AddEntry(each, now.AddHours(-2), X509RevocationReason.KeyCompromise);
        }

        return list.Build(
            issuer, ++listNumber, nextUpdate ?? now.AddDays(7), hash ?? HashAlgorithmName.SHA256,
            rsa ? RSASignaturePadding.Pkcs1 : null, thisUpdate ?? now.AddHours(-1));
    }

    /// <summary>
    /// Writes what a hub wants of an outside authority: <c>ca.crt</c>, and a revocation list each for the root
    /// (<c>root.crl</c>) and the intermediate (<c>issuing.crl</c>, where there is one).
    /// </summary>
    public void WriteTo(
        string folder, IEnumerable<X509Certificate2>? revoked = null, DateTimeOffset? thisUpdate = null,
        DateTimeOffset? nextUpdate = null)
    {
        Directory.CreateDirectory(folder);
        var certificates = Root.ExportCertificatePem() + "\n";
        var gone = revoked?.ToList() ?? [];
        Replace(Path.Combine(folder, "root.crl"), RevocationList(Root, gone, thisUpdate, nextUpdate));
        if (!ReferenceEquals(Root, Issuing))
        {
            certificates += Issuing.ExportCertificatePem() + "\n";
            Replace(Path.Combine(folder, "issuing.crl"), RevocationList(Issuing, gone, thisUpdate, nextUpdate));
        }

        Replace(Path.Combine(folder, "ca.crt"), System.Text.Encoding.UTF8.GetBytes(certificates));
    }

    /// <summary>
    /// Writes root and intermediate as a hub's own authority: <c>root.crt</c>, <c>issuing.crt</c>, <c>issuing.key</c>.
    /// </summary>
    public void WriteAsHubAuthority(string folder)
    {
        Directory.CreateDirectory(folder);
        using AsymmetricAlgorithm key = rsa ? Issuing.GetRSAPrivateKey()! : Issuing.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "root.crt"), Root.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "issuing.crt"), Issuing.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "issuing.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose()
    {
        Issuing.Dispose();
        Root.Dispose();
    }

    private static void Replace(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private AsymmetricAlgorithm NewKey() => rsa ? RSA.Create(2048) : ECDsa.Create(curve);

    private static X509Certificate2 WithKey(X509Certificate2 certificate, AsymmetricAlgorithm key) => key is RSA rsaKey
        ? certificate.CopyWithPrivateKey(rsaKey)
        : certificate.CopyWithPrivateKey((ECDsa)key);

    private X509Certificate2 Sign(
        CertificateRequest request, X509Certificate2 issuer, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        // A generator of the issuer's own, as the request's key may be of the other kind.
        using AsymmetricAlgorithm key = rsa ? issuer.GetRSAPrivateKey()! : issuer.GetECDsaPrivateKey()!;
        var generator = key is RSA rsaKey
            ? X509SignatureGenerator.CreateForRSA(rsaKey, RSASignaturePadding.Pkcs1)
            : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return request.Create(issuer.SubjectName, generator, notBefore, notAfter, serial);
    }

    private static CertificateRequest AuthorityRequest(string name, AsymmetricAlgorithm key)
    {
        var subject = new X500DistinguishedName("CN=" + name);
        var request = key is RSA rsaKey
            ? new CertificateRequest(subject, rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
