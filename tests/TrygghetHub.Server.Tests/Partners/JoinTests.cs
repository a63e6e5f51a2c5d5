using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;
using ServerCode = TrygghetHub.Server.Partners.EnrolmentCode;

namespace TrygghetHub.Server.Tests.Partners;

public sealed class JoinTests
{
    private const string Name = "partners/skolan";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Join_WithACodeThatIsNone_IsRefused()
    {
        await using var hub = await WithPartnerAsync();
        var code = await CodeAsync(hub);
        var unknown = ServerCode.Create(hub.Hub.Services.GetRequiredService<Authority>().Root.RawData).ToString();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // The one but last: the last carries bits that stand for nothing.
        var mistyped = code[..^2] + (code[^2] == 'A' ? 'B' : 'A') + code[^1];
        foreach (var wrong in new[] { "", "thj1_", "x" + code, mistyped, unknown, code + "AAAA", new string('a', 5000) })
        {
            Assert.Equal((StatusCode.PermissionDenied, "ENROLMENT_CODE_UNKNOWN"), await RefusedAsync(hub, wrong, key));
        }
    }

    [Fact]
    public async Task Join_WithACodeThatWasUsedWithAnotherKey_IsRefusedAndWithItsOwnGetsTheFirstAnswer()
    {
        await using var hub = await WithPartnerAsync();
        var code = await CodeAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var first = await JoinAsync(hub, code, key);

        Assert.Equal((StatusCode.FailedPrecondition, "ENROLMENT_CODE_USED"), await RefusedAsync(hub, code, other));
        Assert.Equal(first, await JoinAsync(hub, code, key));
        Assert.Single(first.Partner.Certificates);
    }

    [Fact]
    public async Task Join_WithACodeThatAnotherReplaced_IsRefused()
    {
        await using var hub = await WithPartnerAsync();
        var code = await CodeAsync(hub);
        var newer = await CodeAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal((StatusCode.FailedPrecondition, "ENROLMENT_CODE_USED"), await RefusedAsync(hub, code, key));
        await JoinAsync(hub, newer, key);
    }

