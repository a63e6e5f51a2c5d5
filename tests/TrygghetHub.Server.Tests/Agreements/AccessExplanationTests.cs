using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class AccessExplanationTests
{
    private static readonly Dictionary<string, (string Field, string Reason, Action<ExplainAccessRequest> Spoil)> BadQuestions = new()
    {
        ["no recipient"] = ("recipient", "PARTNER_UNKNOWN", r => r.Recipient = ""),
        ["recipient unknown"] = ("recipient", "PARTNER_UNKNOWN", r => r.Recipient = "nobody"),
        ["no purpose"] = ("purpose", "FIELD_REQUIRED", r => r.Purpose = Purpose.Unspecified),
        ["purpose unknown"] = ("purpose", "ENUM_UNKNOWN", r => r.Purpose = (Purpose)99),
        ["form unknown"] = ("form", "ENUM_UNKNOWN", r => r.Form = (SharingForm)99),
        ["nothing asked about"] = ("report", "FIELD_REQUIRED", r => r.ClearSubject()),
        ["time to come"] = ("time", "TIME_OUT_OF_RANGE", r => r.Time = TimeProvider.System.GetUtcNow().AddDays(1).ToTimestamp()),
        ["no time"] = ("time", "TIME_OUT_OF_RANGE", r => r.Time = new Timestamp { Nanos = -1 }),
        ["sender unknown"] = ("described.sender", "PARTNER_UNKNOWN", r => r.Described.Sender = "nobody"),
        ["category unknown"] = ("described.category", "CATEGORY_UNKNOWN", r => r.Described.Category = "parking"),
        ["area unknown"] = ("described.area", "AREA_UNKNOWN", r => r.Described.Area = "9999"),
        ["precision unknown"] = ("described.precision", "ENUM_UNKNOWN", r => r.Described.Precision = (Precision)99),
        ["environment unknown"] = ("described.environment", "ENUM_UNKNOWN", r => r.Described.Environment = (TrygghetHub.Reports.V1.Environment)99),
        ["marking unknown"] = ("described.tlp", "ENUM_UNKNOWN", r => r.Described.Tlp = (Tlp)99),
    };

    [Fact]
    public async Task Question_ThatIsWrong_IsRefusedNamingTheField()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        foreach (var (name, (field, reason, spoil)) in BadQuestions)
        {
            var question = Described();
            spoil(question);

            var refused = await Assert.ThrowsAsync<HubException>(() => ExplainAsync(hub.Operator, question));

            Assert.Equal((name, reason, field), (name, refused.Reason, refused.Field));
        }
    }

    [Fact]
    public async Task Report_ThatIsHeld_IsExplainedToItsSenderAndToWhoeverSeesItAlone()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("other", "third", "upplands-bro"));
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;
        var red = Examples.Incident("red");
        red.Report.Tlp = Tlp.Red;
        var hidden = (await police.SubmitAsync(red)).Name;

        var seen = await ExplainAsync(police, Held(name, "upplands-bro"));

        Assert.True(seen.Permitted);
        Assert.Equal(("est", 1, "§1", ""), (seen.Grounds.Agreement, seen.Grounds.Version, seen.Grounds.Clause, seen.Why));
        Assert.Equal((OnwardSharing.Organisation, 365), (seen.Grounds.OnwardSharing, seen.Grounds.RetentionDays));
        Assert.Equal((Precision.District, TimeGranularity.Minute), (seen.Precision, seen.Time));
        Assert.True(seen.Clauses.Single().Permits);
        Assert.Contains("severity", seen.Clauses.Single().Shows);
        Assert.Equal(seen, await ExplainAsync(municipality, Held(name, "upplands-bro")));

        // To the sender also why not; to the recipient a hidden report is a missing one.
        var denied = await ExplainAsync(police, Held(hidden, "upplands-bro"));
        Assert.Equal((false, "TLP:RED stays with its sender."), (denied.Permitted, denied.Why));
        Assert.Equal("The report is marked more strictly than it shares.", denied.Clauses.Single().WhyNot);
        Assert.Equal("No agreement in force names this sender, recipient, purpose, category and area.",
            (await ExplainAsync(police, Held(name, "third"))).Why);
        var missing = await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(hidden[..^12] + "000000000000", "upplands-bro")));
        Assert.Equal(missing.Message, (await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(hidden, "upplands-bro")))).Message);
        Assert.Equal(missing.Message, (await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(name, "third")))).Message);
        foreach (var other in new[] { third, hub.Operator })
        {
            Assert.Equal(missing.Message, (await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(other, Held(name, "upplands-bro")))).Message);
        }

        // For another purpose the recipient does not see it either.
        await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(name, "upplands-bro", Purpose.Evaluation)));
        await police.WithdrawIncidentAsync("one");
        await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(police, Held(name, "upplands-bro")));
    }

    [Fact]
    public async Task Report_ThatIsDescribed_IsExplainedToThoseItNamesAndTheOperator()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.School);

        var answer = await ExplainAsync(hub.Operator, Described());

        Assert.True(answer.Permitted);
        Assert.Equal(answer, await ExplainAsync(police, Described()));
        Assert.Equal(answer, await ExplainAsync(municipality, Described()));
        await Refused.ForAsync("NOT_FOUND", "described.sender", () => ExplainAsync(third, Described()));
    }

    [Theory]
    [InlineData("sender", "")]
    [InlineData("purpose", "The agreement does not name this purpose.")]
    [InlineData("form", "It shares counts alone.")]
    [InlineData("category", "It does not name this category.")]
    [InlineData("area", "It names no area that the place is known to lie in.")]
    [InlineData("marking", "The report is marked more strictly than it shares.")]
    [InlineData("not yet", "The agreement is not valid yet.")]
    [InlineData("over", "The agreement is over.")]
    [InlineData("suspended", "The agreement is suspended.")]
    [InlineData("basis", "A legal basis or secrecy ground does not hold.")]
    [InlineData("secrecy", "A legal basis or secrecy ground does not hold.")]
    public async Task Clause_ThatDoesNotPermit_SaysWhyNot(string what, string whyNot)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        var flow = agreement.SharingTerms.Flows[0];
        var question = Described();
        var now = TimeProvider.System.GetUtcNow();
        switch (what)
        {
            case "sender":
                (question.Recipient, question.Described.Sender) = ("polisen", "upplands-bro");
                break;
            case "purpose":
                question.Purpose = Purpose.Evaluation;
                break;
            case "form":
                flow.Form = SharingForm.Counts;
                break;
            case "category":
                flow.Categories.Remove("graffiti");
                break;
            case "area":
                question.Described.Area = "01";
                break;
            case "marking":
                flow.StrictestTlp = Tlp.Clear;
                break;
            case "not yet":
                agreement.ValidFrom = now.AddDays(1).ToTimestamp();
                break;
            case "over":
                agreement.ValidTo = now.AddDays(-1).ToTimestamp();
                break;
            case "basis":
                agreement.Parties[0].LegalBases[0].ValidTo = now.AddDays(-1).ToTimestamp();
                break;
            case "secrecy":
                agreement.SharingTerms.SecrecyGrounds[0].ValidFrom = now.AddDays(1).ToTimestamp();
                break;
        }

        await hub.AgreeAsync(agreement);
        if (what == "suspended")
        {
            await hub.Operator.SuspendAgreementAsync("est");
        }

        var answer = await ExplainAsync(hub.Operator, question);

        Assert.False(answer.Permitted);
        Assert.NotEmpty(answer.Why);
        Assert.Null(answer.Grounds);
        Assert.Equal(whyNot.Length == 0 ? [] : [whyNot], answer.Clauses.Select(c => c.WhyNot));
        Assert.All(answer.Clauses, c => Assert.False(c.Permits));
    }

    [Fact]
    public async Task Prohibition_ThatBeatsAFlow_IsNamed()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        var prohibiting = Examples.Agreement("zz", "polisen", "upplands-bro");
        prohibiting.SharingTerms.Prohibitions.Add(new Prohibition
        {
            Clause = "§9",
            From = { "polisen" },
            To = { "upplands-bro" },
            Areas = { "0139-bro" },
            Categories = { "graffiti" },
        });
        await hub.AgreeAsync(prohibiting);

        var answer = await ExplainAsync(police, Described());

        Assert.Equal((false, "zz §9 prohibits it."), (answer.Permitted, answer.Why));
        Assert.Equal(
            [("zz", "§9", false, "It prohibits this category here."), ("est", "§1", true, ""), ("zz", "§1", true, "")],
            answer.Clauses.Select(c => (c.Agreement, c.Clause, c.Permits, c.WhyNot)));
        var other = Described();
        other.Described.Category = "robbery";
        Assert.Equal("It prohibits something else.", (await ExplainAsync(police, other)).Clauses[0].WhyNot);
    }

    [Fact]
    public async Task Hold_ThatIsInTheWay_IsToldToTheSenderWithItsEnd()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.SharingTerms.Flows[0].Delay = TimeSpan.FromDays(2).ToDuration();
        await hub.AgreeAsync(agreement);
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;
        // Under the ceiling of homes the hold is the day's, though the flow shows the minute.
        var home = Examples.Incident("home");
        home.Report.Environment = TrygghetHub.Reports.V1.Environment.Dwelling;
        var homeName = (await police.SubmitAsync(home)).Name;

        foreach (var held in new[] { name, homeName })
        {
            var answer = await ExplainAsync(police, Held(held, "upplands-bro"));
            Assert.Equal((false, "It is held back for now."), (answer.Permitted, answer.Why));
            Assert.InRange(
                answer.VisibleTime.ToDateTimeOffset(), time.GetUtcNow().AddDays(2).AddSeconds(-30), time.GetUtcNow().AddDays(3).AddHours(1));
            Assert.Equal("It is held back for now.", answer.Clauses.Single().WhyNot);
            await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(held, "upplands-bro")));
        }

        var received = time.GetUtcNow();
        time.Advance(TimeSpan.FromDays(2));
        Assert.True((await ExplainAsync(municipality, Held(name, "upplands-bro"))).Permitted);

        // As it was a day ago.
        var then = Held(name, "upplands-bro");
        then.Time = received.AddDays(1).ToTimestamp();
        Assert.Equal("It is held back for now.", (await ExplainAsync(police, then)).Why);
        await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, then));
    }

    [Fact]
    public async Task Ceiling_OfTheDay_IsInTheClauseToo()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        var home = Examples.Incident("home");
        home.Report.Environment = TrygghetHub.Reports.V1.Environment.Dwelling;
        var name = (await police.SubmitAsync(home)).Name;

        var answer = await ExplainAsync(police, Held(name, "upplands-bro"));

        Assert.Equal((false, "It is held back for now."), (answer.Permitted, answer.Why));
        Assert.Equal((false, "It is held back for now."), (answer.Clauses.Single().Permits, answer.Clauses.Single().WhyNot));
        time.Advance(TimeSpan.FromHours(25));
        answer = await ExplainAsync(police, Held(name, "upplands-bro"));
        Assert.Equal((true, TimeGranularity.Day, "ceiling:home"), (answer.Permitted, answer.Time, answer.Grounds.Ceilings.Single()));
        Assert.Contains("occurred", answer.Grounds.Withheld);
    }

    [Fact]
    public async Task Time_OfTheQuestion_TakesTheRulesAndReportsOfThen()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        time.Advance(TimeSpan.FromHours(1));
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;
        time.Advance(TimeSpan.FromHours(1));
        var narrower = Examples.Agreement("est", "polisen", "upplands-bro");
        narrower.SharingTerms.Flows[0].Categories.Remove("graffiti");
        await hub.AgreeAsync(narrower);
        time.Advance(TimeSpan.FromHours(1));
        var now = time.GetUtcNow();

        Assert.False((await ExplainAsync(police, Held(name, "upplands-bro"))).Permitted);
        await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(municipality, Held(name, "upplands-bro")));
        var then = Held(name, "upplands-bro");
        then.Time = now.AddMinutes(-90).ToTimestamp();
        var answer = await ExplainAsync(municipality, then);
        Assert.Equal((true, 1), (answer.Permitted, answer.Grounds.Version));
        then.Time = now.AddMinutes(-150).ToTimestamp();
        await Refused.ForAsync("NOT_FOUND", () => ExplainAsync(police, then));
        var described = Described();
        described.Time = now.AddDays(-1).ToTimestamp();
        Assert.Empty((await ExplainAsync(police, described)).Clauses);
    }

    private static ExplainAccessRequest Held(string report, string recipient, Purpose purpose = Purpose.WeeklyPicture) => new()
    {
        Recipient = recipient,
        Purpose = purpose,
        Report = report,
    };

    private static ExplainAccessRequest Described() => new()
    {
        Recipient = "upplands-bro",
        Purpose = Purpose.WeeklyPicture,
        Described = new DescribedReport { Sender = "polisen", Category = "graffiti", Area = "0139-bro" },
    };

    private static async Task<ExplainAccessResponse> ExplainAsync(HubClient by, ExplainAccessRequest request) =>
        await by.Agreements.ExplainAccessAsync(request);
}
