using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Streams that run while what they rest on ends: each is answered first, then told why, and no other with it.</summary>
public sealed class RunningStreamTests
{
    [Theory]
    [InlineData("certificate revoked", "CERTIFICATE_REVOKED", StatusCode.Unauthenticated)]
    [InlineData("partner suspended", "PARTNER_SUSPENDED", StatusCode.PermissionDenied)]
    [InlineData("permission removed", "PERMISSION_MISSING", StatusCode.PermissionDenied)]
    [InlineData("agreement ended", "AGREEMENT_NOT_ACTIVE", StatusCode.PermissionDenied)]
    [InlineData("partner offboarded", "PARTNER_LEFT", StatusCode.PermissionDenied)]
    public async Task Stream_WhoseGroundIsTakenAway_IsAnsweredAndEndsWithTheReasonAndNoOtherWithIt(
        string change, string reason, StatusCode code)
    {
        await using var hub = await TwoAsync(TimeProvider.System);
        using var police = await RunningStream.OpenAsync(hub, "polisen");
        using var other = await RunningStream.OpenAsync(hub, "skolan");
        await police.SendAsync(3);
        await other.SendAsync(1);

        await ChangeAsync(hub, change);

        await police.AssertEndedAsync(reason, code);
        Assert.All(police.Results, r => Assert.NotNull(r.Accepted));
        await other.SendAsync(1);
        await other.CompleteAsync();
        Assert.All(other.Results, r => Assert.NotNull(r.Accepted));
    }

