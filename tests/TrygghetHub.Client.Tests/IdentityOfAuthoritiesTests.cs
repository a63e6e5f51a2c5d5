using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client.Tests;

/// <summary>Identity folders with keys and certificates as authorities hand them out, and hub.json as people edit it.</summary>
public sealed class IdentityOfAuthoritiesTests : IDisposable
{
    // An Ed25519 key as openssl genpkey writes it.
    private const string Ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = new();

    private string Folder => Path.Combine(directory.FullName, "polisen");

    public void Dispose()
    {
        authority.Dispose();
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_AnRsaKey_IsTaken(bool isOldForm)
    {
        using var key = RSA.Create(2048);
        Write(key, isOldForm ? key.ExportRSAPrivateKeyPem() : key.ExportPkcs8PrivateKeyPem());
        using var identity = IdentityFolder.Load(Folder);
        using var loaded = identity.Certificate.GetRSAPrivateKey();
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), loaded!.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void Load_AKeyThatIsNotTaken_IsNamed()
    {
        using var weak = RSA.Create(1024);
        Write(weak, weak.ExportPkcs8PrivateKeyPem());
        Assert.Contains("RSA key of 1024 bits", Refused().Message, StringComparison.Ordinal);
        Key(Ed25519);
        Assert.Contains("Ed25519", Refused().Message, StringComparison.Ordinal);
        Assert.Contains("ECDSA P-256 or RSA", Refused().Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is encrypted.", "THUB_KEY_PASSPHRASE_FILE")]
    [InlineData("wrong", "not with the passphrase", "Correct the passphrase")]
    [InlineData("right\n", null, null)]
    [InlineData("right\r\n", null, null)]
    public void Load_AnEncryptedKey_TakesThePassphraseOfTheFile(string passphrase, string? rule, string? remedy)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        Write(key, key.ExportEncryptedPkcs8PrivateKeyPem("right", parameters));
        var file = Path.Combine(directory.FullName, "passphrase");
        File.WriteAllText(file, passphrase);
        try
        {
            Environment.SetEnvironmentVariable("THUB_KEY_PASSPHRASE_FILE", passphrase.Length == 0 ? null : file);
            if (rule is null)
            {
                IdentityFolder.Load(Folder).Dispose();
                return;
            }

            var refused = Refused();
            Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
            Assert.Contains(remedy!, refused.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("THUB_KEY_PASSPHRASE_FILE", null);
        }
    }

    [Theory]
    [InlineData("IRL")]
    [InlineData("RIL")]
    [InlineData("LIR")]
    [InlineData("ILL")]
    public void Load_AChainInAnyOrder_IsPutInOrderWithoutTheRoot(string order)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(key, key.ExportPkcs8PrivateKeyPem());
        var file = Path.Combine(Folder, "client.crt");
        var leaf = File.ReadAllText(file)[..(File.ReadAllText(file).IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal) + 26)];
        File.WriteAllText(file, string.Concat(order.Select(c => c switch
        {
            'L' => leaf,
            'I' => authority.Issuing.ExportCertificatePem() + "\n",
            _ => authority.Root.ExportCertificatePem() + "\n",
        })));

        using var identity = IdentityFolder.Load(Folder);
        Assert.Equal("CN=leaf", identity.Certificate.Subject);
        Assert.Equal([authority.Issuing.Thumbprint], identity.Issuers.Select(c => c.Thumbprint));
    }

    [Theory]
    [InlineData("{\"url\": \"https://h:1\" \"id\": \"x\"}", "line 1, byte", "comma")]
    [InlineData("{\"url\": \"http://h:1\", \"id\": \"x\"}", "https only", "https://")]
    [InlineData("{\"url\": \"h:1\", \"id\": \"x\"}", "no https address", "https://")]
    [InlineData("{\"url\": \"https://h:1/path\", \"id\": \"x\"}", "more than host and port", "host and port alone")]
    [InlineData("{\"id\": \"x\"}", "lacks `url`", "Add the hub's address")]
    [InlineData("{\"url\": \"https://h:1\"}", "lacks `id`", "client.crt")]
    [InlineData("{\"url\": \"https://h:1\", \"id\": \"x\", \"token_endpoint\": 7}", "token_endpoint", "take the line away")]
    public void Load_AnEditedHubFile_SaysWhatIsWrongInIt(string text, string rule, string remedy)
    {
        authority.Enrol(Folder, new Uri("https://127.0.0.1:5443")).Dispose();
        File.WriteAllText(Path.Combine(Folder, "hub.json"), text);
        Assert.Contains(rule, Refused().Message, StringComparison.Ordinal);
        Assert.Contains(remedy, Refused().Remedy, StringComparison.Ordinal);
    }

    private IdentityFolderException Refused() => Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder));

    private void Key(string pem) => File.WriteAllText(Path.Combine(Folder, "client.key"), pem);

    private void Write(AsymmetricAlgorithm key, string pem)
    {
        authority.Enrol(Folder, new Uri("https://127.0.0.1:5443")).Dispose();
        var request = key is RSA rsa
            ? new CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=a", (ECDsa)key, HashAlgorithmName.SHA256);
        File.WriteAllText(Path.Combine(Folder, "client.crt"), authority.ChainPem(request.CreateSigningRequest()));
        Key(pem);
    }
}
