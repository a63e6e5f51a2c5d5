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
        ["one party"] = ("parties", a => a.Parties.RemoveAt(1)),
        ["a party twice"] = ("parties", a => a.Parties.Add("polisen")),
        ["a party unknown"] = ("parties[2]", a => a.Parties.Add("nobody")),
        ["no purpose"] = ("purposes", a => a.Purposes.Clear()),
        ["purpose not set"] = ("purposes[0]", a => a.Purposes[0] = Purpose.Unspecified),
        ["purpose unknown"] = ("purposes[1]", a => a.Purposes.Add((Purpose)99)),
        ["no flow"] = ("flows", a => a.SharingTerms.Flows.Clear()),
        ["201 flows"] = ("flows", a => a.SharingTerms.Flows.Add(Enumerable.Range(0, 200).Select(i => Another(a, $"c{i}")))),
        ["a clause twice"] = ("flows", a => a.SharingTerms.Flows.Add(Another(a, "§1"))),
        ["blank clause"] = ("flows[0].clause", a => a.SharingTerms.Flows[0].Clause = " "),
        ["clause of 21"] = ("flows[0].clause", a => a.SharingTerms.Flows[0].Clause = new string('c', 21)),
        ["sender no party"] = ("flows[0].from", a => a.SharingTerms.Flows[0].From = "third"),
        ["recipient no party"] = ("flows[0].to[1]", a => a.SharingTerms.Flows[0].To.Add("third")),
        ["sender as recipient"] = ("flows[0].to[1]", a => a.SharingTerms.Flows[0].To.Add("polisen")),
        ["area unknown"] = ("flows[0].areas[1]", a => a.SharingTerms.Flows[0].Areas.Add("9999")),
        ["category unknown"] = ("flows[0].categories[0]", a => a.SharingTerms.Flows[0].Categories[0] = "parking"),
        ["category about individuals"] = ("flows[0].categories[0]", a => a.SharingTerms.Flows[0].Categories[0] = "sexual-offence"),
        ["form not set"] = ("flows[0].form", a => a.SharingTerms.Flows[0].Form = SharingForm.Unspecified),
        ["form unknown"] = ("flows[0].form", a => a.SharingTerms.Flows[0].Form = (SharingForm)99),
        ["precision not set"] = ("flows[0].finest_precision", a => a.SharingTerms.Flows[0].FinestPrecision = Precision.Unspecified),
        ["precision unknown"] = ("flows[0].finest_precision", a => a.SharingTerms.Flows[0].FinestPrecision = (Precision)99),
        ["a term that this hub does not know"] = ("", a => a.MergeFrom(new Google.Protobuf.CodedInputStream([0xF8, 0x07, 1]))),
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
        foreach (var (name, (field, spoil)) in Cases)
        {
            var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
            spoil(agreement);

            var refused = await Assert.ThrowsAsync<TrygghetHub.Client.HubException>(() => hub.AgreeAsync(agreement));

            Assert.Equal((name, "AGREEMENT_INVALID", field.Length == 0 ? "agreement" : "agreement." + field), (name, refused.Reason, refused.Field));
        }

        Assert.Empty((await hub.Operator.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Agreements);
    }

    [Fact]
    public async Task Apply_OfAnotherAndTheSame_MakesAVersionAndNone()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var changed = Examples.Agreement("est", "polisen", "upplands-bro");
        changed.Title = "Changed";

        var second = await hub.AgreeAsync(changed);
        // What the hub adds itself is ignored when it is sent back.
        var again = await hub.AgreeAsync(second);
        var back = await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));

        Assert.Equal((2, "agreements/est"), (second.Version, second.Name));
        Assert.Equal(second, again);
        Assert.Equal(3, back.Version);
        Assert.NotEqual(second.ContentSha256, back.ContentSha256);
    }

    [Fact]
    public async Task RulesAsOf_AnEarlierEntry_HoldsTheVersionOfThen()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var register = hub.Hub.Services.GetRequiredService<AgreementRegister>();
        var first = register.Rules.Agreements.Agreements["est"];
        var changed = Examples.Agreement("est", "polisen", "upplands-bro");
        changed.SharingTerms.Flows[0].FinestPrecision = Precision.Municipality;
        await hub.AgreeAsync(changed);
        var second = register.Rules.Agreements.Agreements["est"];

        var before = register.RulesAsOf(second.Seq - 1).Agreements.Agreements["est"];

        Assert.Equal((1, Precision.Point), (before.Version, before.Flows[0].FinestPrecision));
        Assert.Equal((2, Precision.Municipality), (second.Version, second.Flows[0].FinestPrecision));
        Assert.Same(register.Rules, register.RulesAsOf(second.Seq));
        Assert.Empty(register.RulesAsOf(first.Seq - 1).Agreements.Agreements);
        Assert.Equal(first.AppliedAt, second.Since[(new PartnerId("upplands-bro"), "0139")]);
    }

    [Fact]
    public async Task Agreement_ForThoseWhoAreNoParty_IsNotThere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        var get = new GetAgreementRequest { Name = "agreements/est" };

        Assert.Equal("est", (await police.Agreements.GetAgreementAsync(get, cancellationToken: Token)).Agreement.Id);
        var hidden = await Refused.ForAsync("NOT_FOUND", async () => await third.Agreements.GetAgreementAsync(get));
        get.Name = "agreements/missing";
        var missing = await Refused.ForAsync("NOT_FOUND", async () => await third.Agreements.GetAgreementAsync(get));
        Assert.Equal(missing.Message, hidden.Message);
        Assert.Empty((await third.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Agreements);
        Assert.Single((await hub.Operator.Agreements.ListAgreementsAsync(new ListAgreementsRequest(), cancellationToken: Token)).Agreements);
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
        await lane.EnqueueAsync(new Server.Reports.IntakeWork(sender, [prepared], 100, register, _ => done.SetResult()), Token);
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
            ids.AddRange(page.Agreements.Select(a => a.Id));
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
}