    [Fact]
    public async Task Stream_EndedAmidReportsOnTheirWay_IsAnsweredForAllThatTheHubHasKept()
    {
        await using var hub = await TwoAsync(TimeProvider.System);
        using var police = await RunningStream.OpenAsync(hub, "polisen");
        await police.SendAsync(1);
        for (var i = 0; i < 20; i++)
        {
            await police.WriteAsync(100);
        }

        await ChangeAsync(hub, "partner suspended");
        await police.AssertEndedAsync("PARTNER_SUSPENDED", StatusCode.PermissionDenied);

        await hub.Operator.Partners.ResumePartnerAsync(
            new ResumePartnerRequest { Name = "partners/polisen" }, cancellationToken: TestContext.Current.CancellationToken);
        var seen = (await (await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit)).IncidentPagesAsync(1000)).Sum(p => p.Count);
        Assert.Equal(police.Results.Count(r => r.Accepted is not null), seen);
    }

    [Theory]
    [InlineData("certificate expired", "CERTIFICATE_EXPIRED", StatusCode.Unauthenticated)]
    [InlineData("overlap over", "CERTIFICATE_EXPIRED", StatusCode.Unauthenticated)]
    [InlineData("agreement over", "AGREEMENT_NOT_ACTIVE", StatusCode.PermissionDenied)]
    [InlineData("hour over", "STREAM_TIME_OVER", StatusCode.Unavailable)]
    public async Task Stream_WhoseTimeIsOver_IsAnsweredAndEndsWithTheReason(string what, string reason, StatusCode code)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        // A certificate of a day and no overlap, so that the clock stays within what the client takes for now.
        await using var hub = await TwoAsync(time, new HubSettings
        {
            Certificates = new CertificateSettings { ClientDays = what == "certificate expired" ? 1 : 90, OverlapHours = 0 },
        });
        if (what == "agreement over")
        {
            var agreement = Examples.Agreement("est-polisen", "polisen", "upplands-bro");
            agreement.ValidTo = Timestamp.FromDateTimeOffset(time.GetUtcNow().AddMinutes(30));
            await hub.AgreeAsync(agreement);
        }

        if (what == "certificate expired")
        {
            time.Advance(TimeSpan.FromMinutes((23 * 60) + 30));
        }

        using var police = await RunningStream.OpenAsync(hub, "polisen");
        await police.SendAsync(3);
        if (what == "overlap over")
        {
            // No overlap at all: from the next instant on.
            await (await hub.PartnerAsync("polisen", PartnerKind.Police)).RenewAsync(TestContext.Current.CancellationToken);
        }

        time.Advance(what == "hour over" ? TimeSpan.FromMinutes(60) : TimeSpan.FromMinutes(31));

        await police.AssertEndedAsync(reason, code);
        Assert.Equal(3, police.Results.Count);
    }

    [Fact]
    public async Task Stream_BeforeItsTimeIsOver_GoesOn()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TwoAsync(time);
        using var police = await RunningStream.OpenAsync(hub, "polisen");
        await police.SendAsync(1);

        time.Advance(TimeSpan.FromMinutes(59));
        await police.SendAsync(1);
        await police.CompleteAsync();

        Assert.Equal(2, police.Results.Count);
    }

    [Theory]
    [InlineData("certificate revoked", "CERTIFICATE_REVOKED")]
    [InlineData("permission removed", "PERMISSION_MISSING")]
    public async Task Push_WhoseGroundIsTakenAway_EndsWithTheReason(string change, string reason)
    {
        await using var hub = await TwoAsync(TimeProvider.System);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var deadline = new CancellationTokenSource(RunningStream.Patience);
        using var push = police.Observations.PushObservations(cancellationToken: deadline.Token);
        await push.RequestStream.WriteAsync(
            new PushObservationsRequest { Observations = { Examples.Observation("one") } }, deadline.Token);

        // It says nothing by which its having been let in could be seen.
        await UntilAsync(hub, streams => streams == 1, deadline.Token);
        await ChangeAsync(hub, change);

        await Refused.ForAsync(reason, async () => await push.ResponseAsync);
    }

    [Fact]
    public async Task Stream_WhoseClientReadsNoAnswers_IsCutOff()
    {
        await using var hub = await TwoAsync(TimeProvider.System);
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var channel = hub.OpenChannel(identity.Certificate, identity.Issuers);
        var token = HandMadeToken.Sign(hub, await HandMadeToken.ClaimsAsync(
            hub, identity.Certificate, "urn:trygghet:partner:polisen", "incidents.submit"));
        using var deadline = new CancellationTokenSource(RunningStream.Patience);
        using var call = new IncidentService.IncidentServiceClient(channel).StreamIncidents(
            new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: deadline.Token);

        // Until windows and buffers on both ways are full, and not one more message goes out.
        var message = new StreamIncidentsRequest { Incidents = { Examples.Incidents("m", 1000) } };
        Task writing;
        do
        {
            writing = call.RequestStream.WriteAsync(message, deadline.Token);
        }
        while (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, deadline.Token)) == writing);

        await ChangeAsync(hub, "partner suspended");
        await UntilAsync(hub, streams => streams == 0, deadline.Token);

        Assert.NotNull(await Record.ExceptionAsync(() => writing));
        Assert.Contains(hub.Log, l => l.Contains("it had ended and did not let go", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_BegunWithoutAnAgreement_IsAnsweredReportByReport()
    {
        await using var hub = await TwoAsync(TimeProvider.System);
        await hub.PartnerAsync("bostad-bro", PartnerKind.MunicipalCompany);
        using var nobody = await RunningStream.OpenAsync(hub, "bostad-bro");
        await nobody.SendAsync(2);

        // Somebody else's changes are no reason to end what never rested on any.
        await ChangeAsync(hub, "agreement ended");
        await nobody.SendAsync(1);
        await nobody.CompleteAsync();

        Assert.Equal(3, nobody.Results.Count);
        Assert.All(nobody.Results, r => Assert.Equal(ErrorReason.AgreementNotActive, r.Refused.Reason));
    }

    private static async Task<TestHub> TwoAsync(TimeProvider time, HubSettings? settings = null)
    {
        var hub = await TestHub.StartAsync(time, settings: settings);
        await hub.AgreedPairAsync();
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("est-polisen", "polisen", "upplands-bro"));
        await hub.AgreeAsync(Examples.Agreement("est-skolan", "skolan", "upplands-bro"));
        await EndAgreementAsync(hub, "est");
        return hub;
    }

    private static async Task EndAgreementAsync(TestHub hub, string id)
    {
        var agreement = Examples.Agreement(id, "polisen", "upplands-bro");
        agreement.ValidTo = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp();
        await hub.AgreeAsync(agreement);
    }

    private static async Task ChangeAsync(TestHub hub, string change)
    {
        const string name = "partners/polisen";
        switch (change)
        {
            case "certificate revoked":
                using (var identity = IdentityFolder.Load(hub.IdentityPath("polisen")))
                {
                    await hub.Operator.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
                    {
                        ThumbprintSha256 = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256),
                        Reason = "The key was lost.",
                    });
                }

                break;
            case "partner suspended":
                await hub.Operator.Partners.SuspendPartnerAsync(new SuspendPartnerRequest { Name = name, Reason = "An inquiry." });
                break;
            case "permission removed":
                await hub.Operator.Partners.SetPartnerRolesAsync(new SetPartnerRolesRequest { Name = name });
                break;
            case "agreement ended":
                await EndAgreementAsync(hub, "est-polisen");
                break;
            case "partner offboarded":
                await hub.Operator.Partners.OffboardPartnerAsync(new OffboardPartnerRequest { Name = name, Reason = "It is over." });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, "No such change.");
        }
    }

    private static async Task UntilAsync(TestHub hub, Func<int, bool> isSo, CancellationToken cancellation)
    {
        while (!isSo(hub.Hub.Services.GetRequiredService<RunningCalls>().Count))
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
