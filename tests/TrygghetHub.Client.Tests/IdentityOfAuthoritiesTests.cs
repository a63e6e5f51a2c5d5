using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client.Tests;

/// <summary>Identity folders with keys and certificates as authorities hand them out, and hub.json as people edit it.</summary>
[Collection(HubDoctorTests.EnvironmentCollection)]
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
    [InlineData(2048, false)]
    [InlineData(2048, true)]
    [InlineData(3072, false)]
    [InlineData(3072, true)]
    public void Load_AnRsaKey_IsTaken(int bits, bool isOldForm)
    {
        using var key = RSA.Create(bits);
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
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("RSA-2048")]
    [InlineData("RSA-3072")]
    public void Load_AnEncryptedKey_IsTakenWithThePassphraseOfTheFile(string kind)
    {
        using var key = NewKey(kind);
        Write(key, Encrypted(key));
        using var identity = IdentityFolder.Load(Folder, KeyPassphrase.InFile(Passphrase("right")));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), identity.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(identity.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData("right\n")]
    [InlineData("right\r\n")]
    [InlineData("\uFEFFright\r\n")]
    public void Load_AnEncryptedKey_TakesThePassphraseAsEditorsSaveIt(string text)
    {
        using var key = NewKey("P-256");
        Write(key, Encrypted(key));
        IdentityFolder.Load(Folder, KeyPassphrase.InFile(Passphrase(text))).Dispose();

        // As PowerShell writes it.
        var file = Passphrase("");
        File.WriteAllText(file, text.TrimStart('\uFEFF'), System.Text.Encoding.Unicode);
        IdentityFolder.Load(Folder, KeyPassphrase.InFile(file)).Dispose();
    }

    [Theory]
    [InlineData(null, "client.key is encrypted.", "THUB_KEY_PASSPHRASE_FILE")]
    [InlineData("wrong", "is encrypted, and not with the passphrase in ", "Correct the passphrase")]
    [InlineData(" right", "is encrypted, and not with the passphrase in ", "Correct the passphrase")]
    [InlineData("", "is empty", "first line")]
    [InlineData("right\nmore", "has more than one line", "alone")]
    [InlineData("absent", "cannot be read", "Check its path")]
    [InlineData("latin", "is not UTF-8", "UTF-8")]
    public void Load_AnEncryptedKeyWithoutItsPassphrase_SaysWhatToDo(string? text, string rule, string remedy)
    {
        using var key = NewKey("RSA-2048");
        Write(key, Encrypted(key));
        var file = Passphrase(text ?? "");
        if (text == "absent")
        {
            File.Delete(file);
        }
        else if (text == "latin")
        {
            File.WriteAllBytes(file, [0xE5, 0xE4]);
        }

        var refused = Assert.Throws<IdentityFolderException>(
            () => IdentityFolder.Load(Folder, text is null ? null : KeyPassphrase.InFile(file)));
        Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("right", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnEncryptedKey_TakesTheFileOfTheEnvironment()
    {
        using var key = NewKey("P-256");
        Write(key, Encrypted(key));
        try
        {
            Environment.SetEnvironmentVariable(KeyPassphrase.Variable, Passphrase("right"));
            IdentityFolder.Load(Folder).Dispose();
        }
        finally
        {
            Environment.SetEnvironmentVariable(KeyPassphrase.Variable, null);
        }
    }

    [Fact]
    public void Load_AKeyEncryptedWithScrypt_SaysHowToConvertIt()
    {
        using var key = NewKey("P-256");
        var pem = Encrypted(key);
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^1]));
        var derivation = der.AsSpan().IndexOf(Convert.FromHexString("06092A864886F70D01050C"));
        Convert.FromHexString("06092B06010401DA47040B").CopyTo(der, derivation);
        Write(key, PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", der));

        var refused = Assert.Throws<IdentityFolderException>(
            () => IdentityFolder.Load(Folder, KeyPassphrase.InFile(Passphrase("right"))));

        Assert.DoesNotContain("not with the passphrase", refused.Message, StringComparison.Ordinal);
        Assert.Contains("openssl pkcs8 -topk8 -v2 aes-256-cbc", refused.Remedy, StringComparison.Ordinal);
        Assert.Equal(IdentityFault.Passphrase, refused.Fault);
    }

    [Fact]
    public void Load_AnEncryptedKey_AsksOnceForThePassphrase()
    {
        using var key = NewKey("P-256");
        Write(key, Encrypted(key));
        var asked = new List<string>();
        var passphrase = KeyPassphrase.AskedFor(file =>
        {
            asked.Add(Path.GetFileName(file));
            return "right";
        });
        IdentityFolder.Load(Folder, passphrase).Dispose();
        IdentityFolder.Load(Folder, passphrase).Dispose();
        Assert.Equal(["client.key"], asked);
        Write(key, key.ExportPkcs8PrivateKeyPem());
        IdentityFolder.Load(Folder, KeyPassphrase.AskedFor(_ => throw new InvalidOperationException("It is in the clear."))).Dispose();
    }

    [Fact]
    public void Load_AnEncryptedEd25519Key_IsNamed()
    {
        using var key = NewKey("P-256");
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        var plain = Convert.FromBase64String(Ed25519.Split('\n')[1]);
        var encrypted = System.Security.Cryptography.Pkcs.Pkcs8PrivateKeyInfo.Decode(plain, out _).Encrypt("right", parameters);
        Write(key, PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", encrypted));
        var refused = Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder, KeyPassphrase.InFile(Passphrase("right"))));
        Assert.Contains("holds an Ed25519 key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examine_APassphraseFileThatOthersMayRead_IsAWarning()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        using var key = NewKey("P-256");
        Write(key, Encrypted(key));
        var file = Passphrase("right");
        File.SetUnixFileMode(Path.Combine(Folder, "client.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(CheckOutcome.Fine, (await OwnKeyAsync(file)).Outcome);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var warned = await OwnKeyAsync(file);
        Assert.Equal(CheckOutcome.Warning, warned.Outcome);
        Assert.Contains("can be read by others", warned.Text, StringComparison.Ordinal);
        Assert.Contains("chmod 600 " + file, warned.Remedy, StringComparison.Ordinal);

        // Nothing depends on it where the key is not encrypted.
        Key(key.ExportPkcs8PrivateKeyPem());
        Assert.Equal(CheckOutcome.Fine, (await OwnKeyAsync(file)).Outcome);
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

    private async Task<HubCheck> OwnKeyAsync(string file) =>
        (await HubDoctor.ExamineAsync(Folder, passphrase: KeyPassphrase.InFile(file), cancellation: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken)).Single(check => check.Subject == "Own key");

    private string Passphrase(string text)
    {
        var file = Path.Combine(directory.FullName, "passphrase");
        File.WriteAllText(file, text);
        return file;
    }

    private static AsymmetricAlgorithm NewKey(string kind) => kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "RSA-2048" => RSA.Create(2048),
        _ => RSA.Create(3072),
    };

    private static string Encrypted(AsymmetricAlgorithm key) => key.ExportEncryptedPkcs8PrivateKeyPem(
        "right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));

    private void Key(string pem) => File.WriteAllText(Path.Combine(Folder, "client.key"), pem);

    private void Write(AsymmetricAlgorithm key, string pem)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        authority.Enrol(Folder, new Uri("https://127.0.0.1:5443")).Dispose();
        var request = key is RSA rsa
            ? new CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=a", (ECDsa)key, HashAlgorithmName.SHA256);
        File.WriteAllText(Path.Combine(Folder, "client.crt"), authority.ChainPem(request.CreateSigningRequest()));
        Key(pem);
    }
}
