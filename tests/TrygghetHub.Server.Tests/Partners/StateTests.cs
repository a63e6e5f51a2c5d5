using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>Partners that are shut out, let back in, given other roles, and that leave.</summary>
public sealed class StateTests
{
    private const string Name = "partners/polisen";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    [InlineData(null)]
    public async Task Reason_MissingOrTooLongOrOfTwoLines_IsRefused(string? given)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var reason = given ?? new string('x', 201);

        await Refused.ForAsync("FIELD_INVALID", "reason", () => SuspendAsync(hub, reason));
        await Refused.ForAsync("FIELD_INVALID", "reason", () => OffboardAsync(hub, recall: false, reason));
        await Refused.ForAsync("FIELD_INVALID", "reason", async () => await hub.Operator.Partners.RevokeCertificateAsync(
            new RevokeCertificateRequest { ThumbprintSha256 = "00", Reason = reason }));
    }

    [Fact]
    public async Task Revocation_OfAThumbprintThatNobodyHas_IsNotFound()
    {
        await using var hub = await TestHub.StartAsync();

        await Refused.ForAsync("NOT_FOUND", "thumbprint_sha256", async () => await hub.Operator.Partners.RevokeCertificateAsync(
            new RevokeCertificateRequest { ThumbprintSha256 = new string('0', 64), Reason = "Lost." }));
    }

    [Fact]
    public async Task Leaving_ByTheNameOfAnother_IsRefusedAndEndsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        foreach (var name in new[] { "partners/upplands-bro", "polisen", "" })
        {
            await Refused.ForAsync("FIELD_INVALID", "name", async () => await police.Caller.LeaveHubAsync(
                new LeaveHubRequest { Name = name, Reason = "It is over." }));
        }

        await police.SubmitAsync(Examples.Incident("one"));
    }

    [Fact]
    public async Task Suspension_UntilItIsResumed_ShutsOutAlsoOverARestart()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();

        await SuspendAsync(hub, "An inquiry.");
        await hub.RestartAsync();
        using var shutOut = DirectCaller.Of(hub, "polisen");
        Assert.Equal("PARTNER_SUSPENDED", await shutOut.ReasonAsync());
        var suspended = await GetAsync(hub);
        Assert.Equal((PartnerState.Suspended, "An inquiry."), (suspended.State, suspended.StateReason));

        await hub.Operator.Partners.ResumePartnerAsync(new ResumePartnerRequest { Name = Name }, cancellationToken: Cancellation);
        using var back = DirectCaller.Of(hub, "polisen");
        Assert.Null(await back.ReasonAsync());
    }

    [Fact]
    public async Task Roles_SetAnew_TakeAwayAtOnceAndGiveWithTheNextToken()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));

        await hub.SetRolesAsync("polisen", PartnerRole.Auditor, PartnerRole.Auditor);

        await Refused.ForAsync("PERMISSION_MISSING", () => police.SubmitAsync(Examples.Incident("two")));

        // The token that the client holds was granted what the roles were then: another client asks anew.
        using (var identity = IdentityFolder.Load(hub.IdentityPath("polisen")))
        using (var anew = HubClient.Connect(identity))
        {
            await anew.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Cancellation);
        }

        await hub.RestartAsync();
        Assert.Equal([PartnerRole.Auditor], (await GetAsync(hub)).Roles);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public async Task Leaving_WithOrWithoutRecall_EndsItsPartAndHidesItsReportsOrNotAlsoOverARestart(bool recall, int seen)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("p", 3));
        var before = (await municipality.CompileAsync(2024, 20)).Picture;

        // What is only checked tells the same and changes nothing.
        var only = await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = Name, RecallReports = recall, Reason = "It is over.", ValidateOnly = true },
            cancellationToken: Cancellation);
        await Refused.ForAsync("FIELD_INVALID", "reason", async () => await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = Name, ValidateOnly = true }));
        var own = await police.Caller.LeaveHubAsync(
            new LeaveHubRequest { Name = Name, RecallReports = recall, Reason = "It is over.", ValidateOnly = true },
            cancellationToken: Cancellation);
        Assert.Equal(PartnerState.Active, only.Partner.State);
        Assert.Equal((1, recall, recall ? 3 : 0), (own.Departure.EndedCertificates, own.Departure.Recalled, own.Departure.RecalledReports));
        Assert.Equal(3, (await municipality.IncidentPagesAsync(10)).Sum(p => p.Count));

        var left = await OffboardAsync(hub, recall, "It is over.");
        Assert.Equal(left.Departure, only.Departure);

        // How many they are is no figure for the operator.
        Assert.Equal((1, recall, 0L), (left.Departure.EndedCertificates, left.Departure.Recalled, left.Departure.RecalledReports));
        Assert.DoesNotContain(left.Departure.Kept, k => k.What.Any(char.IsAsciiDigit));
        Assert.Equal(recall ? ["partners/upplands-bro"] : [], left.Departure.RecallRecipients);
        Assert.Equal(left, await OffboardAsync(hub, recall, "It is over."));
        await AssertSoAsync();
        await hub.RestartAsync();
        await AssertSoAsync();

        async Task AssertSoAsync()
        {
            Assert.Equal(seen, (await municipality.IncidentPagesAsync(10)).Sum(p => p.Count));
            // The picture stays as it is, and tells what was recalled.
            var after = await municipality.PictureAsync(2024, 20, 1);
            Assert.Equal(recall ? 3 : 0, after.LateChanges?.Withdrawn ?? 0);
            after.LateChanges = null;
            Assert.Equal(before.ToByteString(), after.ToByteString());
            Assert.Equal(PartnerState.Left, (await GetAsync(hub)).State);
            using var caller = DirectCaller.Of(hub, "polisen");
            Assert.Equal("PARTNER_LEFT", await caller.ReasonAsync());
            await Refused.ForAsync("PARTNER_EXISTS", "partner.id", async () => await hub.Operator.Partners.CreatePartnerAsync(
                new CreatePartnerRequest { Partner = new Partner { Id = "polisen", DisplayName = "Test polisen", Kind = PartnerKind.Police } }));
            await Refused.ForAsync("PARTNER_STATE", async () =>
                await hub.Operator.Partners.ResumePartnerAsync(new ResumePartnerRequest { Name = Name }));
        }
    }

    private static async Task<Partner> GetAsync(TestHub hub) =>
        (await hub.Operator.Partners.GetPartnerAsync(new GetPartnerRequest { Name = Name }, cancellationToken: Cancellation)).Partner;

    private static async Task<SuspendPartnerResponse> SuspendAsync(TestHub hub, string reason) =>
        await hub.Operator.Partners.SuspendPartnerAsync(new SuspendPartnerRequest { Name = Name, Reason = reason });

    private static async Task<OffboardPartnerResponse> OffboardAsync(TestHub hub, bool recall, string reason) =>
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = Name, RecallReports = recall, Reason = reason });
}
