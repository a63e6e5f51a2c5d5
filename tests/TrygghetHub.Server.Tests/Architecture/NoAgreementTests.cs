using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;
using IsoWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>Every RPC that answers with reports or counts, called by a partner whom no agreement names.</summary>
public sealed class NoAgreementTests
{
    private static readonly Dictionary<string, Func<TrygghetHub.Client.HubClient, string, string, Task<bool>>> Calls = new()
    {
        ["trygghethub.incidents.v1.IncidentService.GetIncident"] = async (c, incident, _) => await FoundAsync(
            async () => await c.Incidents.GetIncidentAsync(new GetIncidentRequest { Name = incident, Purpose = Purpose.WeeklyPicture })),
        ["trygghethub.incidents.v1.IncidentService.ListIncidents"] = async (c, _, _) =>
            (await c.Incidents.ListIncidentsAsync(new ListIncidentsRequest { Purpose = Purpose.WeeklyPicture })).Incidents.Count > 0,
        ["trygghethub.observations.v1.ObservationService.GetObservation"] = async (c, _, observation) => await FoundAsync(
            async () => await c.Observations.GetObservationAsync(new GetObservationRequest { Name = observation, Purpose = Purpose.WeeklyPicture })),
        ["trygghethub.observations.v1.ObservationService.ListObservations"] = async (c, _, _) =>
            (await c.Observations.ListObservationsAsync(new ListObservationsRequest { Purpose = Purpose.WeeklyPicture })).Observations.Count > 0,
        ["trygghethub.pictures.v1.PictureService.CompilePicture"] = async (c, _, _) => await FoundAsync(
            async () => await c.Pictures.CompilePictureAsync(new CompilePictureRequest { Municipality = "0139", Week = Week })),
        ["trygghethub.pictures.v1.PictureService.GetPicture"] = async (c, _, _) => await FoundAsync(
            async () => await c.Pictures.GetPictureAsync(new GetPictureRequest { Municipality = "0139", Week = Week })),
        ["trygghethub.pictures.v1.PictureService.ListPictures"] = async (c, _, _) =>
            (await c.Pictures.ListPicturesAsync(new ListPicturesRequest())).Pictures.Count > 0,
    };

    public static IEnumerable<string> Rpcs => Calls.Keys;

    private static IsoWeek Week => new() { Year = 2024, Week = 20 };

    [Fact]
    public async Task Rpc_ThatReads_GivesNothingWithoutAnAgreementAndSomethingWithOne()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.MunicipalUnit);
        var incident = (await police.SubmitAsync(Examples.Incident("i"))).Name;
        var observation = (await police.SubmitAsync(Examples.Observation("o"))).Name;
        await municipality.CompileAsync(2024, 20);

        foreach (var (rpc, shows) in Calls)
        {
            Assert.Equal((rpc, false), (rpc, await shows(third, incident, observation)));
            Assert.Equal((rpc, true), (rpc, await shows(municipality, incident, observation)));
        }
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
    }
}
