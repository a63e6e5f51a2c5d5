using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Links.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

/// <summary>
/// A partner that asks about agreements and partners of others gets the same answer whether there is one or not: each question is
/// asked of what others have and of what nobody has.
/// </summary>
public sealed class ExistenceTests
{
    private static readonly string[] ForeignAgreements = ["xq-force", "xq-drafted", "xq-proposed"];
    private static readonly string[] ForeignPartners = ["xq-police", "xq-town", "xq-left"];

    private static readonly Dictionary<string, Func<HubClient, string, Task<IMessage>>> OfAgreements = new()
    {
        ["GetAgreement"] = async (c, id) => await c.Agreements.GetAgreementAsync(new GetAgreementRequest { Name = "agreements/" + id }),
        ["GetAgreement of a version"] = async (c, id) => await c.Agreements.GetAgreementAsync(
            new GetAgreementRequest { Name = $"agreements/{id}/versions/1" }),
        ["ProposeAgreement"] = async (c, id) => await c.Agreements.ProposeAgreementAsync(
            new ProposeAgreementRequest { Name = $"agreements/{id}/versions/1", DocumentSha256 = "00" }),
        ["SignAgreement"] = async (c, id) => await c.Agreements.SignAgreementAsync(
            new SignAgreementRequest { Name = $"agreements/{id}/versions/1", Signature = ByteString.CopyFromUtf8("x") }),
        ["SuspendAgreement"] = async (c, id) => await c.Agreements.SuspendAgreementAsync(
            new SuspendAgreementRequest { Name = "agreements/" + id, Reason = "Prov." }),
        ["SuspendAgreement without a reason"] = async (c, id) => await c.Agreements.SuspendAgreementAsync(
            new SuspendAgreementRequest { Name = "agreements/" + id }),
        ["ResumeAgreement"] = async (c, id) => await c.Agreements.ResumeAgreementAsync(
            new ResumeAgreementRequest { Name = "agreements/" + id }),
        ["TerminateAgreement"] = async (c, id) => await c.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/" + id, Reason = "Prov." }),
        ["DraftAgreement"] = async (c, id) => await c.Agreements.DraftAgreementAsync(
            new DraftAgreementRequest { Agreement = Examples.Agreement(id, "habo", "ours") }),
        ["ApplyAgreement"] = async (c, id) => await c.Agreements.ApplyAgreementAsync(
            new ApplyAgreementRequest { Agreement = Examples.Agreement(id, "habo", "ours") }),
        ["RehearseAgreement"] = async (c, id) =>
        {
            var draft = Examples.Agreement(id, "habo", "ours");
            draft.SharingTerms.Purposes.Add(Purpose.Evaluation);
            var answer = await c.Agreements.RehearseAgreementAsync(new RehearseAgreementRequest { Agreement = draft });
            Assert.Equal(1, Assert.Single(answer.Changes).Gained);
            return answer;
        },
        ["RehearseAgreement without what is shared"] = async (c, id) =>
        {
            var draft = Examples.Agreement(id, "habo", "ours");
            draft.SharingTerms.Flows[0].Categories.Clear();
            return await c.Agreements.RehearseAgreementAsync(new RehearseAgreementRequest { Agreement = draft });
        },
    };