    [Fact]
    public async Task Join_WithACodeOutOfTime_IsRefusedAlsoWithTheSameKeyAgain()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await WithPartnerAsync(time);
        var code = await CodeAsync(hub, minutes: 10);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        time.Advance(TimeSpan.FromMinutes(10));
        await JoinAsync(hub, code, key);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((StatusCode.FailedPrecondition, "ENROLMENT_CODE_EXPIRED"), await RefusedAsync(hub, code, key));
    }

    [Fact]
    public async Task Join_OfAPartnerThatIsSuspendedOrHasLeft_IsRefusedAndItGetsNoCode()
    {
        await using var hub = await WithPartnerAsync();
        var code = await CodeAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = Name, Reason = "An inquiry." }, cancellationToken: Cancellation);
        Assert.Equal((StatusCode.FailedPrecondition, "PARTNER_STATE"), await RefusedAsync(hub, code, key));
        await Refused.ForAsync("PARTNER_STATE", () => CodeAsync(hub));

        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = Name, Reason = "It is over." }, cancellationToken: Cancellation);
        Assert.Equal((StatusCode.FailedPrecondition, "ENROLMENT_CODE_USED"), await RefusedAsync(hub, code, key));
        await Refused.ForAsync("PARTNER_STATE", () => CodeAsync(hub));
    }

    [Fact]
    public async Task Health_AtTheOpenEndpoint_IsToldAndNotWatched()
    {
        await using var hub = await TestHub.StartAsync();
        using var open = hub.OpenChannel(null, url: hub.Hub.OpenUrl);
        var health = new Grpc.Health.V1.Health.HealthClient(open);

        var serving = await health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest(), cancellationToken: Cancellation);
        using var watch = health.Watch(new Grpc.Health.V1.HealthCheckRequest(), cancellationToken: Cancellation);
        var refused = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancellation));

        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, serving.Status);
        Assert.Equal("ENDPOINT_WRONG", DirectCaller.ReasonOf(refused));
    }

    [Fact]
    public async Task Rpc_AtTheOtherEndpoint_IsRefused()
    {
        await using var hub = await WithPartnerAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var partners = await hub.OpenChannelAsAsync("polisen");
        using var open = hub.OpenChannel(null, url: hub.Hub.OpenUrl);

        var join = await Assert.ThrowsAsync<RpcException>(async () =>
            await new JoinService.JoinServiceClient(partners).JoinAsync(new JoinRequest(), cancellationToken: Cancellation));
        var list = await Assert.ThrowsAsync<RpcException>(async () =>
            await new AreaService.AreaServiceClient(open).ListAreasAsync(new ListAreasRequest(), cancellationToken: Cancellation));
        var manage = await Assert.ThrowsAsync<RpcException>(async () => await new PartnerService.PartnerServiceClient(open)
            .ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Cancellation));
        var health = await new Health.HealthClient(open).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancellation);

        Assert.All([join, list, manage], refused =>
        {
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
            Assert.Equal("ENDPOINT_WRONG", DirectCaller.ReasonOf(refused));
        });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task Join_TriedTooOften_IsRefusedWithATimeToTryAgain()
    {
        await using var hub = await WithPartnerAsync();
        using var channel = hub.OpenChannel(null, url: hub.Hub.OpenUrl);
        var joining = new JoinService.JoinServiceClient(channel);
        RpcException refused;
        var tries = 0;
        do
        {
            refused = await Assert.ThrowsAsync<RpcException>(async () =>
                await joining.JoinAsync(new JoinRequest { Code = "guess" }, cancellationToken: Cancellation));
        }
        while (DirectCaller.ReasonOf(refused) == "ENROLMENT_CODE_UNKNOWN" && ++tries < 500);

        Assert.Equal("QUOTA_EXCEEDED", DirectCaller.ReasonOf(refused));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.True(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.InRange(tries, 20, 499);
    }

    [Fact]
    public async Task Join_WithItsCode_GivesACertificateThatIsTaken()
    {
        await using var hub = await WithPartnerAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var answer = await JoinAsync(hub, await CodeAsync(hub), key);

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(answer.CertificateChainPem);
        using var certificate = Authority.Reload(chain[0].CopyWithPrivateKey(key));
        using var caller = new DirectCaller(hub, certificate, [.. chain.Skip(1)], "urn:trygghet:partner:skolan");
        Assert.Null(await caller.ReasonAsync());
        Assert.Equal(Name, answer.Partner.Name);
        Assert.Equal(hub.Hub.Url.GetLeftPart(UriPartial.Authority), answer.HubUrl);
    }

    [Fact]
    public async Task Join_ThroughTheSdk_MakesAnIdentityThatCalls()
    {
        await using var hub = await WithPartnerAsync();

        using var identity = await Joining.JoinAsync(
            hub.Hub.OpenUrl, await CodeAsync(hub), hub.IdentityPath("skolan"), cancellation: Cancellation);
        using var client = HubClient.Connect(identity);

        var caller = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Cancellation);
        Assert.Equal("urn:trygghet:partner:skolan", caller.Principal);
    }

    [Fact]
    public async Task Store_AfterACodeWasMadeAndUsed_HoldsItsHashAndNotItsSecret()
    {
        await using var hub = await WithPartnerAsync();
        var text = await CodeAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await JoinAsync(hub, text, key);
        var code = ServerCode.Parse(text)!;

        var stored = Directory.GetFiles(hub.DataDirectory, "hub.db*").Select(ReadShared).ToList();

        Assert.Contains(stored, file => file.AsSpan().IndexOf(code.SecretSha256()) >= 0);
        Assert.All(stored, file =>
        {
            Assert.Equal(-1, file.AsSpan().IndexOf(code.Secret));
            Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text[^20..])));
        });
        Assert.DoesNotContain(hub.Log, line => line.Contains(text, StringComparison.Ordinal));
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    private static async Task<TestHub> WithPartnerAsync(TimeProvider? time = null)
    {
        var hub = await TestHub.StartAsync(time);
        await hub.Operator.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = new Partner { Id = "skolan", DisplayName = "Skolan", Kind = PartnerKind.School } },
            cancellationToken: Cancellation);
        return hub;
    }

    private static async Task<string> CodeAsync(TestHub hub, int minutes = 0) =>
        (await hub.Operator.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = Name, LifetimeMinutes = minutes }, cancellationToken: Cancellation)).Code;

    private static async Task<JoinResponse> JoinAsync(TestHub hub, string code, ECDsa key)
    {
        using var channel = hub.OpenChannel(null, url: hub.Hub.OpenUrl);
        return await new JoinService.JoinServiceClient(channel).JoinAsync(
            new JoinRequest
            {
                Code = code,
                CsrDer = ByteString.CopyFrom(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest()),
            },
            cancellationToken: Cancellation);
    }

    private static async Task<(StatusCode, string?)> RefusedAsync(TestHub hub, string code, ECDsa key)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => JoinAsync(hub, code, key));
        return (refused.StatusCode, DirectCaller.ReasonOf(refused));
    }
}
