using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class AccessReviewTests
{
    private static readonly Dictionary<string, (string Field, string Reason, Action<ReviewAccessRequest> Spoil)> BadReviews = new()
    {
        ["no recipient"] = ("recipient", "PARTNER_UNKNOWN", r => r.Recipient = ""),
        ["recipient unknown"] = ("recipient", "PARTNER_UNKNOWN", r => r.Recipient = "nobody"),
        ["no purpose"] = ("purpose", "FIELD_REQUIRED", r => r.Purpose = Purpose.Unspecified),
        ["purpose unknown"] = ("purpose", "ENUM_UNKNOWN", r => r.Purpose = (Purpose)99),
        ["weeks below 0"] = ("weeks", "FIELD_INVALID", r => r.Weeks = -1),
        ["53 weeks"] = ("weeks", "FIELD_INVALID", r => r.Weeks = 53),
        ["time to come"] = ("time", "TIME_OUT_OF_RANGE", r => r.Time = TimeProvider.System.GetUtcNow().AddDays(1).ToTimestamp()),
        ["no time"] = ("time", "TIME_OUT_OF_RANGE", r => r.Time = new Timestamp { Nanos = -1 }),
    };

    [Fact]
    public async Task Question_ThatIsWrong_IsRefusedNamingTheField()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        foreach (var (name, (field, reason, spoil)) in BadReviews)
        {
            var request = new ReviewAccessRequest { Recipient = "upplands-bro", Purpose = Purpose.WeeklyPicture };
            spoil(request);

            var refused = await Assert.ThrowsAsync<HubException>(async () => await hub.Operator.Agreements.ReviewAccessAsync(request, cancellationToken: Token));

            Assert.Equal((name, reason, field), (name, refused.Reason, refused.Field));
        }

        foreach (var weeks in new[] { -1, 53 })
        {
            await Refused.ForAsync("FIELD_INVALID", "weeks", async () => await hub.Operator.Agreements.RehearseAgreementAsync(
                new RehearseAgreementRequest { Agreement = Examples.Agreement("est", "polisen", "upplands-bro"), Weeks = weeks },
                cancellationToken: Token));
        }
    }

    [Fact]
    public async Task Review_ByEachWhoAsks_TellsTheFiguresThatAreItsToKnow()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        var auditor = await hub.PartnerAsync("auditor", PartnerKind.School);
        await hub.SetRolesAsync("auditor", PartnerRole.Auditor);
        await hub.AgreeAsync(Examples.Agreement("housing", "bostad", "upplands-bro"));
        await SendAsync(police, "g", "graffiti", 6);
        await SendAsync(police, "r", "robbery", 2);
        await SendAsync(housing, "h", "littering", 3);
        await SendAsync(police, "old", "graffiti", 3, Examples.InWeek20);
        await SendAsync(police, "red", "graffiti", 1, change: r => r.Tlp = Tlp.Red);
        await SendAsync(police, "exercise", "graffiti", 1, change: r => r.Exercise = true);

        Assert.Equal(
            [("bostad", "littering", 3), ("polisen", "graffiti", 6), ("polisen", "robbery", 2)], await FiguresAsync(municipality));
        Assert.Equal([("polisen", "graffiti", 6), ("polisen", "robbery", 2)], await FiguresAsync(police));
        Assert.Equal([("bostad", "littering", 3)], await FiguresAsync(housing));
        Assert.Empty(await FiguresAsync(third));
        // What is agreed, and no number.
        Assert.Empty(await FiguresAsync(hub.Operator));
        Assert.Empty(await FiguresAsync(auditor));

        var row = (await ReviewAsync(municipality)).First(v => v.Category == "robbery");
        Assert.Equal(
            ("est", 1, "§1", SharingForm.Records, Precision.District, TimeGranularity.Minute,
                TrygghetHub.Server.Codes.CategoryList.Embedded.Find("robbery")!.Family),
            (row.Grounds.Agreement, row.Grounds.Version, row.Grounds.Clause, row.Form, row.Precision, row.Time, row.Family));
        // For another purpose, nothing; of itself, nothing: that it sees its own goes without saying.
        Assert.Empty(await ReviewAsync(municipality, purpose: Purpose.Evaluation));
        Assert.Empty(await ReviewAsync(police, recipient: "polisen"));
    }

    [Fact]
    public async Task Review_OfWhatIsHeld_CountsItWhenItIsShown()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.SharingTerms.Flows[0].Delay = TimeSpan.FromHours(2).ToDuration();
        await hub.AgreeAsync(agreement);
        await SendAsync(police, "g", "graffiti", 1);

        // Counted at once it would tell when it came.
        foreach (var asker in new[] { police, municipality })
        {
            Assert.Empty(await ReviewAsync(asker));
        }

        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal([("polisen", "graffiti", 1)], await FiguresAsync(municipality));
        Assert.Empty(await ReviewAsync(municipality, time: time.GetUtcNow().AddHours(-2)));
        Assert.Equal([1], (await ReviewAsync(municipality, time: time.GetUtcNow().AddMinutes(-30))).Select(v => v.Reports));
    }

    [Fact]
    public async Task Review_OfWhatIsSeenByFamily_NamesNoCategory()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "bostad"));
        await SendAsync(police, "g", "graffiti", 2);
        await SendAsync(police, "l", "littering", 1);
        time.Advance(TimeSpan.FromHours(25));

        var row = Assert.Single(await ReviewAsync(housing, "bostad"));

        Assert.Equal(("", "damage-and-litter", 3, TimeGranularity.Day), (row.Category, row.Family, row.Reports, row.Time));
        Assert.Equal(["ceiling:police-to-private"], row.Grounds.Ceilings);
        Assert.Equal(row, Assert.Single(await ReviewAsync(police, "bostad")));
    }

    [Fact]
    public async Task Review_OfCounts_LeavesOutWhatPicturesLeaveOut()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(CountsOf(smallest: 3));
        await SendAsync(police, "g", "graffiti", 3);
        await SendAsync(police, "r", "robbery", 2);
        await SendAsync(police, "c", "graffiti", 2, change: r => r.ContextOnly = true);
        // Three in two cells, of which neither is large enough.
        await SendAsync(police, "l", "littering", 2);
        await SendAsync(police, "k", "littering", 1, change: r => r.Place.Area = "0139-ovriga");

        foreach (var asker in new[] { municipality, police })
        {
            var row = Assert.Single(await ReviewAsync(asker));
            Assert.Equal(
                ("graffiti", 3, SharingForm.Counts, TimeGranularity.Week), (row.Category, row.Reports, row.Form, row.Time));
        }
    }

    [Fact]
    public async Task Review_AtAnEarlierTime_TakesTheRulesAndTheReportsOfThen()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await SendAsync(police, "g", "graffiti", 2);
        time.Advance(TimeSpan.FromHours(2));
        await police.WithdrawIncidentAsync("g0");
        await SendAsync(police, "r", "robbery", 1);
        var narrower = Examples.Agreement("est", "polisen", "upplands-bro");
        narrower.SharingTerms.Flows[0].Categories.Remove("graffiti");
        await hub.AgreeAsync(narrower);
        time.Advance(TimeSpan.FromHours(2));

        Assert.Equal([("polisen", "robbery", 1)], await FiguresAsync(municipality));
        var then = await ReviewAsync(municipality, time: time.GetUtcNow().AddHours(-3));
        Assert.Equal([("graffiti", 2, 1)], then.Select(v => (v.Category, v.Reports, v.Grounds.Version)));
        Assert.Empty(await ReviewAsync(municipality, time: time.GetUtcNow().AddDays(-1)));
    }

    [Fact]
    public async Task Rehearsal_OfWhatCouldNotBeDrafted_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var bad = Examples.Agreement("est", "polisen", "upplands-bro");
        bad.SharingTerms.Flows[0].Areas.Add("9999");

        await Refused.ForAsync("AGREEMENT_INVALID", "agreement.sharing_terms.flows[0].areas[1]", () => RehearseAsync(hub.Operator, bad));
        await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await Refused.ForAsync(
            "AGREEMENT_INVALID", "agreement.parties", () => RehearseAsync(police, Examples.Agreement("est", "habo", "upplands-bro")));
        await Refused.ForAsync("FIELD_REQUIRED", "agreement", async () =>
            await police.Agreements.RehearseAgreementAsync(new RehearseAgreementRequest(), cancellationToken: Token));
    }

    [Fact]
    public async Task Rehearsal_OfAnAmendment_TellsWhatIsGainedLostAndSeenOtherwise()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await SendAsync(police, "g", "graffiti", 6);
        await SendAsync(police, "r", "robbery", 2);
        await SendAsync(municipality, "m", "graffiti", 1, agree: hub);
        var amendment = Examples.Agreement("est", "polisen", "upplands-bro", "habo");
        var flow = amendment.SharingTerms.Flows[0];
        flow.Categories.Remove("robbery");
        flow.FinestTime = TimeGranularity.Day;
        flow.Fields.Clear();
        flow.Fields.Add([ReportField.Category, ReportField.Occurred, ReportField.Severity]);
        var before = Last(hub);

        var own = await RehearseAsync(police, amendment);

        const string all = "est §1: district, minute; category, reported_time, severity, confidence, environment, place.position, "
            + "count, responder, origin, source, remedy";
        const string less = "est §1: district, day; category, severity";
        Assert.Equal(
            [
                new AccessChange
                {
                    Recipient = "habo", Purpose = Purpose.WeeklyPicture, Sender = "polisen", Category = "graffiti", Gained = 6, After = less,
                },
                new AccessChange
                {
                    Recipient = "upplands-bro", Purpose = Purpose.WeeklyPicture, Sender = "polisen", Category = "graffiti", Changed = 6,
                    Before = all, After = less,
                },
                new AccessChange
                {
                    Recipient = "upplands-bro", Purpose = Purpose.WeeklyPicture, Sender = "polisen", Category = "robbery", Lost = 2,
                    Before = all,
                },
            ],
            own);
        // The operator sees what is agreed otherwise, and no number.
        Assert.Empty(await RehearseAsync(hub.Operator, amendment));
        // A recipient sees what it would lose itself, and of what others or it would gain nothing.
        var lost = Assert.Single(await RehearseAsync(municipality, amendment));
        Assert.Equal(("robbery", 2, all, ""), (lost.Category, lost.Lost, lost.Before, lost.After));
        Assert.Empty(await RehearseAsync(habo, amendment));

        // Nothing is kept, and what changes nothing is no change.
        Assert.Equal(before, Last(hub));
        Assert.Empty(await RehearseAsync(hub.Operator, Examples.Agreement("est", "polisen", "upplands-bro")));
    }

    [Fact]
    public async Task Rehearsal_ByARecipient_DoesNotTellWhatItIsNotShown()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.SharingTerms.Flows[0].FinestPrecision = Precision.Municipality;
        var byFamily = Examples.Flow("§2", "polisen", "upplands-bro");
        (byFamily.Categories[0], byFamily.Areas[0]) = ("littering", "0114");
        byFamily.Fields.Remove(ReportField.Category);
        var delayed = Examples.Flow("§3", "polisen", "upplands-bro");
        delayed.Areas[0] = "0114";
        delayed.Delay = TimeSpan.FromDays(2).ToDuration();
        agreement.SharingTerms.Flows.Add([byFamily, delayed]);
        agreement.SharingTerms.Flows[1].Categories.Clear();
        agreement.SharingTerms.Flows[1].Categories.Add(["littering", "graffiti"]);
        await hub.AgreeAsync(agreement);
        // In Upplands-Bro without the place, in 0114 without the category, and held.
        await SendAsync(police, "g", "graffiti", 1);
        await SendAsync(police, "l", "littering", 1, change: Elsewhere);
        await SendAsync(police, "r", "robbery", 1, change: Elsewhere);
        var without = agreement.Clone();
        without.SharingTerms.Flows.RemoveAt(2);
        without.SharingTerms.Flows[0].Areas[0] = "0139-ovriga";
        without.SharingTerms.Flows[1].Categories.Remove("littering");

        // Which place, which category, that there is one: each would be asked for by a document that leaves it out.
        Assert.Empty(await RehearseAsync(municipality, without));
        Assert.Equal(3, (await RehearseAsync(police, without)).Sum(c => c.Lost));
        time.Advance(TimeSpan.FromDays(2));
        // The hold over, the flow that shows the category takes the place of the one that does not.
        Assert.Equal(
            [("littering", 1), ("robbery", 1)], (await RehearseAsync(municipality, without)).Select(c => (c.Category, c.Lost)));

        static void Elsewhere(Report report) => report.Place = new Place { Area = "0114", Precision = Precision.Municipality };
    }

    [Theory]
    [InlineData("prohibition")]
    [InlineData("suspended")]
    [InlineData("not yet valid")]
    [InlineData("over")]
    [InlineData("basis gone")]
    [InlineData("counts")]
    public async Task Rehearsal_OfWhatDecidesOtherwise_IsAsIfItWereInForceNow(string what)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await SendAsync(police, "g", "graffiti", 2);
        var draft = Examples.Agreement("est", "polisen", "upplands-bro");
        var now = TimeProvider.System.GetUtcNow();
        (int Gained, int Lost, int CountsGained) expected = (0, 0, 0);
        switch (what)
        {
            case "prohibition":
                draft.SharingTerms.Prohibitions.Add(new Prohibition
                {
                    Clause = "§9",
                    From = { "polisen" },
                    To = { "upplands-bro" },
                    Areas = { "0139-bro" },
                    Categories = { "graffiti" },
                });
                expected = (0, 2, 0);
                break;
            case "suspended":
                await police.SuspendAgreementAsync("est");
                expected = (2, 0, 0);
                break;
            case "not yet valid":
                // Its ground begins with it.
                draft.ValidFrom = now.AddDays(10).ToTimestamp();
                draft.Parties[0].LegalBases[0].ValidFrom = draft.ValidFrom;
                break;
            case "over":
                draft.ValidTo = now.AddDays(-10).ToTimestamp();
                break;
            case "basis gone":
                draft.Parties[0].LegalBases[0].ValidTo = now.AddDays(-10).ToTimestamp();
                expected = (0, 2, 0);
                break;
            default:
                draft = CountsOf(smallest: 0);
                await hub.AgreeAsync(Without("est"));
                expected = (0, 0, 2);
                break;
        }

        var changes = await RehearseAsync(police, draft);

        Assert.Equal(
            expected == default ? [] : [expected], changes.Select(c => (c.Gained, c.Lost, c.CountsGained)));
        if (what == "counts")
        {
            Assert.Equal("est §1: counts, district; category", changes.Single().After);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static FakeTimeProvider Clock() =>
        new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

    private static CooperationAgreement CountsOf(int smallest)
    {
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        var flow = counts.SharingTerms.Flows[0];
        (flow.Form, flow.SmallestCell) = (SharingForm.Counts, smallest);
        return counts;
    }

    // Lets the police send, and shows nothing that is sent here.
    private static CooperationAgreement Without(string id)
    {
        var without = Examples.Agreement(id, "polisen", "upplands-bro");
        without.SharingTerms.Flows[0].Areas[0] = "0114";
        return without;
    }

    private static async Task SendAsync(
        HubClient sender, string prefix, string category, int count, DateTimeOffset? at = null, Action<Report>? change = null,
        TestHub? agree = null)
    {
        if (agree is not null)
        {
            await agree.AgreeAsync(Examples.Agreement("back", "upplands-bro", "polisen"));
        }

        for (var i = 0; i < count; i++)
        {
            var incident = Examples.Incident(prefix + i, at ?? TimeProvider.System.GetUtcNow().AddHours(-1));
            incident.Report.Category = category;
            change?.Invoke(incident.Report);
            await sender.SubmitAsync(incident);
        }
    }

    private static async Task<IReadOnlyList<VisibleReports>> ReviewAsync(
        HubClient by, string recipient = "upplands-bro", Purpose purpose = Purpose.WeeklyPicture, DateTimeOffset? time = null) =>
        (await by.Agreements.ReviewAccessAsync(
            new ReviewAccessRequest { Recipient = recipient, Purpose = purpose, Time = time?.ToTimestamp() })).Visible;

    private static async Task<IEnumerable<(string Sender, string Category, int Reports)>> FiguresAsync(HubClient by) =>
        (await ReviewAsync(by)).Select(v => (v.Sender, v.Category, v.Reports));

    private static async Task<IReadOnlyList<AccessChange>> RehearseAsync(HubClient by, CooperationAgreement agreement) =>
        (await by.Agreements.RehearseAgreementAsync(new RehearseAgreementRequest { Agreement = agreement })).Changes;

    private static long Last(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        return JournalReader.Last(connection).Seq;
    }
}
