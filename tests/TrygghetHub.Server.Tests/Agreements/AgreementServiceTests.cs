using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class AgreementServiceTests
{
    private static readonly Dictionary<string, (string Field, Action<CooperationAgreement> Spoil)> Cases = new()
    {
        ["no id"] = ("id", a => a.Id = ""),
        ["id with capitals"] = ("id", a => a.Id = "EST"),
        ["id of 61"] = ("id", a => a.Id = new string('a', 61)),
        ["blank title"] = ("title", a => a.Title = " "),
        ["title of 201"] = ("title", a => a.Title = new string('t', 201)),
        ["registration number of 61"] = ("registration_number", a => a.RegistrationNumber = new string('1', 61)),
        ["no begin"] = ("valid_from", a => a.ValidFrom = null),
        ["no end"] = ("valid_to", a => a.ValidTo = null),
        ["end at begin"] = ("valid_to", a => a.ValidTo = a.ValidFrom.Clone()),
        ["begin no time"] = ("valid_from", a => a.ValidFrom = new Timestamp { Seconds = long.MinValue }),
        ["end no time"] = ("valid_to", a => a.ValidTo = new Timestamp { Seconds = long.MaxValue }),
        ["begin with negative nanos"] = ("valid_from", a => a.ValidFrom.Nanos = -1),
        ["review before the begin"] = ("review_time", a => a.ReviewTime = Time(2019)),
        ["review after the end"] = ("review_time", a => a.ReviewTime = Time(2091)),
        ["review no time"] = ("review_time", a => a.ReviewTime = new Timestamp { Nanos = -1 }),
        ["notice below 0"] = ("notice_days", a => a.NoticeDays = -1),
        ["notice of 366"] = ("notice_days", a => a.NoticeDays = 366),
        ["one party"] = ("parties", a => a.Parties.RemoveAt(1)),
        ["101 parties"] = ("parties", a => a.Parties.Add(Enumerable.Range(0, 99).Select(i => Examples.Party($"p{i}")))),
        ["a party twice"] = ("parties", a => a.Parties.Add(Examples.Party("polisen"))),
        ["a party unknown"] = ("parties[2].partner", a => a.Parties.Add(Examples.Party("nobody"))),
        ["a party without a name"] = ("parties[0].partner", a => a.Parties[0].Partner = ""),
        ["a party that has left"] = ("parties[2].partner", a => a.Parties.Add(Examples.Party("gone"))),
        ["blank controller"] = ("parties[0].controller", a => a.Parties[0].Controller = " "),
        ["controller of 201"] = ("parties[1].controller", a => a.Parties[1].Controller = new string('c', 201)),
        ["role not set"] = ("parties[0].role", a => a.Parties[0].Role = ControllerRole.Unspecified),
        ["role unknown"] = ("parties[0].role", a => a.Parties[0].Role = (ControllerRole)99),
        ["regime not set"] = ("parties[0].regime", a => a.Parties[0].Regime = Regime.Unspecified),
        ["regime unknown"] = ("parties[0].regime", a => a.Parties[0].Regime = (Regime)99),
        ["the criminal data act for a private party"] = ("parties[2].regime",
            a => a.Parties.Add(Party("private", p => p.Regime = Regime.CriminalDataAct))),
        ["the criminal data act for a municipal company"] = ("parties[2].regime",
            a => a.Parties.Add(Party("equated", p => p.Regime = Regime.CriminalDataAct))),
        ["no legal basis"] = ("parties[1].legal_bases", a => a.Parties[1].LegalBases.Clear()),
        ["21 legal bases"] = ("parties[1].legal_bases",
            a => a.Parties[1].LegalBases.Add(Enumerable.Repeat(a.Parties[1].LegalBases[0].Clone(), 20))),
        ["article 6 not set"] = ("parties[0].legal_bases[0].article6", a => a.Parties[0].LegalBases[0].Article6 = Article6.Unspecified),
        ["article 6 unknown"] = ("parties[0].legal_bases[0].article6", a => a.Parties[0].LegalBases[0].Article6 = (Article6)99),
        ["legitimate interest of an authority"] = ("parties[0].legal_bases[0].article6",
            a => a.Parties[0].LegalBases[0].Article6 = Article6.LegitimateInterest),
        ["legitimate interest of a municipal company"] = ("parties[2].legal_bases[0].article6",
            a => a.Parties.Add(Party("equated", p => p.LegalBases[0].Article6 = Article6.LegitimateInterest))),
        ["public task without a statute"] = ("parties[0].legal_bases[0].statute", a => a.Parties[0].LegalBases[0].Statute = ""),
        ["legal obligation without a statute"] = ("parties[0].legal_bases[0].statute",
            a => a.Parties[0].LegalBases[0] = new LegalBasis { Article6 = Article6.LegalObligation, Statute = "  " }),
        ["statute of 121"] = ("parties[0].legal_bases[0].statute", a => a.Parties[0].LegalBases[0].Statute = new string('s', 121)),
        ["basis begin no time"] = ("parties[0].legal_bases[0].valid_from",
            a => a.Parties[0].LegalBases[0].ValidFrom = new Timestamp { Nanos = -1 }),
        ["basis end no time"] = ("parties[0].legal_bases[0].valid_to",
            a => a.Parties[0].LegalBases[0].ValidTo = new Timestamp { Seconds = long.MaxValue }),
        ["basis end at begin"] = ("parties[0].legal_bases[0].valid_to",
            a => (a.Parties[0].LegalBases[0].ValidFrom, a.Parties[0].LegalBases[0].ValidTo) = (Time(2024), Time(2024))),
        ["11 signatories"] = ("parties[0].signatories", a => a.Parties[0].Signatories.Add(Enumerable.Repeat("Chef", 11))),
        ["blank signatory"] = ("parties[0].signatories[1]", a => a.Parties[0].Signatories.Add(["Chef", " "])),
        ["signatory of 121"] = ("parties[0].signatories[0]", a => a.Parties[0].Signatories.Add(new string('s', 121))),
        ["dpia reference of 61"] = ("parties[0].dpia_reference", a => a.Parties[0].DpiaReference = new string('1', 61)),
        ["51 priorities"] = ("priorities", a => a.Priorities.Add(Enumerable.Repeat(new Priority { Problem = "Litter" }, 51))),
        ["priority without a problem"] = ("priorities[0].problem", a => a.Priorities.Add(new Priority { Goal = "Less" })),
        ["problem of 501"] = ("priorities[0].problem", a => a.Priorities.Add(new Priority { Problem = new string('p', 501) })),
        ["causes of 1,001"] = ("priorities[0].causes",
            a => a.Priorities.Add(new Priority { Problem = "Litter", Causes = new string('c', 1001) })),
        ["goal of 501"] = ("priorities[0].goal", a => a.Priorities.Add(new Priority { Problem = "Litter", Goal = new string('g', 501) })),
        ["period of 61"] = ("priorities[0].period",
            a => a.Priorities.Add(new Priority { Problem = "Litter", Period = new string('2', 61) })),
        ["problem with a control character"] = ("priorities[0].problem", a => a.Priorities.Add(new Priority { Problem = "Lit\u0007ter" })),
        ["no sharing terms"] = ("sharing_terms", a => a.SharingTerms = null),
        ["no purpose"] = ("sharing_terms.purposes", a => a.SharingTerms.Purposes.Clear()),
        ["purpose not set"] = ("sharing_terms.purposes[0]", a => a.SharingTerms.Purposes[0] = Purpose.Unspecified),
        ["purpose unknown"] = ("sharing_terms.purposes[1]", a => a.SharingTerms.Purposes.Add((Purpose)99)),
        ["no secrecy ground"] = ("sharing_terms.secrecy_grounds", a => a.SharingTerms.SecrecyGrounds.Clear()),
        ["21 secrecy grounds"] = ("sharing_terms.secrecy_grounds",
            a => a.SharingTerms.SecrecyGrounds.Add(Enumerable.Repeat(a.SharingTerms.SecrecyGrounds[0].Clone(), 20))),
        ["secrecy ground of no kind"] = ("sharing_terms.secrecy_grounds[0]", a => a.SharingTerms.SecrecyGrounds[0] = new SecrecyGround()),
        ["that something is about individuals"] = ("sharing_terms.secrecy_grounds[0]",
            a => a.SharingTerms.SecrecyGrounds[0].NoIndividuals = false),
        ["blank override rule"] = ("sharing_terms.secrecy_grounds[0].override_rule",
            a => a.SharingTerms.SecrecyGrounds[0].OverrideRule = " "),
        ["override rule of 121"] = ("sharing_terms.secrecy_grounds[0].override_rule",
            a => a.SharingTerms.SecrecyGrounds[0].OverrideRule = new string('r', 121)),
        ["secrecy begin no time"] = ("sharing_terms.secrecy_grounds[0].valid_from",
            a => a.SharingTerms.SecrecyGrounds[0].ValidFrom = new Timestamp { Nanos = -1 }),
        ["secrecy end at begin"] = ("sharing_terms.secrecy_grounds[0].valid_to",
            a => (a.SharingTerms.SecrecyGrounds[0].ValidFrom, a.SharingTerms.SecrecyGrounds[0].ValidTo) = (Time(2024), Time(2024))),
        ["no flow"] = ("sharing_terms.flows", a => a.SharingTerms.Flows.Clear()),
        ["201 flows"] = ("sharing_terms.flows",
            a => a.SharingTerms.Flows.Add(Enumerable.Range(0, 200).Select(i => Another(a, $"c{i}")))),
        ["a clause twice"] = ("sharing_terms.flows", a => a.SharingTerms.Flows.Add(Another(a, "§1"))),
        ["a clause of a flow and of a prohibition"] = ("sharing_terms.flows", a => a.SharingTerms.Prohibitions.Add(Ban("§1"))),
        ["201 prohibitions"] = ("sharing_terms.prohibitions",
            a => a.SharingTerms.Prohibitions.Add(Enumerable.Range(0, 201).Select(i => Ban($"b{i}")))),
        ["prohibition without a clause"] = ("sharing_terms.prohibitions[0].clause", a => a.SharingTerms.Prohibitions.Add(Ban(""))),
        ["prohibition from nobody"] = ("sharing_terms.prohibitions[0].from", a => Spoil(a, b => b.From.Clear())),
        ["prohibition from no party"] = ("sharing_terms.prohibitions[0].from[1]", a => Spoil(a, b => b.From.Add("third"))),
        ["prohibition to nobody"] = ("sharing_terms.prohibitions[0].to", a => Spoil(a, b => b.To.Clear())),
        ["prohibition to no party"] = ("sharing_terms.prohibitions[0].to[0]", a => Spoil(a, b => b.To[0] = "third")),
        ["prohibition nowhere"] = ("sharing_terms.prohibitions[0].areas", a => Spoil(a, b => b.Areas.Clear())),
        ["prohibition in an area unknown"] = ("sharing_terms.prohibitions[0].areas[1]", a => Spoil(a, b => b.Areas.Add("9999"))),
        ["prohibition of nothing"] = ("sharing_terms.prohibitions[0].categories", a => Spoil(a, b => b.Categories.Clear())),
        ["prohibition of a category unknown"] = ("sharing_terms.prohibitions[0].categories[0]",
            a => Spoil(a, b => b.Categories[0] = "parking")),
        ["recall days below 0"] = ("sharing_terms.recall_days", a => a.SharingTerms.RecallDays = -1),
        ["recall days of 91"] = ("sharing_terms.recall_days", a => a.SharingTerms.RecallDays = 91),
        ["blank clause"] = ("sharing_terms.flows[0].clause", a => a.SharingTerms.Flows[0].Clause = " "),
        ["clause of 21"] = ("sharing_terms.flows[0].clause", a => a.SharingTerms.Flows[0].Clause = new string('c', 21)),
        ["sender no party"] = ("sharing_terms.flows[0].from", a => a.SharingTerms.Flows[0].From = "third"),
        ["recipient no party"] = ("sharing_terms.flows[0].to[1]", a => a.SharingTerms.Flows[0].To.Add("third")),
        ["sender as recipient"] = ("sharing_terms.flows[0].to[1]", a => a.SharingTerms.Flows[0].To.Add("polisen")),
        ["area unknown"] = ("sharing_terms.flows[0].areas[1]", a => a.SharingTerms.Flows[0].Areas.Add("9999")),
        ["category unknown"] = ("sharing_terms.flows[0].categories[0]", a => a.SharingTerms.Flows[0].Categories[0] = "parking"),
        ["category about individuals"] = ("sharing_terms.flows[0].categories[0]", a => a.SharingTerms.Flows[0].Categories[0] = "sexual-offence"),
        ["form not set"] = ("sharing_terms.flows[0].form", a => a.SharingTerms.Flows[0].Form = SharingForm.Unspecified),
        ["form unknown"] = ("sharing_terms.flows[0].form", a => a.SharingTerms.Flows[0].Form = (SharingForm)99),
        ["precision not set"] = ("sharing_terms.flows[0].finest_precision", a => a.SharingTerms.Flows[0].FinestPrecision = Precision.Unspecified),
        ["precision unknown"] = ("sharing_terms.flows[0].finest_precision", a => a.SharingTerms.Flows[0].FinestPrecision = (Precision)99),
        ["a field not set"] = ("sharing_terms.flows[0].fields[0]", a => a.SharingTerms.Flows[0].Fields[0] = ReportField.Unspecified),
        ["a field unknown"] = ("sharing_terms.flows[0].fields[12]", a => a.SharingTerms.Flows[0].Fields.Add((ReportField)99)),
        ["time not set"] = ("sharing_terms.flows[0].finest_time", a => a.SharingTerms.Flows[0].FinestTime = TimeGranularity.Unspecified),
        ["time unknown"] = ("sharing_terms.flows[0].finest_time", a => a.SharingTerms.Flows[0].FinestTime = (TimeGranularity)99),
        ["time unknown, of counts"] = ("sharing_terms.flows[0].finest_time", a => (a.SharingTerms.Flows[0] = Counts()).FinestTime = (TimeGranularity)99),
        ["delay below 0"] = ("sharing_terms.flows[0].delay", a => a.SharingTerms.Flows[0].Delay = new Duration { Seconds = -1 }),
        ["delay above 90 days"] = ("sharing_terms.flows[0].delay",
            a => a.SharingTerms.Flows[0].Delay = new Duration { Seconds = 90 * 24 * 60 * 60, Nanos = 1 }),
        ["delay finer than a microsecond"] = ("sharing_terms.flows[0].delay", a => a.SharingTerms.Flows[0].Delay = new Duration { Nanos = 1 }),
        ["delay no duration"] = ("sharing_terms.flows[0].delay", a => a.SharingTerms.Flows[0].Delay = new Duration { Nanos = -1 }),
        ["free text not set"] = ("sharing_terms.flows[0].free_text", a => a.SharingTerms.Flows[0].FreeText = FreeText.Unspecified),
        ["free text unknown"] = ("sharing_terms.flows[0].free_text", a => a.SharingTerms.Flows[0].FreeText = (FreeText)99),
        ["free text unknown, of counts"] = ("sharing_terms.flows[0].free_text", a => (a.SharingTerms.Flows[0] = Counts()).FreeText = (FreeText)99),
        ["smallest cell of records"] = ("sharing_terms.flows[0].smallest_cell", a => a.SharingTerms.Flows[0].SmallestCell = 2),
        ["smallest cell below 0"] = ("sharing_terms.flows[0].smallest_cell", a => (a.SharingTerms.Flows[0] = Counts()).SmallestCell = -1),
        ["smallest cell of 101"] = ("sharing_terms.flows[0].smallest_cell", a => (a.SharingTerms.Flows[0] = Counts()).SmallestCell = 101),
        ["marking not set"] = ("sharing_terms.flows[0].strictest_tlp", a => a.SharingTerms.Flows[0].StrictestTlp = Tlp.Unspecified),
        ["marking unknown"] = ("sharing_terms.flows[0].strictest_tlp", a => a.SharingTerms.Flows[0].StrictestTlp = (Tlp)99),
        ["TLP:RED shared"] = ("sharing_terms.flows[0].strictest_tlp", a => a.SharingTerms.Flows[0].StrictestTlp = Tlp.Red),
        ["onward sharing not set"] = ("sharing_terms.flows[0].onward_sharing",
            a => a.SharingTerms.Flows[0].OnwardSharing = OnwardSharing.Unspecified),
        ["onward sharing unknown"] = ("sharing_terms.flows[0].onward_sharing", a => a.SharingTerms.Flows[0].OnwardSharing = (OnwardSharing)99),
        ["retention of 0"] = ("sharing_terms.flows[0].retention_days", a => a.SharingTerms.Flows[0].RetentionDays = 0),
        ["retention of 3,651"] = ("sharing_terms.flows[0].retention_days", a => a.SharingTerms.Flows[0].RetentionDays = 3651),
        ["retention below 0, of counts"] = ("sharing_terms.flows[0].retention_days", a => (a.SharingTerms.Flows[0] = Counts()).RetentionDays = -1),
        ["a document of 256 KiB"] = ("", Enlarge),
        ["a term that this hub does not know"] = ("", a => a.MergeFrom(new Google.Protobuf.CodedInputStream([0xF8, 0x07, 1]))),
        ["a term of a ground that this hub does not know"] = ("",
            a => a.SharingTerms.SecrecyGrounds[0].MergeFrom(new Google.Protobuf.CodedInputStream([0xF8, 0x07, 1]))),
        ["a term of a flow that this hub does not know"] = ("",
            a => a.SharingTerms.Flows[0].MergeFrom(new Google.Protobuf.CodedInputStream([0xF8, 0x07, 1]))),
    };

    [Fact]
    public async Task Agreement_ThatBreaksOneRule_IsRefusedNamingTheFieldAndNothingIsApplied()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.PartnerAsync("third", PartnerKind.School);
        await hub.PartnerAsync("private", PartnerKind.HousingCompany);
        await hub.PartnerAsync("equated", PartnerKind.MunicipalCompany);
        await hub.PartnerAsync("gone", PartnerKind.School);
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/gone", Reason = "It is over." }, cancellationToken: Token);
        foreach (var (name, (field, spoil)) in Cases)
        {
            var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
            spoil(agreement);

            var refused = await Assert.ThrowsAsync<TrygghetHub.Client.HubException>(() => hub.AgreeAsync(agreement));

            Assert.Equal((name, "AGREEMENT_INVALID", field.Length == 0 ? "agreement" : "agreement." + field), (name, refused.Reason, refused.Field));
        }

        Assert.Empty((await hub.Operator.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Versions);
    }

    [Fact]
    public async Task Apply_OfAnotherAndTheSame_MakesAVersionAndNone()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var changed = Examples.Agreement("est", "polisen", "upplands-bro");
        changed.Title = "Changed";

        var second = await hub.AgreeAsync(changed);
        var again = await hub.AgreeAsync(second.Agreement);
        var back = await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));

        Assert.Equal((2, "agreements/est/versions/2"), (second.Version, second.Name));
        Assert.Equal(second, again);
        Assert.Equal(3, back.Version);
        Assert.NotEqual(second.DocumentSha256, back.DocumentSha256);
    }

    [Fact]
    public async Task RulesAsOf_AnEarlierEntry_HoldsTheVersionOfThen()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var register = hub.Hub.Services.GetRequiredService<AgreementRegister>();
        var first = register.Rules.Agreements.InForce("est", TimeProvider.System.GetUtcNow())!;
        var changed = Examples.Agreement("est", "polisen", "upplands-bro");
        changed.SharingTerms.Flows[0].FinestPrecision = Precision.Municipality;
        await hub.AgreeAsync(changed);
        var second = register.Rules.Agreements.InForce("est", TimeProvider.System.GetUtcNow())!;

        var before = register.RulesAsOf(second.Seq - 1).Agreements.InForce("est", TimeProvider.System.GetUtcNow())!;

        Assert.Equal((1, Precision.Point), (before.Version, before.Flows[0].FinestPrecision));
        Assert.Equal((2, Precision.Municipality), (second.Version, second.Flows[0].FinestPrecision));
        Assert.Same(register.Rules, register.RulesAsOf(second.Seq));
        Assert.Empty(register.RulesAsOf(first.Seq - 1).Agreements.Versions);
        Assert.Equal(first.AgreedAt, second.Since[(new PartnerId("upplands-bro"), "0139")]);
    }

    [Fact]
    public async Task Agreement_ForThoseWhoAreNoParty_IsNotThere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        var get = new GetAgreementRequest { Name = "agreements/est" };

        Assert.Equal("est", (await police.Agreements.GetAgreementAsync(get, cancellationToken: Token)).Version.Agreement.Id);
        var hidden = await Refused.ForAsync("NOT_FOUND", async () => await third.Agreements.GetAgreementAsync(get));
        get.Name = "agreements/missing";
        var missing = await Refused.ForAsync("NOT_FOUND", async () => await third.Agreements.GetAgreementAsync(get));
        Assert.Equal(missing.Message, hidden.Message);
        Assert.Empty((await third.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Versions);
        Assert.Single((await hub.Operator.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Versions);
    }

    [Fact]
    public async Task Sending_AtTheInstantTheAgreementEnds_IsRefused()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        var end = time.GetUtcNow().AddHours(1);
        agreement.ValidTo = end.ToTimestamp();
        await hub.AgreeAsync(agreement);
        var accepted = await police.SubmitAsync(Examples.Incident("in time"));
        await municipality.ReadIncidentAsync(accepted.Name);

        time.Advance(end - time.GetUtcNow());

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("late")));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(accepted.Name));
    }

    [Fact]
    public async Task Report_ThatWaitsWhileItsAgreementEnds_IsRefused()
    {
        // Journal time has whole microseconds; so has this clock.
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using var hub = await TestHub.StartAsync(time);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.ValidTo = time.GetUtcNow().AddHours(1).ToTimestamp();
        await hub.AgreeAsync(agreement);
        var intake = hub.Hub.Services.GetRequiredService<Server.Reports.Intake>();
        var lane = hub.Hub.Services.GetRequiredService<Server.Journal.JournalLane>();
        var sender = new Server.Partners.PartnerId("polisen");
        var register = hub.Hub.Services.GetRequiredService<AgreementRegister>();

        var prepared = intake.Prepare(sender, Server.Incidents.IncidentMapping.ToSubmission(Examples.Incident("waits")));
        Assert.Null(prepared.Refusal);
        time.Advance(TimeSpan.FromHours(1));
        var done = new TaskCompletionSource();
        await lane.EnqueueAsync(new Server.Reports.IntakeWork(
                sender, [prepared], 100, register, hub.Hub.Services.GetRequiredService<Server.Reports.ReportWriter>(),
                _ => done.SetResult()), Token);
        await done.Task;

        Assert.Equal(Errors.V1.ErrorReason.AgreementNotActive, prepared.Outcome.Refusal?.Reason);
    }

    [Fact]
    public async Task Agreements_OverPages_ComeOnceInTheOrderOfIds()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        string[] applied = ["b-agreement", "d-agreement", "a1-agreement", "c-agreement"];
        foreach (var id in applied)
        {
            await hub.AgreeAsync(Examples.Agreement(id, "polisen", "upplands-bro"));
        }

        var ids = new List<string>();
        var request = new ListAgreementsRequest { PageSize = 2 };
        do
        {
            var page = await police.Agreements.ListAgreementsAsync(request, cancellationToken: Token);
            ids.AddRange(page.Versions.Select(a => a.Agreement.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["a1-agreement", "b-agreement", "c-agreement", "d-agreement", "est"], ids);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Flow Another(CooperationAgreement agreement, string clause)
    {
        var flow = agreement.SharingTerms.Flows[0].Clone();
        flow.Clause = clause;
        return flow;
    }

    private static Timestamp Time(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp();

    private static Party Party(string partner, Action<Party> change)
    {
        var party = Examples.Party(partner);
        change(party);
        return party;
    }

    private static Flow Counts()
    {
        var flow = Examples.Flow("§1", "polisen", "upplands-bro");
        (flow.Form, flow.FinestTime, flow.FreeText, flow.RetentionDays) =
            (SharingForm.Counts, TimeGranularity.Unspecified, FreeText.Unspecified, 0);
        return flow;
    }

    private static Prohibition Ban(string clause) => new()
    {
        Clause = clause,
        From = { "polisen" },
        To = { "upplands-bro" },
        Areas = { "0139" },
        Categories = { "graffiti" },
    };

    private static void Spoil(CooperationAgreement agreement, Action<Prohibition> spoil)
    {
        var ban = Ban("§9");
        spoil(ban);
        agreement.SharingTerms.Prohibitions.Add(ban);
    }

    // Beyond the document's own limit, and within that of a message.
    private static void Enlarge(CooperationAgreement agreement)
    {
        for (var i = 0; agreement.CalculateSize() <= 256 * 1024; i++)
        {
            agreement.SharingTerms.Flows.Add(Large(agreement, i));
        }
    }

    private static Flow Large(CooperationAgreement agreement, int number)
    {
        var flow = Another(agreement, $"c{number}");
        flow.Areas.Add(Enumerable.Repeat("0139", 400));
        return flow;
    }
}
