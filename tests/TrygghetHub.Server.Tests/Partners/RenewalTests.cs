using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Partners;

public sealed class RenewalTests
{
    [Fact]
    public async Task Renewal_OverItsOverlap_TakesBothAndThenTheNewAlone()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { OverlapHours = 2 } });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var old = DirectCaller.Of(hub, "polisen");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var answer = await RenewAsync(old, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(answer.CertificateChainPem);
        using var certificate = Authority.Reload(chain[0].CopyWithPrivateKey(key));
        using var renewed = new DirectCaller(hub, certificate, [.. chain.Skip(1)], "urn:trygghet:partner:polisen");

        Assert.Equal(time.GetUtcNow().AddHours(2), answer.RetireTime.ToDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Null(await old.ReasonAsync());
        Assert.Null(await renewed.ReasonAsync());

        time.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        using var again = DirectCaller.Of(hub, "polisen");

        Assert.Equal("CERTIFICATE_EXPIRED", await old.ReasonAsync());
        Assert.Equal("TLS", await again.ReasonAsync());
        Assert.Contains(hub.Log, l => l.Contains("TLS refused", StringComparison.Ordinal)
            && l.Contains("This certificate was taken until", StringComparison.Ordinal));
        Assert.Null(await renewed.ReasonAsync());
    }

    [Fact]
    public async Task Renewal_WithTheSameKeyAgain_GetsTheFirstAnswer()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = DirectCaller.Of(hub, "polisen");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var first = await RenewAsync(police, key);

        Assert.Equal(first, await RenewAsync(police, key));
        var caller = await police.Caller.GetCallerAsync(new GetCallerRequest(), await police.OptionsAsync());
        Assert.Equal(2, caller.Partner.Certificates.Count);
        Assert.Equal(first.RetireTime, caller.Certificate.RetireTime);
    }

    [Fact]
    public async Task Renewal_OfTheOperator_GoesOnWithTheNewCertificate()
    {
        await using var hub = await TestHub.StartAsync();
        using var before = IdentityFolder.Load(hub.Hub.OperatorFolder);

        await hub.Operator.RenewAsync(TestContext.Current.CancellationToken);

        var caller = await hub.Operator.Caller.GetCallerAsync(
            new GetCallerRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(
            before.Certificate.GetCertHashString(HashAlgorithmName.SHA256), caller.Certificate.ThumbprintSha256.ToUpperInvariant());
        await hub.RestartAsync();
        await hub.Operator.Partners.ListPartnersAsync(
            new ListPartnersRequest(), cancellationToken: TestContext.Current.CancellationToken);
    }

    internal static async Task<RenewCertificateResponse> RenewAsync(DirectCaller caller, ECDsa key) =>
        await caller.Caller.RenewCertificateAsync(
            new RenewCertificateRequest
            {
                CsrDer = ByteString.CopyFrom(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest()),
            },
            await caller.OptionsAsync());
}
