using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;
using IsoWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>Every RPC that answers with reports, counts, or what is seen of them, called by a partner whom no agreement names.</summary>
public sealed class NoAgreementTests
{
    private static readonly Dictionary<string, Func<Asking, Task<bool>>> Calls = new()
    {
        ["trygghethub.agreements.v1.AgreementService.ExplainAccess"] = async a => await FoundAsync(
            async () => await a.Client.Agreements.ExplainAccessAsync(
                new ExplainAccessRequest { Recipient = a.Caller, Purpose = Purpose.WeeklyPicture, Report = a.Incident })),
        ["trygghethub.agreements.v1.AgreementService.RehearseAgreement"] = async a =>
        {
            // Without what the municipality sees, and with all of it for the third.
            var draft = Examples.Agreement("est", "polisen", "upplands-bro", "third");
            draft.SharingTerms.Flows[0].To.Remove("upplands-bro");
            return (await a.Client.Agreements.RehearseAgreementAsync(new RehearseAgreementRequest { Agreement = draft })).Changes.Count > 0;
        },
        ["trygghethub.agreements.v1.AgreementService.ReviewAccess"] = async a =>
            (await a.Client.Agreements.ReviewAccessAsync(
                new ReviewAccessRequest { Recipient = a.Caller, Purpose = Purpose.WeeklyPicture })).Visible.Count > 0,
        // What the sender's own reports were seen by: its own, for the partner that no agreement names there are none.
        ["trygghethub.audit.v1.AuditService.ListViewers"] = async a =>
        {
            using var channel = await a.Hub.OpenChannelAsAsync(a.Caller);
            return await FoundAsync(async () => await new AuditService.AuditServiceClient(channel).ListViewersAsync(
                new ListViewersRequest { Report = a.Caller == "upplands-bro" ? a.Own : a.Incident }));
        },
        ["trygghethub.feed.v1.FeedService.Subscribe"] = async a =>
        {
            await using var feed = FeedReader.Open(await a.Hub.OpenChannelAsAsync(a.Caller));
            return await FoundAsync(() => feed.CaughtUpAsync(TestContext.Current.CancellationToken)) && feed.Entries.Any();
        },
        ["trygghethub.incidents.v1.IncidentService.GetIncident"] = async a => await FoundAsync(
            async () => await a.Client.Incidents.GetIncidentAsync(
                new GetIncidentRequest { Name = a.Incident, Purpose = Purpose.WeeklyPicture })),
        ["trygghethub.incidents.v1.IncidentService.ListIncidents"] = async a => (await a.Client.Incidents.ListIncidentsAsync(
            new ListIncidentsRequest { Parent = "partners/polisen", Purpose = Purpose.WeeklyPicture })).Incidents.Count > 0,
        ["trygghethub.incidents.v1.IncidentService.PreviewIncident"] = async a => await FoundAsync(
            async () => await a.Client.Incidents.PreviewIncidentAsync(
                new PreviewIncidentRequest { Incident = Examples.Incident("preview") })),
        ["trygghethub.observations.v1.ObservationService.GetObservation"] = async a => await FoundAsync(
            async () => await a.Client.Observations.GetObservationAsync(
                new GetObservationRequest { Name = a.Observation, Purpose = Purpose.WeeklyPicture })),
        ["trygghethub.observations.v1.ObservationService.ListObservations"] = async a =>
            (await a.Client.Observations.ListObservationsAsync(
                new ListObservationsRequest { Purpose = Purpose.WeeklyPicture })).Observations.Count > 0,
        ["trygghethub.observations.v1.ObservationService.PreviewObservation"] = async a => await FoundAsync(
            async () => await a.Client.Observations.PreviewObservationAsync(
                new PreviewObservationRequest { Observation = Examples.Observation("preview") })),
        ["trygghethub.pictures.v1.PictureService.CompilePicture"] = async a => await FoundAsync(
            async () => await a.Client.Pictures.CompilePictureAsync(new CompilePictureRequest { Municipality = "0139", Week = Week })),
        ["trygghethub.pictures.v1.PictureService.GetPicture"] = async a => await FoundAsync(
            async () => await a.Client.Pictures.GetPictureAsync(new GetPictureRequest { Municipality = "0139", Week = Week })),
        ["trygghethub.pictures.v1.PictureService.GetPicture for an audience"] = async a => await FoundAsync(
            async () => await a.Client.Pictures.GetPictureAsync(new GetPictureRequest
            {
                Municipality = "0139",
                Week = Week,
                Audience = new Audience { Kind = AudienceKind.Partner, Partner = "polisen" },
            })),
        ["trygghethub.pictures.v1.PictureService.ExportPicture"] = async a => await FoundAsync(
            async () => await a.Client.Pictures.ExportPictureAsync(new ExportPictureRequest { Name = Picture, Form = PictureForm.Protobuf })),
        ["trygghethub.pictures.v1.PictureService.ListPictures"] = async a =>
            (await a.Client.Pictures.ListPicturesAsync(new ListPicturesRequest())).Pictures.Count > 0,
        // In the order of a review: each is asked in the state that the one before has left, and of the municipality's picture.
        ["trygghethub.pictures.v1.ReviewService.StartReview"] = a => FoundAsync(async () => await a.Client.Reviews.StartReviewAsync(
            new StartReviewRequest { Name = Picture, Etag = await a.EtagAsync() })),
        ["trygghethub.pictures.v1.ReviewService.SetAreaLevel"] = a => FoundAsync(async () => await a.Client.Reviews.SetAreaLevelAsync(
            new SetAreaLevelRequest
            {
                Name = Picture,
                Etag = await a.EtagAsync(),
                Area = "0139",
                Level = AreaLevel.JointEffort,
                Reason = "Det har beslutats.",
            })),
        ["trygghethub.pictures.v1.ReviewService.EditSentence"] = a => FoundAsync(async () =>
        {
            try
            {
                await a.Client.Reviews.EditSentenceAsync(
                    new EditSentenceRequest { Name = Picture, Etag = await a.EtagAsync(), Sentence = "none", Strike = true, Reason = "Den saknas." });
            }
            catch (TrygghetHub.Client.HubException refused) when (refused.Field == "sentence")
            {
                // Told of the sentences: the picture was found.
            }
        }),
        ["trygghethub.pictures.v1.ReviewService.DispatchDraft"] = a => FoundAsync(async () => await a.Client.Reviews.DispatchDraftAsync(
            new DispatchDraftRequest { Name = Picture, Etag = await a.EtagAsync(), RegistrationNumber = "KS2026/1", Recipients = { "polisen" } })),
        ["trygghethub.pictures.v1.ReviewService.ApprovePicture"] = a => FoundAsync(async () => await a.Client.Reviews.ApprovePictureAsync(
            new ApprovePictureRequest
            {
                Name = Picture,
                Etag = await a.EtagAsync(),
                Approver = "Trygghetschefen",
                RegistrationNumber = "KS2026/2",
                Tlp = Tlp.Amber,
            })),
        ["trygghethub.pictures.v1.ReviewService.GetApproval"] = a => FoundAsync(async () => await a.Client.Reviews.GetApprovalAsync(
            new GetApprovalRequest { Name = Picture })),
        ["trygghethub.pictures.v1.ReviewService.DistributePicture"] = a => FoundAsync(async () => await a.Client.Reviews.DistributePictureAsync(
            new DistributePictureRequest { Name = Picture, Etag = await a.EtagAsync(), Everyone = true })),
        // What was delivered to the police: the municipality, which sent it, sees that; the third sees nothing.
        ["trygghethub.pictures.v1.DeliveryService.ListDeliveries"] = async a =>
            (await a.Client.Deliveries.ListDeliveriesAsync(new ListDeliveriesRequest { Sent = true })).Deliveries.Count > 0,
        ["trygghethub.pictures.v1.DeliveryService.GetDelivery"] = a => FoundAsync(async () => await a.Client.Deliveries.GetDeliveryAsync(
            new GetDeliveryRequest { Name = await a.DeliveryAsync() })),
        ["trygghethub.pictures.v1.DeliveryService.AcknowledgeDelivery"] = async a =>
        {
            // The recipient's own to say: the police in the municipality's place.
            var client = a.Caller == "upplands-bro" ? await a.Hub.PartnerAsync("polisen", PartnerKind.Police) : a.Client;
            var name = await a.DeliveryAsync();
            return await FoundAsync(async () => await client.Deliveries.AcknowledgeDeliveryAsync(new AcknowledgeDeliveryRequest { Name = name }));
        },
    };

