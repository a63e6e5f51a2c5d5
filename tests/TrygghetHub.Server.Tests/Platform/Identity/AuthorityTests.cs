using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class AuthorityTests : IDisposable
{
    private const string Uri = "urn:trygghet:partner:polisen";

    private readonly DataDirectory directory =
        DataDirectory.Open(Directory.CreateTempSubdirectory("trygghethub-test-").FullName);

    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly ListLogger log = new();

    private string Folder => directory.Combine("authority");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Directory_OfOneKind_IsNotStartedAsTheOther(bool sandbox)
    {
        Load(sandbox).Dispose();

        var refused = Assert.Throws<IOException>(() => Load(!sandbox));

        Assert.Contains("a directory of its own", refused.Message, StringComparison.Ordinal);
        Load(sandbox).Dispose();
    }

    [Fact]
    public void Directory_WithDataThatLostItsKind_IsNotSettledAnew()
    {
        Load().Dispose();
        File.Delete(In("kind"));
        File.WriteAllText(directory.Combine("hub.db"), "");

        var refused = Assert.Throws<IOException>(() => Load(sandbox: true));

        Assert.Contains("kind is gone", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root.crt")]
    [InlineData("issuing.crt")]
    [InlineData("issuing.key")]
    public void BroughtAuthority_WithoutAPart_IsRefusedAndLeftAlone(string missing)
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        File.Delete(In(missing));
        var before = Files();

        var refused = Assert.Throws<IOException>(() => Load());

        Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void BroughtAuthority_WhoseRootIsAnother_IsRefused()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        using var another = new TestAuthority("Town", time);
        using var third = new TestAuthority("Village", time);
        outside.WriteAsHubAuthority(Folder);

        // The same name with another key fails by its signature, another name by that.
        File.WriteAllText(In("root.crt"), another.Root.ExportCertificatePem());
        AssertRefused("does not stand under the first certificate of");
        File.WriteAllText(In("root.crt"), third.Root.ExportCertificatePem());
        AssertRefused("it must be CN=Village");
    }

    [Fact]
    public void BroughtAuthority_WithTheKeyOfAnother_IsRefused()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        File.WriteAllText(In("issuing.key"), key.ExportPkcs8PrivateKeyPem());
        AssertRefused("is not the key of CN=Town issuing");
        File.WriteAllText(In("issuing.key"), key.ExportEncryptedPkcs8PrivateKeyPem(
            "password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        AssertRefused("is encrypted with a password");
        using var own = outside.Issuing.GetECDsaPrivateKey()!;
        File.WriteAllText(In("issuing.key"), own.ExportSubjectPublicKeyInfoPem());
        AssertRefused("holds a public key alone");
        File.WriteAllText(In("issuing.key"), "nothing");
        AssertRefused("must hold an ECDSA private key");
    }

    [Fact]
    public void BroughtAuthority_OfRsa_IsRefused()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true, rsa: true);
        outside.WriteAsHubAuthority(Folder);

        AssertRefused("is not ECDSA P-256 but RSA 2048. Bring a root and an issuing certificate with P-256 keys");
    }

    [Fact]
    public void BroughtAuthority_OfP384_IsRefusedByItsName()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true, curve: ECCurve.NamedCurves.nistP384);
        outside.WriteAsHubAuthority(Folder);

        AssertRefused("is not ECDSA P-256 but ECDSA P-384.");
    }

    [Fact]
    public void BroughtAuthority_WithAnEncryptedKey_IsRefusedWithWhatToDo()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        using var key = outside.Issuing.GetECDsaPrivateKey()!;
        File.WriteAllText(In("issuing.key"), key.ExportEncryptedPkcs8PrivateKeyPem(
            "password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));

        AssertRefused("is encrypted with a password. Decrypt it with `openssl pkcs8 -in issuing.key");
    }

    [Fact]
    public void BroughtAuthority_ThatIsNone_IsRefused()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        using var leaf = outside.Issue(Uri);
        outside.WriteAsHubAuthority(Folder);
        File.WriteAllText(In("issuing.crt"), leaf.ExportCertificatePem());

        AssertRefused("is not an authority's certificate");
    }

    [Fact]
    public void BroughtAuthority_WithoutAnIssuingCertificateOfItsOwn_IsRefused()
    {
        using var outside = new TestAuthority("Town", time);
        outside.WriteAsHubAuthority(Folder);

        AssertRefused("it must be");
    }

    [Fact]
    public void BroughtAuthority_OutOfTime_IsRefused()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        time.Advance(TimeSpan.FromDays(365.25 * 9.5));

        AssertRefused("CN=Town issuing expired at");
    }

    [Fact]
    public void BroughtAuthority_BeforeItsTime_IsRefused()
    {
        using var outside = new TestAuthority("Town", new FakeTimeProvider(time.GetUtcNow().AddDays(10)), intermediate: true);
        outside.WriteAsHubAuthority(Folder);

        AssertRefused("CN=Town does not hold before");
    }

    [Fact]
    public void ProductionHub_GivenASandboxsAuthority_IsRefused()
    {
        using (Load(sandbox: true))
        {
        }

        File.Delete(In("kind"));

        AssertRefused("this hub is no sandbox");
    }

    [Fact]
    public void RefusedFirstStart_SettlesNoKind()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true, rsa: true);
        outside.WriteAsHubAuthority(Folder);

        AssertRefused("P-256");

        Assert.False(File.Exists(In("kind")));
    }

    [Fact]
    public void Reload_OfAHalfWrittenSet_KeepsTheOneBeforeAndSaysSoOnce()
    {
        using var authority = Load();
        var root = authority.Root.Thumbprint;
        using var outside = new TestAuthority("Town", time, intermediate: true);

        File.WriteAllText(In("root.crt"), outside.Root.ExportCertificatePem());
        Assert.False(authority.Reload(log));
        Assert.False(authority.Reload(log));

        Assert.Equal(root, authority.Root.Thumbprint);
        Assert.Contains("the one before stays", Assert.Single(log.Lines), StringComparison.Ordinal);
        outside.WriteAsHubAuthority(Folder);
        Assert.True(authority.Reload(log));
        Assert.Equal(outside.Root.Thumbprint, authority.Root.Thumbprint);
    }

    [Fact]
    public void Reload_OfACutOffFile_KeepsEveryRoot()
    {
        using var authority = Load();
        using var outside = new TestAuthority("Town", time, intermediate: true);
        File.AppendAllText(In("root.crt"), outside.Root.ExportCertificatePem());
        Assert.True(authority.Reload(log));

        File.WriteAllText(In("root.crt"), File.ReadAllText(In("root.crt"))[..^100]);
        Assert.False(authority.Reload(log));

        Assert.Equal(2, authority.Roots.Count);
        Assert.Contains("cut off", log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_OfTheSameFiles_ChangesNothing()
    {
        using var authority = Load();
        var current = authority.Current;

        Assert.False(authority.Reload(log));

        Assert.Same(current, authority.Current);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Reload_WithAMasterKeyAndAClearKey_SealsItAndGoesOn()
    {
        var secrets = new Secrets(directory, RandomNumberGenerator.GetBytes(32));
        using var authority = Authority.LoadOrCreate(secrets, Options());
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);

        Assert.True(authority.Reload(log));
        Assert.False(authority.Reload(log));

        Assert.StartsWith("TRYGGHETHUB-SEALED-1\n", File.ReadAllText(In("issuing.key")), StringComparison.Ordinal);
    }

    [Fact]
    public void Move_ToANewAuthority_TrustsBothAndIssuesByTheNew()
    {
        using var authority = Load();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var before = authority.IssueClient(Uri, new PublicKey(key));
        var (oldRoot, oldIssuing) = (File.ReadAllText(In("root.crt")), File.ReadAllText(In("issuing.crt")));
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        File.AppendAllText(In("root.crt"), oldRoot);
        File.AppendAllText(In("issuing.crt"), oldIssuing);

        Assert.True(authority.Reload(log));
        using var after = authority.IssueClient(Uri, new PublicKey(key));

        Assert.Equal(outside.Issuing.Subject, after.Issuer);
        Assert.True(Chains(authority, before));
        Assert.True(Chains(authority, after));
        Assert.Equal(2, authority.RootsPem.Split("-----BEGIN").Length - 1);
        Assert.Equal(outside.Root.GetCertHashString(HashAlgorithmName.SHA256), authority.RootSha256);

        // The chain that goes with a certificate is its own, also after the move.
        Assert.EndsWith(oldIssuing, authority.ChainPem(before), StringComparison.Ordinal);
        Assert.EndsWith(outside.Issuing.ExportCertificatePem() + "\n", authority.ChainPem(after), StringComparison.Ordinal);
    }

    [Fact]
    public void MadeAuthority_LeftUnfinished_IsMadeAnew()
    {
        Load().Dispose();
        File.WriteAllText(In("unfinished"), "");
        File.Delete(In("issuing.key"));
        File.Delete(In("kind"));

        using var authority = Load();

        Assert.False(File.Exists(In("unfinished")));
        Assert.Equal(authority.Root.Subject, authority.Issuing.Issuer);
    }

    [Fact]
    public void MadeAuthority_OfEachKindAndHub_HasANameOfItsOwn()
    {
        using var production = Load();
        using var directoryOfOther = DataDirectory.Open(directory.Combine("other"));
        using var sandbox = Authority.LoadOrCreate(new Secrets(directoryOfOther, null), Options(sandbox: true));

        Assert.Matches("^CN=TrygghetHub root, OU=[0-9A-F]{8}, O=TrygghetHub$", production.Root.Subject);
        Assert.Matches("^CN=TrygghetHub sandbox issuing, OU=[0-9A-F]{8}, O=TrygghetHub$", sandbox.Issuing.Subject);
        Assert.True(sandbox.IsSandbox);
        Assert.False(production.IsSandbox);
        Assert.True(Authority.IsSandboxName(sandbox.Root.SubjectName));
        Assert.True(Authority.IsSandboxName(sandbox.Issuing.SubjectName));
        Assert.False(Authority.IsSandboxName(production.Root.SubjectName));
        Assert.False(Authority.IsSandboxName(new X500DistinguishedName("O=TrygghetHub sandbox root")));
        Assert.False(Authority.IsSandboxName(new X500DistinguishedName([0x30, 0x03, 0x31, 0x01])));
    }

    [Fact]
    public void BroughtAuthority_WithoutItsRootKey_Issues()
    {
        using var outside = new TestAuthority("Town", time, intermediate: true);
        outside.WriteAsHubAuthority(Folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var authority = Load();
        using var issued = authority.IssueClient(Uri, new PublicKey(key));

        Assert.True(Chains(authority, issued));
        Assert.False(File.Exists(In("root.key")));
    }

    [Fact]
    public void Lives_OfCertificates_AreThoseOfTheSettings()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority.LoadOrCreate(new Secrets(directory, null), Options() with
        {
            Settings = new HubSettings { Certificates = new CertificateSettings { ClientDays = 10, ServerDays = 5 } },
        });

        using var client = authority.IssueClient(Uri, new PublicKey(key));
        using var server = authority.IssueServer(["hub.example.se"], key);

        Assert.Equal(10, (client.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalDays, 0.001);
        Assert.Equal(5, (server.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalDays, 0.001);
    }

    public void Dispose()
    {
        directory.Dispose();
        Directory.Delete(directory.Path, recursive: true);
    }

    private string In(string file) => directory.Combine("authority", file);

    private HubOptions Options(bool sandbox = false) =>
        new() { DataDirectory = directory.Path, Time = time, Sandbox = sandbox };

    private Authority Load(bool sandbox = false) =>
        Authority.LoadOrCreate(new Secrets(directory, null), Options(sandbox));

    private void AssertRefused(string why) => Assert.Contains(
        why, Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);

    private List<string> Files() =>
        [.. Directory.EnumerateFiles(Folder).Order().Select(f => f + " " + Convert.ToHexString(File.ReadAllBytes(f)))];

    private bool Chains(Authority authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(authority.IssuingAll);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    private sealed class ListLogger : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
