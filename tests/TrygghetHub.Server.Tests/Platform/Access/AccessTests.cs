using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

public sealed class AccessTests
{
    private const string PoliceUri = "urn:trygghet:partner:polisen";

    [Fact]
    public async Task Tls_WithoutCertificate_IsRefusedAndTheLogSaysSo()
    {
        await using var hub = await TestHub.StartAsync();

        await AssertTlsRefusedAsync(hub, null, "it showed no client certificate");
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherAuthority_IsRefusedAndTheLogSaysSo()
    {
        await using var hub = await TestHub.StartAsync();
        await using var other = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await other.PartnerAsync("polisen", PartnerKind.Police);
        using var identity = IdentityFolder.Load(other.IdentityPath("polisen"));

        await AssertTlsRefusedAsync(hub, identity.Certificate, "CN=urn trygghet partner polisen");
    }

    [Fact]
    public async Task Tls_SelfSignedCertificate_IsRefusedAndTheLogSaysSo()
    {
        await using var hub = await TestHub.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = Authority.Reload(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)));

        await AssertTlsRefusedAsync(hub, certificate, "CN=nobody");
    }

    [Fact]
    public async Task Tls_ServerCertificateAsClient_IsRefusedAndTheLogSaysSo()
    {
        await using var hub = await TestHub.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = hub.Hub.Services.GetRequiredService<Authority>().IssueServer(["localhost"], key);

        await AssertTlsRefusedAsync(hub, certificate, "CN=TrygghetHub localhost");
    }

    [Fact]
    public async Task Tls_ExpiredCertificate_IsRefusedAndTheLogSaysSo()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time, settings: OneDay);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        time.Advance(TimeSpan.FromHours(25));

        await AssertTlsRefusedAsync(hub, identity.Certificate, "CN=urn trygghet partner polisen");
    }

    [Fact]
    public async Task Call_OnAConnectionThatOutlivesItsCertificate_IsRefused()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time, settings: OneDay);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await police.Areas.ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);

        time.Advance(TimeSpan.FromHours(25));

        await Refused.ForAsync("CERTIFICATE_EXPIRED", async () => await police.Areas.ListAreasAsync(new ListAreasRequest()));
    }

    [Fact]
    public async Task Call_WithACertificateThatIsValidButNotRegistered_IsUnauthenticated()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = hub.Hub.Services.GetRequiredService<Authority>();
        using var issued = authority.IssueClient(PoliceUri, new PublicKey(key));
        using var certificate = Authority.Reload(issued.CopyWithPrivateKey(key));
        using var channel = hub.OpenChannel(certificate, [authority.Issuing]);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await ListAsync(channel));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal("CERTIFICATE_UNKNOWN", refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Contains(hub.Log, l => l.Contains("is not registered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_OfTheOtherRole_IsDenied()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Examples.Incident("one"));

        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.ReadIncidentAsync(accepted.Name));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.IncidentPagesAsync(10));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.SubmitAsync(Examples.Incident("two")));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.StreamAsync([Examples.Incident("two")]));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.CompileAsync(2024, 20));
        await Refused.ForAsync("PERMISSION_MISSING", async () => await police.Partners.ListPartnersAsync(new ListPartnersRequest()));
        await Refused.ForAsync("PERMISSION_MISSING", async () => await police.Partners.EnrolPartnerAsync(new EnrolPartnerRequest()));
        await Refused.ForAsync("PERMISSION_MISSING", async () => await police.Agreements.ApplyAgreementAsync(
            new TrygghetHub.Agreements.V1.ApplyAgreementRequest()));
    }

    [Fact]
    public async Task Health_AskedByAnEnrolledPartner_IsServing()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var channel = await hub.OpenChannelAsAsync("polisen");

        var health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Token);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task PageToken_OfAnotherCallerOrRequestOrChanged_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("p", 3));
        var request = new ListIncidentsRequest { PageSize = 1, Purpose = TrygghetHub.Agreements.V1.Purpose.WeeklyPicture };
        var token = (await municipality.Incidents.ListIncidentsAsync(request, cancellationToken: Token)).NextPageToken;
        var again = new ListIncidentsRequest(request) { PageToken = token };

        Assert.Single((await municipality.Incidents.ListIncidentsAsync(again, cancellationToken: Token)).Incidents);
        foreach (var wrong in new[]
        {
            new ListIncidentsRequest(again) { Area = "0139" }, new ListIncidentsRequest(again) { Parent = "partners/polisen" },
            new ListIncidentsRequest(again) { PageToken = token[..^2] + "AA" }, new ListIncidentsRequest(again) { PageToken = "x" },
        })
        {
            await Refused.ForAsync("PAGE_TOKEN_INVALID", async () => await municipality.Incidents.ListIncidentsAsync(wrong));
        }

        await Refused.ForAsync("PAGE_TOKEN_INVALID", async () => await police.Incidents.ListIncidentsAsync(again));
    }

    private static HubSettings OneDay => new() { Certificates = new CertificateSettings { ClientDays = 1 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AsyncUnaryCall<ListAreasResponse> ListAsync(GrpcChannel channel) =>
        new AreaService.AreaServiceClient(channel).ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);

    private static async Task AssertTlsRefusedAsync(TestHub hub, X509Certificate2? certificate, string logged)
    {
        using var channel = hub.OpenChannel(certificate);

        await Assert.ThrowsAsync<RpcException>(async () => await ListAsync(channel));

        Assert.Contains(hub.Log, l => l.Contains("TLS refused", StringComparison.Ordinal) && l.Contains(logged, StringComparison.Ordinal));
    }
}
