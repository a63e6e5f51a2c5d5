using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class PreviewTests
{
    private static readonly Dictionary<string, Action<Incident>> Refusals = new()
    {
        ["no report"] = i => i.Report = null,
        ["no reference"] = i => i.Report.SourceRef = "",
        ["no responder"] = i => i.Responder = Responder.Unspecified,
        ["category unknown"] = i => i.Report.Category = "parking",
        ["category about individuals"] = i => i.Report.Category = "sexual-offence",
        ["area unknown"] = i => i.Report.Place.Area = "9999",
        ["area not agreed"] = i => i.Report.Place = new Place { Area = "0114", Precision = Precision.Municipality },
        ["precision of a point without one"] = i => i.Report.Place.Precision = Precision.Point,
        ["in the future"] = i => i.Report.Occurred.From = TimeProvider.System.GetUtcNow().AddDays(30).ToTimestamp(),
    };

    [Fact]
    public async Task Preview_OfWhatWouldBeRefused_FailsAsSendingItWould()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        foreach (var (name, spoil) in Refusals)
        {
            var incident = Examples.Incident("one");
            spoil(incident);

            var previewed = await Assert.ThrowsAsync<HubException>(() => PreviewAsync(police, incident));
            var sent = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(incident));

            Assert.Equal((name, sent.Reason, sent.Field, sent.Message), (name, previewed.Reason, previewed.Field, previewed.Message));
        }

        await Refused.ForAsync("FIELD_REQUIRED", "incident", async () => await police.Incidents.PreviewIncidentAsync(new PreviewIncidentRequest()));
        await Refused.ForAsync("FIELD_REQUIRED", "observation", async () =>
            await police.Observations.PreviewObservationAsync(new PreviewObservationRequest()));
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => PreviewAsync(third, Examples.Incident("one")));
    }

    [Fact]
    public async Task Preview_OfAReport_IsWhatItsRecipientsThenReadAndKeepsNothing()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.PartnerAsync("skolan", PartnerKind.School);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro", "bostad", "habo", "skolan");
        agreement.SharingTerms.Purposes.Add(Purpose.Evaluation);
        agreement.SharingTerms.Flows[0].To.Remove("habo");
        agreement.SharingTerms.Flows[0].To.Remove("skolan");
        var counts = Examples.Flow("§2", "polisen", "habo");
        counts.Form = SharingForm.Counts;
        agreement.SharingTerms.Flows.Add(counts);
        await hub.AgreeAsync(agreement);
        var incident = Examples.Incident("one");
        incident.Report.Summary = "Klotter.";
        incident.Report.SourceVersion = "v1";
        var before = Last(hub);

        var previews = (await PreviewAsync(police, incident)).Previews;

        Assert.Equal(before, Last(hub));
        Assert.Empty((await police.IncidentPagesAsync(10)).Single());
        Assert.Equal(
            [
                ("bostad", Purpose.WeeklyPicture, false), ("bostad", Purpose.Evaluation, false),
                ("habo", Purpose.WeeklyPicture, true), ("habo", Purpose.Evaluation, true),
                ("upplands-bro", Purpose.WeeklyPicture, false), ("upplands-bro", Purpose.Evaluation, false),
            ],
            previews.Select(p => (p.Partner, p.Purpose, p.Incident is null)));
        Assert.All(previews, p => Assert.Equal(("est", p.Partner == "habo" ? "§2" : "§1"), (p.Grounds.Agreement, p.Grounds.Clause)));
        // For a private party the day is over first.
        Assert.All(previews, p => Assert.Equal(p.Partner == "bostad", p.VisibleTime is not null));
        Assert.Contains("category", previews[0].Grounds.Withheld);
        Assert.Contains("severity", previews.First(p => p.Partner == "habo").Grounds.Withheld);

        var name = (await police.SubmitAsync(incident)).Name;
        time.Advance(previews[0].VisibleTime.ToDateTimeOffset() - time.GetUtcNow());
        foreach (var (partner, client) in new[] { ("upplands-bro", municipality), ("bostad", housing) })
        {
            var read = await client.ReadIncidentAsync(name);
            (read.Name, read.Report.ReceiveTime) = ("", null);
            Assert.Equal(read, previews.First(p => p.Partner == partner).Incident);
        }
    }

    [Fact]
    public async Task Preview_OfAnObservation_IsTyped()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var observation = Examples.Observation("one");

        var preview = Assert.Single(
            (await police.Observations.PreviewObservationAsync(
                new PreviewObservationRequest { Observation = observation }, cancellationToken: TestContext.Current.CancellationToken)).Previews);

        Assert.Equal((ObservationSource.FaultReport, ""), (preview.Observation.Source, preview.Observation.Name));
        var name = (await police.SubmitAsync(observation)).Name;
        var read = (await municipality.Observations.GetObservationAsync(
            new GetObservationRequest { Name = name, Purpose = Purpose.WeeklyPicture }, cancellationToken: TestContext.Current.CancellationToken)).Observation;
        (read.Name, read.Report.ReceiveTime) = ("", null);
        Assert.Equal(read, preview.Observation);
    }

    [Theory]
    [InlineData("red")]
    [InlineData("prohibited")]
    [InlineData("context that would only be counted")]
    [InlineData("exercise that would only be counted")]
    [InlineData("recipient left")]
    public async Task Preview_OfWhatNobodyWouldSee_IsEmpty(string what)
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        var incident = Examples.Incident("one");
        switch (what)
        {
            case "red":
                incident.Report.Tlp = Tlp.Red;
                break;
            case "prohibited":
                agreement.SharingTerms.Prohibitions.Add(new Prohibition
                {
                    Clause = "§9",
                    From = { "polisen" },
                    To = { "upplands-bro" },
                    Areas = { "01" },
                    Categories = { "graffiti" },
                });
                break;
            case "recipient left":
                break;
            default:
                agreement.SharingTerms.Flows[0].Form = SharingForm.Counts;
                incident.Report.ContextOnly = what.StartsWith("context", StringComparison.Ordinal);
                incident.Report.Exercise = !incident.Report.ContextOnly;
                break;
        }

        await hub.AgreeAsync(agreement);
        if (what == "recipient left")
        {
            Assert.Single((await PreviewAsync(police, incident)).Previews);
            await hub.Operator.Partners.OffboardPartnerAsync(
                new OffboardPartnerRequest { Name = "partners/upplands-bro", Reason = "It is over." },
                cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Empty((await PreviewAsync(police, incident)).Previews);
    }

    [Fact]
    public async Task Preview_UnderADelayThatOutlivesTheAgreement_IsEmpty()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.SharingTerms.Flows[0].Delay = TimeSpan.FromDays(2).ToDuration();
        agreement.ValidTo = TimeProvider.System.GetUtcNow().AddDays(1).ToTimestamp();
        await hub.AgreeAsync(agreement);

        Assert.Empty((await PreviewAsync(police, Examples.Incident("one"))).Previews);
    }

    private static async Task<PreviewIncidentResponse> PreviewAsync(HubClient by, Incident incident) =>
        await by.Incidents.PreviewIncidentAsync(new PreviewIncidentRequest { Incident = incident });

    private static long Last(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        return JournalReader.Last(connection).Seq;
    }
}
