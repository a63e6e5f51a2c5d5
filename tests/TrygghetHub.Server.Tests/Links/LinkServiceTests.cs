using TrygghetHub.Agreements.V1;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Links.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Links;

public sealed class LinkServiceTests
{
    [Fact]
    public async Task Pair_OfTwoSenders_IsListedAndNeverMerged()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        await police.SubmitAsync(Window("a", 0));
        await guards.SubmitAsync(Window("b", 10));
        await police.SubmitAsync(Window("c", 600));

        var link = Assert.Single(await ListAsync(municipality));

        Assert.Equal(LinkDecision.Unspecified, link.Decision);
        Assert.InRange(link.Score, 0.9, 1);
        Assert.Contains("10 minutes apart", link.Why, StringComparison.Ordinal);
        Assert.Equal((3, 0), await CountAsync(municipality));
        // Each sees its own alone, and one report is no pair.
        Assert.Empty(await ListAsync(police));
    }

    [Fact]
    public async Task Pair_Confirmed_IsCountedOnceAndSaysSoAndReopenedTwice()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var a = await police.SubmitAsync(Window("a", 0));
        var b = await guards.SubmitAsync(Window("b", 10));

        var decided = await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Same);
        Assert.Equal((LinkDecision.Same, "urn:trygghet:partner:upplands-bro"), (decided.Decision, decided.DecidedBy));
        Assert.Equal((1, 1), await CountAsync(municipality));
        Assert.Equal(LinkDecision.Same, Assert.Single(await ListAsync(municipality)).Decision);
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Equal(2, picture.Basis.Inputs.Count);
        Assert.Equal(1, picture.Basis.Inputs.Count(i => i.CountedWithAnother));
        Assert.Equal(1, picture.Cells.Sum(c => c.ThisWeek));

        // The same again, with the names the other way round, is the same decision.
        Assert.Equal(decided, await DecideAsync(municipality, b.Name, a.Name, LinkDecision.Same));
        await hub.RestartAsync();
        Assert.Equal((1, 1), await CountAsync(municipality));
        await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Open);
        Assert.Equal((2, 0), await CountAsync(municipality));
    }

    /// <summary>What is the same as the same is the same; and what is withdrawn leaves the others to be counted.</summary>
    [Fact]
    public async Task Group_OfThree_IsCountedOnceAlsoWhenItsFirstIsWithdrawn()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var a = await police.SubmitAsync(Window("a", 0));
        var b = await guards.SubmitAsync(Window("b", 10));
        var c = await police.SubmitAsync(Window("c", 20));
        await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Same);
        await DecideAsync(municipality, b.Name, c.Name, LinkDecision.Same);
        Assert.Equal((1, 2), await CountAsync(municipality));

        await police.WithdrawIncidentAsync("a");
        Assert.Equal((1, 1), await CountAsync(municipality));
        await police.WithdrawIncidentAsync("c");
        Assert.Equal((1, 0), await CountAsync(municipality));
    }

    /// <summary>
    /// Who saw the event is a source though its report is counted with another; but not where the compiler may only count it any
    /// more, since where it was is then not its to tell.
    /// </summary>
    [Fact]
    public async Task Place_OfAConfirmedEvent_HasTheSourcesOfAllItsReportsThatAreSeen()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var a = await police.SubmitAsync(Window("a", 0));
        var b = await guards.SubmitAsync(Window("b", 10));
        await police.SubmitAsync(Window("another", 600));
        await police.SubmitAsync(Window("a third", 1200));
        await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Same);

        Assert.Equal((2, 2), await SourcesAsync());

        var counts = Examples.Agreement("vakter-ub", "vakter", "upplands-bro");
        counts.SharingTerms.Flows[0].Form = SharingForm.Counts;
        await hub.AgreeAsync(counts);
        Assert.Equal((1, 1), await SourcesAsync());
        Assert.Equal((3, 1), await CountAsync(municipality));

        async Task<(int OfThePlace, int OfTheSquare)> SourcesAsync()
        {
            var picture = (await municipality.CompileAsync(2024, 20)).Picture;
            return (Assert.Single(picture.Places).Sources, Assert.Single(picture.Squares).Sources);
        }
    }

    /// <summary>Sunday night and Monday morning: the event is of the week in which it began to be told of.</summary>
    [Fact]
    public async Task Group_OverTwoWeeks_IsCountedInTheEarlier()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var sunday = new DateTimeOffset(2024, 5, 19, 21, 50, 0, TimeSpan.Zero);
        var a = await police.SubmitAsync(Window("a", sunday));
        var b = await guards.SubmitAsync(Window("b", sunday.AddMinutes(20)));
        await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Same);

        var earlier = (await municipality.CompileAsync(2024, 20)).Picture;
        var later = (await municipality.CompileAsync(2024, 21)).Picture;

        Assert.Equal((1, 0), (earlier.Totals.Reports, earlier.Totals.ConfirmedDoubles));
        Assert.Equal((0, 1, 1), (later.Totals.Reports, later.Totals.ConfirmedDoubles, later.Totals.LastWeek));
    }

    [Fact]
    public async Task Decision_OfOnePartner_LeavesAnothersPicturesAlone()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var neighbour = await hub.PartnerAsync("hb", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("p-hb", "polisen", "hb"));
        await hub.AgreeAsync(Examples.Agreement("g-hb", "vakter", "hb"));
        var a = await police.SubmitAsync(Window("a", 0));
        var b = await guards.SubmitAsync(Window("b", 10));

        await DecideAsync(municipality, a.Name, b.Name, LinkDecision.Same);

        Assert.Equal((1, 1), await CountAsync(municipality));
        Assert.Equal((2, 0), await CountAsync(neighbour));
        Assert.Equal(LinkDecision.Unspecified, Assert.Single(await ListAsync(neighbour)).Decision);
    }

    [Fact]
    public async Task Decision_AboutWhatIsNotSeenOrOfOneSender_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub);
        var a = await police.SubmitAsync(Window("a", 0));
        var b = await guards.SubmitAsync(Window("b", 10));
        var c = await police.SubmitAsync(Window("c", 20));
        var hidden = Window("hidden", 5);
        hidden.Report.Tlp = Tlp.Red;
        var d = await guards.SubmitAsync(hidden);
        var exercise = Window("exercise", 5);
        exercise.Report.Exercise = true;
        var e = await guards.SubmitAsync(exercise);

        await Refused.ForAsync("LINK_STATE", "other", () => DecideAsync(municipality, a.Name, c.Name, LinkDecision.Same));
        await Refused.ForAsync("LINK_STATE", "other", () => DecideAsync(municipality, a.Name, e.Name, LinkDecision.Same));
        await Refused.ForAsync("NOT_FOUND", () => DecideAsync(municipality, a.Name, d.Name, LinkDecision.Same));
        await Refused.ForAsync("NOT_FOUND", () => DecideAsync(municipality, a.Name, "nonsense", LinkDecision.Same));
        await Refused.ForAsync("FIELD_REQUIRED", () => DecideAsync(municipality, a.Name, b.Name, LinkDecision.Unspecified));
        await Refused.ForAsync("PERMISSION_MISSING", () => DecideAsync(police, a.Name, b.Name, LinkDecision.Same));
        Assert.All(await ListAsync(municipality), l => Assert.Equal(LinkDecision.Unspecified, l.Decision));
        Assert.DoesNotContain(await ListAsync(municipality), l => l.Report == d.Name || l.Other == d.Name || l.Other == e.Name);
    }

    /// <summary>A ceiling that hides place and time hides them from the score, too.</summary>
    [Fact]
    public async Task Score_GoesByWhatTheReaderSees()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, guards, municipality) = await TownAsync(hub, coarse: true);
        await police.SubmitAsync(Window("a", 0));
        await guards.SubmitAsync(Window("b", 10));

        Assert.Empty(await ListAsync(municipality));
    }

    private static async Task<(HubClient Police, HubClient Guards, HubClient Municipality)> TownAsync(TestHub hub, bool coarse = false)
    {
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        foreach (var sender in (string[])["polisen", "vakter"])
        {
            var agreement = Examples.Agreement(sender + "-ub", sender, "upplands-bro");
            if (coarse)
            {
                agreement.SharingTerms.Flows[0].FinestPrecision = Precision.District;
                agreement.SharingTerms.Flows[0].FinestTime = TimeGranularity.Day;
            }

            await hub.AgreeAsync(agreement);
        }

        return (police, guards, municipality);
    }

    private static Incident Window(string sourceRef, int minutes) => Window(sourceRef, Examples.InWeek20.AddMinutes(minutes));

    private static Incident Window(string sourceRef, DateTimeOffset at)
    {
        var incident = Examples.Incident(sourceRef, at);
        incident.Report.Category = "broken-window";
        incident.Report.Place = new Place
        {
            Area = "0139-bro",
            Precision = Precision.Point,
            Position = new Position { Latitude = 59.5150, Longitude = 17.6330 },
        };
        return incident;
    }

    private static async Task<IReadOnlyList<Link>> ListAsync(HubClient partner) =>
        (await partner.Links.ListLinksAsync(new ListLinksRequest
        {
            Municipality = "0139",
            Week = new IsoWeek { Year = 2024, Week = 20 },
            Purpose = Purpose.WeeklyPicture,
        })).Links;

    private static async Task<Link> DecideAsync(HubClient partner, string report, string other, LinkDecision decision) =>
        (await partner.Links.DecideLinkAsync(new DecideLinkRequest
        {
            Report = report,
            Other = other,
            Purpose = Purpose.WeeklyPicture,
            Decision = decision,
        })).Link;

    private static async Task<(int Reports, int Doubles)> CountAsync(HubClient partner)
    {
        var totals = (await partner.CompileAsync(2024, 20)).Picture.Totals;
        return (totals.Reports, totals.ConfirmedDoubles);
    }
}
