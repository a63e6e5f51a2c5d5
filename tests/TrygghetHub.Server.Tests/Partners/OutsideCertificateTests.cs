using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Server.Tests.Platform.Tokens;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>Partners with certificates of an authority that is not the hub's, over real TLS.</summary>
public sealed class OutsideCertificateTests : IAsyncLifetime
{
    private const string Police = "urn:trygghet:partner:polisen";
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority authority = new("Region", intermediate: true);
    private readonly X509Certificate2 certificate;
    private TestHub hub = null!;

    public OutsideCertificateTests() => certificate = authority.Issue("urn:example:client");

    private string Folder => Path.Combine(hub.DataDirectory, "authority", "outside", "region");

    public async ValueTask InitializeAsync()
    {
        hub = await TestHub.StartAsync(time);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        authority.WriteTo(Folder);
        hub.Hub.Services.GetRequiredService<OutsideAuthorities>().Reload();
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        certificate.Dispose();
        authority.Dispose();
    }

    [Fact]
    public async Task Certificate_NotRegistered_IsUnknown()
    {
        using var caller = Caller();

        Assert.Equal("CERTIFICATE_UNKNOWN", await caller.ReasonAsync());
    }

    [Fact]
    public async Task Certificate_ThatCannotBeTrusted_IsNotRegistered()
    {
        using var stranger = new TestAuthority("Stranger");
        using var unknown = stranger.Issue("urn:example:client");
        using var server = authority.Issue("urn:example:client", usage: ServerAuth);
        using var revoked = authority.Issue("urn:example:client");
        authority.WriteTo(Folder, [revoked]);
        hub.Hub.Services.GetRequiredService<OutsideAuthorities>().Reload();

        foreach (var wrong in new[] { unknown.RawData, server.RawData, revoked.RawData, [], [1, 2, 3] })
        {
            await Refused.ForAsync("CERTIFICATE_INVALID", "certificate_der", () => RegisterAsync(wrong));
        }

        await RegisterAsync(certificate.RawData);
    }

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("RSA 1024")]
    public async Task Certificate_WithAKeyThatIsNotTaken_IsRefusedByItsName(string kind)
    {
        using var weak = RSA.Create(1024);
        var key = kind == "Ed25519"
            ? new PublicKey(new Oid("1.3.101.112"), parameters: null, new AsnEncodedData(RandomNumberGenerator.GetBytes(32)))
            : new PublicKey(weak);
        using var refused = authority.Issue(key, "urn:example:client");

        var refusal = await Refused.ForAsync("CERTIFICATE_INVALID", () => RegisterAsync(refused.RawData));

        Assert.Contains($"is {kind}, which the hub does not take", refusal.Rule, StringComparison.Ordinal);
        Assert.Contains("ECDSA P-256, P-384 or P-521 key", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_Expired_IsNotRegistered()
    {
        using var over = authority.Issue("urn:example:client", time.GetUtcNow().AddDays(-2), time.GetUtcNow().AddDays(-1));

        await Refused.ForAsync("CERTIFICATE_INVALID", "certificate_der", () => RegisterAsync(over.RawData));
    }

    [Fact]
    public async Task Certificate_RegisteredToOne_IsNotRegisteredToAnother()
    {
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await RegisterAsync(certificate.RawData);
        await RegisterAsync(certificate.RawData);

        await Refused.ForAsync("CERTIFICATE_INVALID", "certificate_der", () => RegisterAsync(certificate.RawData, "skolan"));
    }

    [Fact]
    public async Task Certificate_Registered_GetsATokenAndCallsButIsNotRenewedHere()
    {
        await RegisterAsync(certificate.RawData);
        using var tokens = TokenRequester.With(hub, certificate, [authority.Issuing]);
        using var channel = hub.OpenChannel(certificate, [authority.Issuing]);
        using var caller = Caller();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var answer = await new CallerService.CallerServiceClient(channel).GetCallerAsync(
            new GetCallerRequest(), new Metadata { { "authorization", "Bearer " + await tokens.TokenAsync(Police) } },
            cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(() => RenewalTests.RenewAsync(caller, key));

        Assert.Equal(Police, answer.Principal);
        Assert.Equal("CERTIFICATE_INVALID", DirectCaller.ReasonOf(refused));
    }

    [Fact]
    public async Task Certificate_RevokedByItsAuthority_IsRefusedAfterTheReload()
    {
        await RegisterAsync(certificate.RawData);
        using var open = Caller();
        Assert.Null(await open.ReasonAsync());

        authority.WriteTo(Folder, [certificate]);

        await AssertRefusedAsync(open, "CERTIFICATE_REVOKED", "The authority region revoked the certificate");
    }

    [Fact]
    public async Task Certificate_WhoseRevocationListIsMissing_IsRefusedAfterTheReload()
    {
        await RegisterAsync(certificate.RawData);
        using var open = Caller();
        Assert.Null(await open.ReasonAsync());

        File.Delete(Path.Combine(Folder, "issuing.crl"));

        await AssertRefusedAsync(open, "CERTIFICATE_STATUS_UNKNOWN", "Whether the certificate stands cannot be known");
    }

    [Fact]
    public async Task Certificate_WhoseRevocationListIsOutOfDate_IsRefused()
    {
        authority.WriteTo(Folder, nextUpdate: time.GetUtcNow().AddMinutes(30));
        hub.Hub.Services.GetRequiredService<OutsideAuthorities>().Reload();
        await RegisterAsync(certificate.RawData);
        using var open = Caller();
        Assert.Null(await open.ReasonAsync());

        time.Advance(TimeSpan.FromMinutes(31));

        await AssertRefusedAsync(open, "CERTIFICATE_STATUS_UNKNOWN", "is out of date since");
    }

    private DirectCaller Caller() => new(hub, certificate, [authority.Issuing], Police);

    [Fact]
    public async Task Certificate_RegisteredToAPartnerThatHasJoined_ReadsNothingBeforeItsConsent()
    {
        await hub.AgreedPairAsync();
        var registered = await RegisterAloneAsync(certificate.RawData, "polisen");

        using var caller = Caller();
        var self = await caller.Caller.GetCallerAsync(new GetCallerRequest(), await caller.OptionsAsync());
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await caller.Caller.LeaveHubAsync(
            new LeaveHubRequest { Name = "partners/polisen", Reason = "A test" }, await caller.OptionsAsync()));

        Assert.Equal(ConsentState.Waiting, registered.ConsentRequest.State);
        Assert.Equal(CertificateAccess.Pending, self.Certificate.Access);
        Assert.Equal("ACCESS_RESTRICTED", DirectCaller.ReasonOf(refused));
        Assert.Contains(registered.ConsentRequest.Id, registered.Letter.Text, StringComparison.Ordinal);

        await hub.ConsentAsync("polisen", registered.ConsentRequest);
        self = await caller.Caller.GetCallerAsync(new GetCallerRequest(), await caller.OptionsAsync());
        Assert.Equal(CertificateAccess.Full, self.Certificate.Access);
    }

    // Registered, and consented to where the partner must.
    private async Task<RegisterCertificateResponse> RegisterAsync(byte[] der, string partner = "polisen")
    {
        var answer = await RegisterAloneAsync(der, partner);
        if (answer.ConsentRequest is { State: ConsentState.Waiting } request)
        {
            await hub.ConsentAsync(partner, request, keepExisting: true);
        }

        return answer;
    }

    private async Task<RegisterCertificateResponse> RegisterAloneAsync(byte[] der, string partner) =>
        await hub.Operator.Partners.RegisterCertificateAsync(new RegisterCertificateRequest
        {
            Name = "partners/" + partner,
            CertificateDer = ByteString.CopyFrom(der),
        });

    // On the connection that is open and at a new handshake; files are looked at every five seconds of the hub's clock.
    private async Task AssertRefusedAsync(DirectCaller open, string reason, string logged)
    {
        string? refused = null;
        for (var i = 0; i < 100 && refused is null; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            refused = await open.ReasonAsync();
        }

        Assert.Equal(reason, refused);
        using var anew = Caller();
        Assert.Equal("TLS", await anew.ReasonAsync());
        Assert.Contains(hub.Log, l =>
            l.Contains("TLS refused", StringComparison.Ordinal) && l.Contains(logged, StringComparison.Ordinal));
    }
}
