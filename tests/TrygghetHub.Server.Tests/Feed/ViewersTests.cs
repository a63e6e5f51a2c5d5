using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Reports;
using TrygghetHub.Testing;
using Audits = TrygghetHub.Audit.V1.AuditService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>Who has seen a report: all who did, and nobody who did not.</summary>
public sealed class ViewersTests
{
    [Fact]
    public async Task Viewers_OfEachWay_AreThoseWhoSaw()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var municipality = await hub.Test.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var housing = await hub.Test.PartnerAsync("bostad", PartnerKind.MunicipalCompany);
        var (fed, got, listed, nobody) = (await Submit("a"), await Submit("b"), "", "");
        await hub.ReadAsync("upplands-bro");
        await housing.ReadIncidentAsync(got);
        listed = await Submit("c");
        Assert.Equal(3, (await municipality.IncidentPagesAsync(2)).Sum(p => p.Count));
        nobody = await Submit("d");

        Assert.Equal(
            [("upplands-bro", ViewingPath.Feed), ("upplands-bro", ViewingPath.Read)], Seen(await hub.ViewersAsync(fed)));
        Assert.Equal(
            [("bostad", ViewingPath.Read), ("upplands-bro", ViewingPath.Feed), ("upplands-bro", ViewingPath.Read)],
            Seen(await hub.ViewersAsync(got)));
        Assert.Equal([("upplands-bro", ViewingPath.Read)], Seen(await hub.ViewersAsync(listed)));
        Assert.Empty(await hub.ViewersAsync(nobody));

        var viewer = (await hub.ViewersAsync(fed)).Single(v => v.Path == ViewingPath.Feed);
        Assert.Equal(
            ("Test upplands-bro", 1, Purpose.WeeklyPicture, "est", 1, "§1", false),
            (viewer.PartnerName, viewer.Revision, viewer.Purpose, viewer.Grounds.Agreement, viewer.Grounds.Version,
                viewer.Grounds.Clause, viewer.Possibly));
        Assert.Contains("summary", viewer.Grounds.Withheld);

        // Its sender alone may ask; for all others there is no such report.
        await hub.RefusedAsync("NOT_FOUND", "upplands-bro", c => new Audits.AuditServiceClient(c).ListViewersAsync(
            new ListViewersRequest { Report = fed }));
        await hub.RefusedAsync("NOT_FOUND", "polisen", c => new Audits.AuditServiceClient(c).ListViewersAsync(
            new ListViewersRequest { Report = "partners/polisen/incidents/" + Guid.CreateVersion7(hub.Now) }));

        async Task<string> Submit(string sourceRef) => (await police.SubmitAsync(Examples.Incident(sourceRef))).Name;
    }

    [Fact]
    public async Task Viewers_OfAFilteredFeed_AreNotThoseFromWhomItWasFiltered()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;

        Assert.Single((await hub.ReadAsync("bostad", Only("graffiti"))).Entries);
        Assert.Empty((await hub.ReadAsync("upplands-bro", Only("robbery"))).Entries);

        Assert.Equal(["bostad"], (await hub.ViewersAsync(name)).Select(v => v.Partner));

        static SubscribeRequest Only(string category) => new() { Filter = new FeedFilter { Categories = { category } } };
    }

    [Fact]
    public async Task Viewers_OfACorrectedReport_SawTheRevisionThatStoodWhenTheyRead()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        await hub.ReadAsync("upplands-bro");
        var corrected = Examples.Incident("a");
        corrected.Report.Revision = 2;
        corrected.Report.Severity = Severity.Grave;
        await police.SubmitAsync(corrected);
        await hub.ReadAsync("bostad");

        Assert.Equal([("bostad", 2), ("upplands-bro", 1)], (await hub.ViewersAsync(name)).Select(v => (v.Partner, v.Revision)));
    }

    [Fact]
    public async Task Viewers_AfterTheAgreementChanged_SawByTheRulesOfThen()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        await hub.ReadAsync("upplands-bro");
        await hub.Test.AgreeAsync(Examples.Agreement("est", "polisen", "bostad"));
        Assert.Empty((await hub.ReadAsync("upplands-bro")).Entries);

        var viewer = Assert.Single(await hub.ViewersAsync(name));
        Assert.Equal(("upplands-bro", 1, false), (viewer.Partner, viewer.Grounds.Version, viewer.Possibly));
    }

    [Fact]
    public async Task Viewers_UnderADelay_SawNothingBeforeItWasOver()
    {
        await using var hub = await FeedHub.StartAsync();
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro", "bostad");
        agreement.SharingTerms.Flows[0].Delay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromHours(1));
        var police = await hub.ThreeAsync(agreement);
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        Assert.Empty((await hub.ReadAsync("upplands-bro")).Entries);
        await hub.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty(await hub.ViewersAsync(name));
        Assert.Single((await hub.ReadAsync("bostad")).Entries);

        Assert.Equal(["bostad"], (await hub.ViewersAsync(name)).Select(v => v.Partner));
    }

    /// <summary>A hub that stopped at once does not know how far its streams came: they may have seen it.</summary>
    [Fact]
    public async Task Viewers_OfAStreamThatTheHubLeftOpen_MayHaveSeenIt()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        var services = hub.Test.Hub.Services;
        await services.GetRequiredService<Showings>().OpenAsync(
            new PartnerId("upplands-bro"), Purpose.WeeklyPicture, new FeedFilter().ToByteArray(),
            services.GetRequiredService<AgreementRegister>().Rules.Since, 0, long.MaxValue, hub.Token);
        Assert.True(Assert.Single(await hub.ViewersAsync(name)).Possibly);

        await hub.Test.RestartAsync();
        var later = (await police.SubmitAsync(Examples.Incident("b"))).Name;

        var viewer = Assert.Single(await hub.ViewersAsync(name));
        Assert.Equal(("upplands-bro", true), (viewer.Partner, viewer.Possibly));
        Assert.NotNull(viewer.LatestTime);
        Assert.Empty(await hub.ViewersAsync(later));
    }

    private static IEnumerable<(string, ViewingPath)> Seen(IEnumerable<Viewer> viewers) => viewers.Select(v => (v.Partner, v.Path)).Order();
}