    /// <summary>Each once; what stands behind a name says in which way it is asked.</summary>
    public static IEnumerable<string> Rpcs => Calls.Keys.Select(k => k.Split(' ')[0]).Distinct();

    private const string Picture = "partners/upplands-bro/pictures/0139-2024-W20-r1";

    private static IsoWeek Week => new() { Year = 2024, Week = 20 };

    [Fact]
    public async Task Rpc_ThatReads_GivesNothingWithoutAnAgreementAndSomethingWithOne()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await hub.AgreeAsync(Examples.Agreement("back", "upplands-bro", "polisen"));
        var third = await hub.PartnerAsync("third", PartnerKind.MunicipalUnit);
        var incident = (await police.SubmitAsync(Examples.Incident("i"))).Name;
        var observation = (await police.SubmitAsync(Examples.Observation("o"))).Name;
        var own = (await municipality.SubmitAsync(Examples.Incident("own"))).Name;
        await police.SubmitAsync(Examples.Incident("recent", TimeProvider.System.GetUtcNow().AddHours(-1)));
        await municipality.CompileAsync(2024, 20);

        foreach (var (rpc, shows) in Calls)
        {
            Assert.Equal((rpc, false), (rpc, await shows(new Asking(hub, "third", third, incident, observation, own))));
            Assert.Equal((rpc, true), (rpc, await shows(new Asking(hub, "upplands-bro", municipality, incident, observation, own))));
        }
    }

    [Fact]
    public async Task Picture_ForAnAudienceThatNoAgreementNames_IsNotThereForItsCompilerEither()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await hub.PartnerAsync("third", PartnerKind.MunicipalUnit);
        await police.SubmitAsync(Examples.Incident("i"));
        await municipality.CompileAsync(2024, 20);
        var audience = new Audience { Kind = AudienceKind.Partner, Partner = "third" };

        Assert.False(await FoundAsync(async () => await municipality.Pictures.GetPictureAsync(
            new GetPictureRequest { Municipality = "0139", Week = Week, Audience = audience })));
        Assert.False(await FoundAsync(async () => await municipality.Pictures.ExportPictureAsync(
            new ExportPictureRequest { Name = Picture, Form = PictureForm.Protobuf, Audience = audience })));
    }

    private static async Task<bool> FoundAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (TrygghetHub.Client.HubException refused) when (refused.Reason is "NOT_FOUND" or "AGREEMENT_NOT_ACTIVE")
        {
            return false;
        }
        catch (Grpc.Core.RpcException refused) when (refused.StatusCode is Grpc.Core.StatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Who calls, and what there is to be asked for.</summary>
    private sealed record Asking(
        TestHub Hub, string Caller, TrygghetHub.Client.HubClient Client, string Incident, string Observation, string Own)
    {
        /// <summary>The right one, for whoever asks: what keeps it from the third is not that it does not know it.</summary>
        public async Task<string> EtagAsync() =>
            (await (await Hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit)).PictureAsync(2024, 20)).Etag;

        /// <summary>The name of what the police were sent; before the municipality has sent anything, of nothing.</summary>
        public async Task<string> DeliveryAsync() =>
            (await (await Hub.PartnerAsync("polisen", PartnerKind.Police)).Deliveries.ListDeliveriesAsync(new ListDeliveriesRequest()))
            .Deliveries.FirstOrDefault()?.Name ?? "partners/polisen/deliveries/none";
    }
}
