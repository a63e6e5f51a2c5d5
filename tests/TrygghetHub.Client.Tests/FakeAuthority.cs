using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client.Tests;

/// <summary>A root, an issuing certificate under it, and what they issue; for these tests alone.</summary>
internal sealed class FakeAuthority : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddHours(-1);

    private readonly X509Certificate2 issuing;

    public FakeAuthority(string name = "Test root", string? issuingName = null)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = Authority(name, rootKey);
        Root = rootRequest.CreateSelfSigned(From, From.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Authority(issuingName ?? name + " issuing", key).Create(Root, From, From.AddDays(2), Serial());
        issuing = signed.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuing => issuing;

    /// <summary>The hub's certificate.</summary>
    public X509Certificate2 Server(string host = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        using var certificate = Leaf(new PublicKey(key), names, "1.3.6.1.5.5.7.3.1");
        using var joined = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>An identity folder in a new directory.</summary>
    public IdentityFolder Enrol(string directory, Uri url, string id = "urn:trygghet:partner:polisen",
        DateTimeOffset? until = null)
    {
        using var key = IdentityFolder.PrepareKey(directory);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id));
        using var certificate = Leaf(new PublicKey(key), names, "1.3.6.1.5.5.7.3.2", until);
        return IdentityFolder.Complete(directory, url, id,
            certificate.ExportCertificatePem() + "\n" + issuing.ExportCertificatePem() + "\n",
            Root.ExportCertificatePem() + "\n");
    }

    /// <summary>An authority that is named as those of real hubs are.</summary>
    public static FakeAuthority Of(string environment) => environment == "sandbox"
        ? new("TrygghetHub sandbox root", "TrygghetHub sandbox issuing")
        : new("TrygghetHub root", "TrygghetHub issuing");

    /// <summary>A client certificate for the key of a signing request, and the issuing one; PEM.</summary>
    public string ChainPem(byte[] signingRequest, string id = "urn:trygghet:partner:polisen", DateTimeOffset? until = null)
    {
        var asked = CertificateRequest.LoadSigningRequest(signingRequest, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id));
        using var certificate = Leaf(asked.PublicKey, names, "1.3.6.1.5.5.7.3.2", until);
        return certificate.ExportCertificatePem() + "\n" + issuing.ExportCertificatePem() + "\n";
    }

    public void Dispose()
    {
        Root.Dispose();
        issuing.Dispose();
    }

    private X509Certificate2 Leaf(
        PublicKey key, SubjectAlternativeNameBuilder names, string usage, DateTimeOffset? until = null)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=leaf"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(names.Build());

        // By a generator: the key that is certified may be RSA.
        using var signing = issuing.GetECDsaPrivateKey()!;
        return request.Create(
            issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(signing), From, until ?? From.AddDays(1), Serial());
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(16);
}