    private static readonly Dictionary<string, Func<HubClient, string, Task<IMessage>>> OfPartners = new()
    {
        ["ReviewAccess"] = async (c, id) => await c.Agreements.ReviewAccessAsync(
            new ReviewAccessRequest { Recipient = id, Purpose = Purpose.WeeklyPicture }),
        ["ExplainAccess to it"] = async (c, id) => await c.Agreements.ExplainAccessAsync(
            new ExplainAccessRequest { Recipient = id, Purpose = Purpose.WeeklyPicture, Described = Described("habo") }),
        ["ExplainAccess from it"] = async (c, id) => await c.Agreements.ExplainAccessAsync(
            new ExplainAccessRequest { Recipient = "habo", Purpose = Purpose.WeeklyPicture, Described = Described(id) }),
        ["ExplainAccess between others"] = async (c, id) => await c.Agreements.ExplainAccessAsync(
            new ExplainAccessRequest { Recipient = id, Purpose = Purpose.WeeklyPicture, Described = Described("ours") }),
        ["ExplainAccess of a report"] = async (c, id) => await c.Agreements.ExplainAccessAsync(
            new ExplainAccessRequest { Recipient = id, Purpose = Purpose.WeeklyPicture, Report = $"partners/{id}/incidents/x" }),
        ["ListViewers"] = async (c, id) => await c.Audit.ListViewersAsync(
            new ListViewersRequest { Report = $"partners/{id}/incidents/{Guid.Empty:D}" }),
        ["GetIncident"] = async (c, id) => await c.Incidents.GetIncidentAsync(
            new GetIncidentRequest { Name = $"partners/{id}/incidents/{Guid.Empty:D}", Purpose = Purpose.WeeklyPicture }),
        ["ListIncidents"] = async (c, id) => await c.Incidents.ListIncidentsAsync(
            new ListIncidentsRequest { Parent = "partners/" + id, Purpose = Purpose.WeeklyPicture }),
        ["DecideLink"] = async (c, id) => await c.Links.DecideLinkAsync(new DecideLinkRequest
        {
            Report = $"partners/{id}/incidents/{Guid.Empty:D}",
            Other = $"partners/habo/incidents/{Guid.Empty:D}",
            Decision = LinkDecision.Same,
        }),
        ["GetPicture"] = async (c, id) => await c.Pictures.GetPictureAsync(new GetPictureRequest
        {
            Municipality = "0139",
            Week = new TrygghetHub.Calendar.V1.IsoWeek { Year = 2024, Week = 20 },
            Audience = new Audience { Kind = AudienceKind.Partner, Partner = id },
        }),
        ["ExportPicture"] = async (c, id) => await c.Pictures.ExportPictureAsync(
            new ExportPictureRequest { Name = $"partners/{id}/pictures/0139-2024-W20-r1", Form = PictureForm.Protobuf }),
        ["StartReview"] = async (c, id) => await c.Reviews.StartReviewAsync(
            new StartReviewRequest { Name = $"partners/{id}/pictures/0139-2024-W20-r1", Etag = "x" }),
        ["DistributePicture"] = async (c, id) => await c.Reviews.DistributePictureAsync(
            new DistributePictureRequest { Name = "partners/habo/pictures/0139-2024-W20-r1", Etag = "x", Recipients = { id } }),
        ["GetDelivery"] = async (c, id) => await c.Deliveries.GetDeliveryAsync(
            new GetDeliveryRequest { Name = $"partners/{id}/deliveries/1" }),
        ["LiftLegalHold"] = async (c, id) => await c.Retention.LiftLegalHoldAsync(
            new LiftLegalHoldRequest { Name = $"partners/{id}/legalHolds/{Guid.Empty:D}", Reference = "KS2026/1" }),
        ["LeaveHub"] = async (c, id) => await c.Caller.LeaveHubAsync(new LeaveHubRequest { Name = "partners/" + id, Reason = "Prov." }),
        ["GetPartner"] = async (c, id) => await c.Partners.GetPartnerAsync(new GetPartnerRequest { Name = "partners/" + id }),
        ["SuspendPartner"] = async (c, id) => await c.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = "partners/" + id, Reason = "Prov." }),
        ["RehearseAgreement under its id"] = async (c, id) => await c.Agreements.RehearseAgreementAsync(
            new RehearseAgreementRequest { Agreement = Examples.Agreement("est-" + id, "habo", "ours") }),
        ["DraftAgreement under its id"] = async (c, id) => await c.Agreements.DraftAgreementAsync(
            new DraftAgreementRequest { Agreement = Examples.Agreement("est-" + id, "habo", "ours") }),
    };

    [Fact]
    public async Task Questions_OfACoordinator_AreAnsweredAlikeWhetherOrNotOthersHaveIt()
    {
        await using var hub = await StartAsync();
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);

        await AssertAlikeAsync(habo);
    }

    [Fact]
    public async Task Questions_OfAPartnersSystem_AreAnsweredAlikeWhetherOrNotOthersHaveIt()
    {
        await using var hub = await StartAsync();
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.Operator.Partners.SetPartnerRolesAsync(
            new SetPartnerRolesRequest { Name = "partners/habo", Roles = { PartnerRole.PartnerSystem } },
            cancellationToken: TestContext.Current.CancellationToken);

        await AssertAlikeAsync(habo);
    }

    [Fact]
    public async Task Draft_OfANewAgreement_IsUnderTheDraftersOwnId()
    {
        await using var hub = await StartAsync();
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);

        Assert.Equal(1, (await habo.DraftAsync(Examples.Agreement("est-habo", "habo", "ours"))).Version);
        Assert.Equal(1, (await habo.DraftAsync(Examples.Agreement("est-habo", "habo", "ours"))).Version);
        await Refused.ForAsync(
            "AGREEMENT_INVALID", "agreement.id", () => habo.DraftAsync(Examples.Agreement("est-ours", "habo", "ours")));
        // Nor does the operator put one there that the drafter has no part in.
        await Refused.ForAsync(
            "AGREEMENT_INVALID", "agreement.id", () => hub.Operator.DraftAsync(Examples.Agreement("other-habo", "xq-police", "ours")));
    }

    private static async Task AssertAlikeAsync(HubClient caller)
    {
        foreach (var (name, ask) in OfAgreements)
        {
            var missing = await AnswerAsync(ask, caller, "xq-nowhere");
            foreach (var id in ForeignAgreements)
            {
                Assert.Equal((name, id, missing), (name, id, await AnswerAsync(ask, caller, id)));
            }
        }

        foreach (var (name, ask) in OfPartners)
        {
            var missing = await AnswerAsync(ask, caller, "xq-nobody");
            foreach (var id in ForeignPartners)
            {
                Assert.Equal((name, id, missing), (name, id, await AnswerAsync(ask, caller, id)));
            }
        }
    }

    // What was asked about stands in no answer but where the caller wrote it.
    private static async Task<string> AnswerAsync(Func<HubClient, string, Task<IMessage>> ask, HubClient caller, string id)
    {
        string answer;
        try
        {
            answer = (await ask(caller, id)).ToString()!;
        }
        catch (HubException e)
        {
            answer = $"{e.StatusCode} {e.Reason} {e.Field} {e.Rule} {e.Remedy} {e.Message}";
        }

        return answer.Replace(id, "ID", StringComparison.Ordinal);
    }

    // Agreements of others in force, drafted and proposed, and one that has left; the caller has one of its own.
    private static async Task<TestHub> StartAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("xq-police", PartnerKind.Police);
        await hub.PartnerAsync("xq-town", PartnerKind.MunicipalUnit);
        await hub.PartnerAsync("xq-left", PartnerKind.School);
        await hub.PartnerAsync("ours", PartnerKind.School);
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("ours", "habo", "ours"));
        await hub.AgreeAsync(Examples.Agreement("xq-force", "xq-police", "xq-town"));
        await hub.Operator.DraftAsync(Examples.Agreement("xq-drafted", "xq-police", "xq-town"));
        await hub.Operator.ProposeAsync(await hub.Operator.DraftAsync(Examples.Agreement("xq-proposed", "xq-police", "xq-town")));
        await hub.AgreeAsync(Examples.Agreement("est-xq-police", "xq-police", "xq-town"));
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/xq-left", Reason = "Prov.", RecallReports = true });
        await habo.SubmitAsync(Examples.Incident("one", TimeProvider.System.GetUtcNow().AddHours(-1)));
        return hub;
    }

    private static DescribedReport Described(string sender) => new() { Sender = sender, Category = "graffiti", Area = "0139" };
}
