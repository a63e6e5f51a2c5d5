using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
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
    public async Task Renewal_ByACertificateThatHasASuccessor_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = DirectCaller.Of(hub, "polisen");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RenewAsync(police, key);

        var refused = await Assert.ThrowsAsync<RpcException>(() => RenewAsync(police, thief));

        Assert.Equal("CERTIFICATE_SUCCEEDED", DirectCaller.ReasonOf(refused));
        var partner = (await police.Caller.GetCallerAsync(new GetCallerRequest(), await police.OptionsAsync())).Partner;
        Assert.Equal(2, partner.Certificates.Count);
    }

    [Fact]
    public async Task Renewal_ThatWaitedBehindTheRevocation_IssuesNothing()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var register = hub.Hub.Services.GetRequiredService<PartnerRegister>();
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        var thumbprint = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Let in before, and on the lane after.
        var caller = register.Find(identity.Certificate).Principal!;
        await register.RevokeAsync(thumbprint, withSuccessors: false, "Stolen", "test", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => register.RenewAsync(
            caller, thumbprint, new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256), TestContext.Current.CancellationToken));

        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.CertificateRevoked, refused.Refusal.Reason);
        Assert.Single(register.Book.CertificatesOf(caller.Uri));
    }

    [Fact]
    public async Task Revocation_OfACertificateThatWasRenewed_NamesItsSuccessorsAndTakesThemOnDemand()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = DirectCaller.Of(hub, "polisen");
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RenewAsync(police, key);
        var request = new RevokeCertificateRequest
        {
            ThumbprintSha256 = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256),
            Reason = "Stolen",
        };

        var alone = await hub.Operator.Partners.RevokeCertificateAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        request.WithSuccessors = true;
        var all = await hub.Operator.Partners.RevokeCertificateAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(CertificateState.Valid, Assert.Single(alone.Successors).State);
        Assert.Equal(request.ThumbprintSha256, alone.Successors[0].PredecessorSha256);
        Assert.Equal(CertificateState.Revoked, Assert.Single(all.Successors).State);
    }

    [Fact]
    public async Task Renewal_ManyTimesInADay_IsRefusedWithATimeToTryAgain()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var register = hub.Hub.Services.GetRequiredService<PartnerRegister>();
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        var caller = register.Find(identity.Certificate).Principal!;
        var thumbprint = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256);

        for (var i = 0; i < 20; i++)
        {
            thumbprint = (await RenewHereAsync(thumbprint)).Thumbprint;
        }

        var refused = await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => RenewHereAsync(thumbprint));
        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.QuotaExceeded, refused.Refusal.Reason);
        Assert.NotNull(refused.Refusal.RetryDelay);

        async Task<RegisteredCertificate> RenewHereAsync(string by)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return (await register.RenewAsync(
                caller, by, new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256),
                TestContext.Current.CancellationToken)).Certificate;
        }
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
