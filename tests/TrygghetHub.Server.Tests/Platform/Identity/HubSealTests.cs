using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class HubSealTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("A picture, byte for byte.");

    private readonly DataDirectory directory =
        DataDirectory.Open(Directory.CreateTempSubdirectory("trygghethub-test-").FullName);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 8, 0, 0, TimeSpan.Zero));
    private readonly Authority authority;
    private readonly Secrets secrets;

    public HubSealTests()
    {
        secrets = new Secrets(directory, masterKey: null);
        authority = Authority.LoadOrCreate(secrets, Options);
    }

    private string KeyPath => directory.Combine("authority", "seal.pem");

    private HubOptions Options => new() { DataDirectory = directory.Path, Time = time };

    [Fact]
    public void Seal_OverOtherBytes_DoesNotHold()
    {
        using var seal = new HubSeal(authority, secrets, time);
        var cms = seal.Sign(Content);

        for (var i = 0; i < Content.Length; i++)
        {
            var changed = Content.ToArray();
            changed[i] ^= 1;
            Assert.False(Verify(changed, cms).Holds);
        }
    }

    [Fact]
    public void Seal_OfWhichAByteWasChanged_DoesNotHold()
    {
        using var seal = new HubSeal(authority, secrets, time);
        var cms = seal.Sign(Content);

        for (var i = 0; i < cms.Length; i++)
        {
            var changed = cms.ToArray();
            changed[i] ^= 0x40;
            Assert.False(Verify(Content, changed).Holds, $"Byte {i} of the seal is not covered.");
        }
    }

    /// <summary>A partner's certificate is issued by the same authority: what it signs must not pass for the hub's seal.</summary>
    [Fact]
    public void Signature_ByAPartnersCertificate_IsNoSeal()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = authority.IssueClient("urn:trygghet:partner:polisen", new PublicKey(key));
        using var partner = issued.CopyWithPrivateKey(key);

        var verified = Verify(Content, Sign(partner, authority.Issuing));

        Assert.False(verified.Holds);
        Assert.Contains("no certificate for sealing", verified.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Seal_WithACertificateThatIsNoLinkOfItsChain_DoesNotHold()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = authority.IssueSeal(new PublicKey(key), TimeSpan.FromDays(1));
        using var sealing = issued.CopyWithPrivateKey(key);
        using var stranger = authority.IssueClient("urn:trygghet:partner:polisen", new PublicKey(key));

        Assert.True(Verify(Content, Sign(sealing, authority.Issuing)).Holds);
        Assert.False(Verify(Content, Sign(sealing, authority.Issuing, stranger)).Holds);
        Assert.False(Verify(Content, Sign(sealing)).Holds);
    }

    [Fact]
    public void Seal_OfAnotherHub_DoesNotHold()
    {
        using var others = DataDirectory.Open(Directory.CreateTempSubdirectory("trygghethub-test-").FullName);
        using var otherSecrets = new Secrets(others, masterKey: null);
        using var other = Authority.LoadOrCreate(otherSecrets, Options);
        using var seal = new HubSeal(other, otherSecrets, time);

        Assert.False(Verify(Content, seal.Sign(Content)).Holds);
        Directory.Delete(others.Path, recursive: true);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x30, 0x80 })]
    [InlineData(new byte[] { 1, 2, 3 })]
    public void Seal_ThatIsNone_IsSaidToBe(byte[] cms) => Assert.False(Verify(Content, cms).Holds);

    [Fact]
    public void Seal_OverItsBytes_HoldsAndSaysWhen()
    {
        using var seal = new HubSeal(authority, secrets, time);

        var verified = Verify(Content, seal.Sign(Content));

        Assert.Null(verified.Fault);
        Assert.Equal((time.GetUtcNow(), "CN=TrygghetHub seal"), (verified.SealTime!.Value, verified.Subject));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Content)), verified.ContentSha256);
    }

    [Fact]
    public void Key_AfterARestart_IsTheSame()
    {
        var first = Thumbprint();
        Assert.Equal(first, Thumbprint());

        File.Delete(KeyPath);
        Assert.NotEqual(first, Thumbprint());
    }

    [Fact]
    public void Key_AfterTwoThirdsOfItsLife_IsAnotherAndOldSealsHold()
    {
        using var seal = new HubSeal(authority, secrets, time);
        var old = seal.Sign(Content);
        time.Advance(TimeSpan.FromDays(729));
        var before = seal.Sign(Content);
        time.Advance(TimeSpan.FromDays(2));
        var after = seal.Sign(Content);
        time.Advance(TimeSpan.FromDays(730));

        Assert.Equal(SignerOf(old), SignerOf(before));
        Assert.NotEqual(SignerOf(old), SignerOf(after));
        Assert.All([old, before, after], cms => Assert.Null(Verify(Content, cms).Fault));
    }

    [Fact]
    public void Key_ThatIsDamaged_IsMadeAnew()
    {
        Thumbprint();
        File.WriteAllText(KeyPath, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");

        using var seal = new HubSeal(authority, secrets, time);
        Assert.True(Verify(Content, seal.Sign(Content)).Holds);
    }

    [Fact]
    public void Key_WithAMasterKey_IsNotInTheClear()
    {
        Thumbprint();
        Assert.Contains("PRIVATE KEY", File.ReadAllText(KeyPath), StringComparison.Ordinal);
        using var withKey = new Secrets(directory, new byte[32]);

        using var seal = new HubSeal(authority, withKey, time);
        Assert.True(Verify(Content, seal.Sign(Content)).Holds);

        Assert.DoesNotContain("PRIVATE KEY", File.ReadAllText(KeyPath), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        authority.Dispose();
        secrets.Dispose();
        directory.Dispose();
        Directory.Delete(directory.Path, recursive: true);
    }

    private PictureVerification Verify(byte[] content, byte[] cms) =>
        PictureVerification.Verify(content, cms, authority.Roots);

    private string Thumbprint()
    {
        using var seal = new HubSeal(authority, secrets, time);
        return SignerOf(seal.Sign(Content));
    }

    private static string SignerOf(byte[] cms)
    {
        var signed = new SignedCms(new ContentInfo(Content), detached: true);
        signed.Decode(cms);
        return signed.SignerInfos[0].Certificate!.Thumbprint;
    }

    private byte[] Sign(X509Certificate2 certificate, params X509Certificate2[] others)
    {
        var signed = new SignedCms(new ContentInfo(Content), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = X509IncludeOption.EndCertOnly,
            SignedAttributes = { new Pkcs9SigningTime(time.GetUtcNow().UtcDateTime) },
        };
        signer.Certificates.AddRange(others);
        signed.ComputeSignature(signer, silent: true);
        return signed.Encode();
    }
}
