using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Partners;

public sealed class EnrolmentTests
{
    [Fact]
    public async Task Enrol_WithTheSameKey_GetsTheFirstAnswerAndInItsLastDaysANewCertificate()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-11));
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { ClientDays = 40 } });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var first = await EnrolAsync(hub, key);
        var again = await EnrolAsync(hub, key);
        time.Advance(TimeSpan.FromDays(11));
        await hub.RestartAsync();
        var renewed = await EnrolAsync(hub, key);

        Assert.Equal(first, again);
        Assert.NotEqual(first.CertificateChainPem, renewed.CertificateChainPem);
        Assert.Equal(2, renewed.Partner.Certificates.Count);
        Assert.True(renewed.Partner.Certificates[0].NotAfter.ToDateTimeOffset() > time.GetUtcNow().AddDays(39));
    }

    [Fact]
    public async Task Enrol_WithTheKeyOfACertificateThatHasASuccessor_WaitsForConsent()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(
            Path.Combine(hub.IdentityPath("polisen"), "client.key"), TestContext.Current.CancellationToken));
        await police.RenewAsync(TestContext.Current.CancellationToken);

        var again = await hub.Operator.Partners.EnrolPartnerAsync(new EnrolPartnerRequest
        {
            Partner = new Partner { Id = "polisen", DisplayName = "Test polisen", Kind = PartnerKind.Police },
            CsrDer = ByteString.CopyFrom(Csr(key)),
        }, cancellationToken: TestContext.Current.CancellationToken);

        var waiting = Assert.Single(again.Partner.Certificates, c => c.Access != CertificateAccess.Full);
        Assert.Equal(CertificateAccess.Pending, waiting.Access);
        Assert.Equal(waiting.ConsentRequest, Assert.Single(await hub.OpenRequestsAsync("polisen")).Name);
    }

    [Fact]
    public async Task Enrol_ATakenIdWithAnotherKey_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EnrolAsync(hub, key);

        await Refused.ForAsync("PARTNER_EXISTS", "partner.id", () => EnrolAsync(hub, other));
    }

    [Fact]
    public async Task Enrol_WithARequestThatCannotBeUsed_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        using var weak = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var tampered = Csr(key);
        tampered[^1] ^= 1;
        var rsaCsr = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSigningRequest();

        foreach (var csr in new[] { [], [1, 2, 3], new byte[9000], Csr(weak), rsaCsr, tampered })
        {
            await Refused.ForAsync("CSR_INVALID", "csr_der", () => EnrolAsync(hub, csr));
        }
    }

    private static byte[] Csr(ECDsa key) =>
        new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    private static Task<EnrolPartnerResponse> EnrolAsync(TestHub hub, ECDsa key) => EnrolAsync(hub, Csr(key));

    private static async Task<EnrolPartnerResponse> EnrolAsync(TestHub hub, byte[] csr) =>
        await hub.Operator.Partners.EnrolPartnerAsync(new EnrolPartnerRequest
        {
            Partner = new Partner { Id = "polisen", DisplayName = "Polisen", Kind = PartnerKind.Police },
            CsrDer = ByteString.CopyFrom(csr),
        });
}
