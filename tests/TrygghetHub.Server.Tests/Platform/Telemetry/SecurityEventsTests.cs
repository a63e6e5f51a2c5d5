using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrygghetHub.Areas.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Testing;
using PartnerKind = TrygghetHub.Partners.V1.PartnerKind;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Platform.Telemetry;

/// <summary>What a monitoring system is told, as it gets it: id, name and fields.</summary>
public sealed class SecurityEventsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Codes_MadeReplacedUsedAndGuessed_AreEventsThatNameThePartner()
    {
        await using var hub = await TestHub.StartAsync();
        await CreateAsync(hub);
        var replaced = await CodeAsync(hub);
        var code = await CodeAsync(hub);
        await JoinAsync(hub, code);

        Assert.Equal("ENROLMENT_CODE_USED", await RefusedAsync(hub, replaced));
        Assert.Equal("ENROLMENT_CODE_USED", await RefusedAsync(hub, code));
        Assert.Equal("ENROLMENT_CODE_UNKNOWN", await RefusedAsync(hub, Unknown(hub)));
        Assert.Equal("ENROLMENT_CODE_UNKNOWN", await RefusedAsync(hub, "thj1_mistyped"));

        Assert.Equal(2, Of(hub, SecurityEvent.EnrolmentCodeMade).Count(e => e.Fields["Partner"] == "skolan"));
        Assert.Equal("urn:trygghet:partner:skolan", Assert.Single(Of(hub, SecurityEvent.PartnerJoined)).Fields["Principal"]);
        Assert.Equal(
            [("skolan", "ENROLMENT_CODE_USED"), ("skolan", "ENROLMENT_CODE_USED"), ("nobody", "ENROLMENT_CODE_UNKNOWN"), ("nobody", "ENROLMENT_CODE_UNKNOWN")],
            Of(hub, SecurityEvent.EnrolmentCodeRefused).Select(e => (e.Fields["Partner"], e.Fields["Reason"])));
        // The first start issues the operator's certificate, and nobody has called.
        Assert.Equal("the hub itself", Assert.Single(Of(hub, SecurityEvent.CertificateIssued)).Fields["Address"]);
        Assert.All(hub.LoggedEvents.Where(e => e.Category == SecurityEvents.Category && e.Id.Id != (int)SecurityEvent.CertificateIssued), e =>
        {
            Assert.Equal("127.0.0.1", e.Fields["Address"]);
            Assert.DoesNotContain("thj1_", e.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Changes_OfWhoMayAct_AreEventsThatNameWhoMadeThem()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var partners = hub.Operator.Partners;
        const string name = "partners/polisen";

        await partners.SetPartnerRolesAsync(new SetPartnerRolesRequest { Name = name, Roles = { PartnerRole.Reporter } }, cancellationToken: Cancellation);
        await partners.SuspendPartnerAsync(new SuspendPartnerRequest { Name = name, Reason = "A break-in is looked into." }, cancellationToken: Cancellation);
        await partners.ResumePartnerAsync(new ResumePartnerRequest { Name = name }, cancellationToken: Cancellation);
        await partners.OffboardPartnerAsync(new OffboardPartnerRequest { Name = name, Reason = "The contract has ended." }, cancellationToken: Cancellation);

        foreach (var kind in new[]
        {
            SecurityEvent.RolesChanged, SecurityEvent.PartnerSuspended, SecurityEvent.PartnerResumed, SecurityEvent.PartnerLeft,
            SecurityEvent.CertificateRevoked,
        })
        {
            var told = Assert.Single(Of(hub, kind));
            Assert.Equal((LogLevel.Information, "urn:trygghet:operator:operator"), (told.Level, told.Fields["By"]));
        }

        Assert.Equal("Reporter", Assert.Single(Of(hub, SecurityEvent.RolesChanged)).Fields["After"]);
    }

    [Fact]
    public async Task Attempts_OfAPartnerThatIsShutOut_AreToldWhyAndAreEvents()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var channel = await hub.OpenChannelAsAsync("polisen");
        await ListAsync(channel);
        using var other = await hub.OpenChannelAsAsync("polisen");
        await hub.Operator.Partners.SuspendPartnerAsync(new SuspendPartnerRequest { Name = "partners/polisen", Reason = "A break-in." }, cancellationToken: Cancellation);

        // On the connection that is open, and on a new one.
        foreach (var each in new[] { channel, other })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(each));
            Assert.Contains("A break-in.", refused.Status.Detail, StringComparison.Ordinal);
        }

        Assert.All(Of(hub, SecurityEvent.PartnerShutOut), e => Assert.Equal("PARTNER_SUSPENDED", e.Fields["Reason"]));
        Assert.Equal(2, Of(hub, SecurityEvent.PartnerShutOut).Count);
        Assert.Empty(Of(hub, SecurityEvent.HandshakeRefused));
    }

    [Fact]
    public async Task Metric_OfSecurityEvents_CountsByKindAndReasonAndNothingFromOutside()
    {
        var counted = new List<(string Kind, string Reason)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "trygghethub.security.events")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted)
            {
                counted.Add(((string)tags[0].Value!, tags.Length > 1 ? (string)tags[1].Value! : ""));
            }
        });
        listener.Start();
        await using var hub = await TestHub.StartAsync();

        Assert.Equal("ENROLMENT_CODE_UNKNOWN", await RefusedAsync(hub, "thj1_from outside"));

        lock (counted)
        {
            Assert.Contains(("EnrolmentCodeRefused", "ENROLMENT_CODE_UNKNOWN"), counted);
            Assert.All(counted, c => Assert.True(Enum.TryParse<SecurityEvent>(c.Kind, out _)));
        }
    }

    private static IReadOnlyList<LoggedEvent> Of(TestHub hub, SecurityEvent kind) =>
        [.. hub.LoggedEvents.Where(e => e.Category == SecurityEvents.Category && e.Id == (int)kind && e.Id.Name == kind.ToString())];

    private static string Unknown(TestHub hub) =>
        EnrolmentCode.Create(hub.Hub.Services.GetRequiredService<Authority>().Root.RawData).ToString();

    private static async Task CreateAsync(TestHub hub) => await hub.Operator.Partners.CreatePartnerAsync(
        new CreatePartnerRequest { Partner = new Wire.Partner { Id = "skolan", DisplayName = "Skolan", Kind = PartnerKind.MunicipalUnit } });

    private static async Task<string> CodeAsync(TestHub hub) =>
        (await hub.Operator.Partners.CreateEnrolmentCodeAsync(new CreateEnrolmentCodeRequest { Name = "partners/skolan" })).Code;

    private static async Task JoinAsync(TestHub hub, string code)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var channel = hub.OpenChannel(certificate: null, url: hub.Hub.OpenUrl);
        await new Wire.JoinService.JoinServiceClient(channel).JoinAsync(
            new JoinRequest { Code = code, CsrDer = ByteString.CopyFrom(csr) }, cancellationToken: Cancellation);
    }

    private static async Task<string> RefusedAsync(TestHub hub, string code) =>
        (await Assert.ThrowsAsync<RpcException>(() => JoinAsync(hub, code))).GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason;

    private static async Task ListAsync(Grpc.Net.Client.GrpcChannel channel) =>
        await new AreaService.AreaServiceClient(channel).ListAreasAsync(new ListAreasRequest(), cancellationToken: Cancellation);
}
