using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Incidents;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;
using TrygghetHub.Server.Tests.Reports;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Codes;

/// <summary>The hub takes published events by their types, whoever sends them and by whatever client.</summary>
public sealed class EventTypesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void List_OfTypes_NamesCategoriesThatTheHubTakes() => Assert.All(
        EventTypeList.Embedded.Types.Where(t => t.Treatment != EventTreatment.NeverTaken),
        t => Assert.True(CategoryList.Embedded.Find(t.Category) is { Taken: true }, t.Type));

    [Theory]
    [InlineData("Våldtäkt", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Fo\u0308rsvunnen\u00A0person", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Vald\u00ADta\u0308kt mot barn", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Självmord", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Misshandel i n\u00E4ra relation", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("F&ouml;rsvunnen person", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Drönarincident", "SOURCE_TYPE_UNKNOWN")]
    [InlineData("", "FIELD_REQUIRED")]
    [InlineData("\u00A0", "FIELD_REQUIRED")]
    public async Task Published_OfATypeThatIsNotTaken_IsRefusedAndNothingOfItIsKept(string type, string reason)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        var single = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("one", type)));
        var streamed = Assert.Single((await police.StreamAsync([Published("two", type, category: "other")])).SelectMany(r => r.Results));
        var preview = await Assert.ThrowsAsync<HubException>(async () => await police.Incidents.PreviewIncidentAsync(
            new PreviewIncidentRequest { Incident = Published("three", type) }, cancellationToken: Cancellation));

        Assert.Equal((reason, "report.source_category"), (single.Reason, single.Field));
        Assert.Equal("report.source_category", streamed.Refused?.Field);
        Assert.Equal(reason, preview.Reason);
        Assert.DoesNotContain("fönster", single.Message, StringComparison.Ordinal);
        var held = await police.Incidents.ListRevisionsAsync(
            new ListRevisionsRequest { SourceRefs = { "one", "two" } }, cancellationToken: Cancellation);
        Assert.All(held.Held, h => Assert.Empty(h.Revisions));
        // Only what nobody has decided about is listed: once for each that was sent, and not for a preview.
        Assert.Equal(reason == "SOURCE_TYPE_UNKNOWN" ? [(type, 2L)] : [], (await HeldAsync(municipality)).Select(h => (h.Type, h.Refusals)));
    }

    [Fact]
    public async Task Published_OfAKnownType_IsInTheListsCategoryAndNoOther()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        // The sender's own mapping says nothing of published events.
        await police.Codes.ImportCodeMappingAsync(
            new ImportCodeMappingRequest
            {
                Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = "Skadegörelse", Category = "graffiti" } } },
            },
            cancellationToken: Cancellation);

        var taken = await police.SubmitAsync(Published("one", "SKADEGO\u0308RELSE "));
        var other = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("two", "Skadegörelse", category: "graffiti")));
        var counted = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("three", "Trafikkontroll")));
        var context = Published("four", "Trafikkontroll");
        context.Report.ContextOnly = true;
        await police.SubmitAsync(context);

        Assert.Equal("criminal-damage", (await municipality.ReadIncidentAsync(taken.Name)).Report.Category);
        Assert.Equal(("FIELD_INVALID", "report.category"), (other.Reason, other.Field));
        Assert.Equal(("FIELD_INVALID", "report.context_only"), (counted.Reason, counted.Field));
        var moved = await police.Codes.ReclassifyReportsAsync(new ReclassifyReportsRequest(), cancellationToken: Cancellation);
        Assert.Equal(0, moved.Reclassified);
        Assert.Empty((await police.Codes.ListSourceCodesAsync(new ListSourceCodesRequest(), cancellationToken: Cancellation)).Codes);
    }

    [Fact]
    public async Task UnknownType_WhenACoordinatorHasDecided_IsTakenAlsoAfterARestartUntilItIsTakenBack()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("one", "Drönarincident")));
        await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("one", "DRO\u0308NARINCIDENT\u00A0")));
        Assert.Equal([("Drönarincident", 2L)], (await HeldAsync(municipality)).Select(h => (h.Type, h.Refusals)));

        var decided = await DecideAsync(municipality, "drönarincident", EventTreatment.Counted, "disorder");
        Assert.Equal((true, "disorder", 0L), (decided.Changed, decided.Type.Category, decided.Withdrawn));
        Assert.False((await DecideAsync(municipality, "Drönarincident", EventTreatment.Counted, "disorder")).Changed);
        Assert.Empty(await HeldAsync(municipality));
        await hub.RestartAsync();

        var taken = await police.SubmitAsync(Published("one", "Drönarincident"));
        Assert.Equal("disorder", (await municipality.ReadIncidentAsync(taken.Name)).Report.Category);
        var list = await police.Codes.ListEventTypesAsync(new ListEventTypesRequest(), cancellationToken: Cancellation);
        Assert.Equal("drönarincident", Assert.Single(list.Types_, t => t.Decided).Type);

        var undone = await DecideAsync(municipality, "Drönarincident", EventTreatment.Unspecified);
        Assert.Null(undone.Type);
        var held = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("two", "Drönarincident")));
        Assert.Equal("SOURCE_TYPE_UNKNOWN", held.Reason);
    }

    [Fact]
    public async Task Type_DecidedNeverTaken_WithdrawsWhatStandsAndTakesNoMore()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await DecideAsync(municipality, "Drönarincident", EventTreatment.Counted, "disorder");
        var one = await police.SubmitAsync(Published("one", "Drönarincident"));
        var two = await police.SubmitAsync(Published("two", "drönarincident\u00A0"));
        var other = await police.SubmitAsync(Published("three", "Skadegörelse"));
        // Not published: the sender's own code of the same name.
        var own = Examples.Incident("four");
        own.Report.SourceCategory = "Drönarincident";
        var kept = await police.SubmitAsync(own);

        var decided = await DecideAsync(municipality, "Drönarincident", EventTreatment.NeverTaken);
        var again = await DecideAsync(municipality, "Drönarincident", EventTreatment.NeverTaken);

        Assert.Equal((true, 2L), (decided.Changed, decided.Withdrawn));
        Assert.Equal((false, 0L), (again.Changed, again.Withdrawn));
        foreach (var name in new[] { one.Name, two.Name })
        {
            Assert.Equal("NOT_FOUND", (await Assert.ThrowsAsync<HubException>(() => municipality.ReadIncidentAsync(name))).Reason);
        }

        await municipality.ReadIncidentAsync(other.Name);
        await municipality.ReadIncidentAsync(kept.Name);
        var refused = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("five", "Drönarincident")));
        Assert.Equal("CATEGORY_NOT_ACCEPTED", refused.Reason);
        var held = (await police.Incidents.ListRevisionsAsync(
            new ListRevisionsRequest { SourceRefs = { "one" } }, cancellationToken: Cancellation)).Held[0];
        Assert.Equal([(1, false), (2, true)], held.Revisions.Select(r => (r.Revision, r.Withdrawn)));
        Assert.Equal(EventTypeList.WithdrawalMark, held.Revisions[1].SourceVersion);

        // When the decision is taken back, the next revision is taken, under the same name.
        await DecideAsync(municipality, "Drönarincident", EventTreatment.Counted, "disorder");
        var next = Published("one", "Drönarincident");
        next.Report.Revision = 3;
        Assert.Equal(one.Name, (await police.SubmitAsync(next)).Name);
        await municipality.ReadIncidentAsync(one.Name);
    }

    [Fact]
    public async Task Misspelling_OfATypeNeverTaken_IsHeldBackAndMayBeDecidedNeverTaken()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        await Refused.ForAsync("SOURCE_TYPE_UNKNOWN", () => police.SubmitAsync(Published("one", "Wåldtäkt")));
        Assert.Equal("Wåldtäkt", Assert.Single(await HeldAsync(municipality)).Type);
        await DecideAsync(municipality, "Wåldtäkt", EventTreatment.NeverTaken);

        var refused = await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", () => police.SubmitAsync(Published("one", "Wåldtäkt")));
        Assert.DoesNotContain("individuals", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await HeldAsync(municipality));
    }

    [Theory]
    [InlineData("Våldtäkt")]
    [InlineData("F&ouml;rsvunnen\u00A0PERSON")]
    [InlineData("forsvunnen-person")]
    [InlineData("Våldtäckt")]
    public async Task OwnCode_ThatIsATypeNeverTaken_IsRefusedInEveryKindOfReport(string code)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        foreach (var origin in new[] { IncidentOrigin.Unspecified, IncidentOrigin.Reported })
        {
            var incident = Published("one", code, category: "criminal-damage");
            incident.Origin = origin;
            await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", "report.source_category", () => police.SubmitAsync(incident));
            incident.Report.Category = "";
            await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", "report.source_category", () => police.SubmitAsync(incident));
        }

        await Refused.ForAsync("CODES_INVALID", "mapping.codes[0].source_category", async () => await police.Codes.ImportCodeMappingAsync(
            new ImportCodeMappingRequest { Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = code, Category = "other" } } } },
            cancellationToken: Cancellation));
        var observation = Examples.Observation("two");
        observation.Report.SourceCategory = code;
        await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", "report.source_category", () => police.SubmitAsync(observation));
    }

    [Theory]
    [InlineData(IncidentOrigin.Published, IncidentOrigin.Reported, false)]
    [InlineData(IncidentOrigin.Published, IncidentOrigin.Unspecified, true)]
    [InlineData(IncidentOrigin.Reported, IncidentOrigin.Published, false)]
    public async Task Correction_ThatChangesOrigin_IsRefused(IncidentOrigin first, IncidentOrigin then, bool isWithdrawn)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var incident = Published("one", "Skadegörelse", category: "criminal-damage");
        incident.Origin = first;
        await police.SubmitAsync(incident);
        if (isWithdrawn)
        {
            await police.Incidents.WithdrawIncidentAsync(
                new WithdrawIncidentRequest { SourceRef = "one", Reason = WithdrawalReason.NotShareable }, cancellationToken: Cancellation);
        }

        (incident.Origin, incident.Report.Revision) = (then, 3);

        await Refused.ForAsync("FIELD_INVALID", "origin", () => police.SubmitAsync(incident));
    }

    [Theory]
    [InlineData("Våldtäkt", EventTreatment.Counted, "other", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Våldtäkt mot barn", EventTreatment.Counted, "other", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Sja\u0308lv-mord", EventTreatment.Context, "", "CATEGORY_NOT_ACCEPTED")]
    [InlineData("Trafikkontroll", EventTreatment.Counted, "other", "CODES_INVALID")]
    [InlineData("Skadegörelse", EventTreatment.Counted, "graffiti", "CODES_INVALID")]
    [InlineData("Wåldtäkt", EventTreatment.Counted, "other", "CODES_INVALID")]
    [InlineData("Själv mort", EventTreatment.Context, "", "CODES_INVALID")]
    [InlineData("Ny typ", EventTreatment.Counted, "", "CODES_INVALID")]
    [InlineData("Ny typ", EventTreatment.Counted, "sexual-offence", "CODES_INVALID")]
    [InlineData("Ny typ", EventTreatment.Context, "graffiti", "CODES_INVALID")]
    [InlineData("Ny typ", (EventTreatment)9, "", "CODES_INVALID")]
    [InlineData("", EventTreatment.NeverTaken, "", "CODES_INVALID")]
    [InlineData("\u0421уицид", EventTreatment.Counted, "other", "CODES_INVALID")]
    [InlineData("V\u00C3\u00A5ldt\u00C3\u00A4kt", EventTreatment.Counted, "other", "CODES_INVALID")]
    [InlineData("V?ldt?kt", EventTreatment.Counted, "other", "CODES_INVALID")]
    [InlineData("Brott mot 19121212-1212", EventTreatment.Counted, "other", "REFUSED_PERSONAL_DATA")]
    public async Task Decide_WhatMayNotBeDecided_IsRefused(string type, EventTreatment treatment, string category, string reason)
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();

        Assert.Equal(reason, (await Assert.ThrowsAsync<HubException>(() => DecideAsync(municipality, type, treatment, category))).Reason);
    }

    [Fact]
    public async Task Decide_ByAnybodyButACoordinator_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var decides = await Assert.ThrowsAsync<HubException>(() => DecideAsync(police, "Drönarincident", EventTreatment.Counted, "other"));
        var lists = await Assert.ThrowsAsync<HubException>(() => HeldAsync(police));

        Assert.Equal(("PERMISSION_MISSING", "PERMISSION_MISSING"), (decides.Reason, lists.Reason));
    }

    [Fact]
    public async Task HeldTypes_OfASenderThatSendsEverMore_AreItsLast200AndHideNoneOfOthers()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var other = await hub.PartnerAsync("vakter", TrygghetHub.Partners.V1.PartnerKind.GuardCompany);
        await Assert.ThrowsAsync<HubException>(() => other.SubmitAsync(Published("x", "Vakters typ")));

        for (var begin = 0; begin < 250; begin += 50)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            var results = await police.StreamAsync(
                [.. Enumerable.Range(begin, 50).Select(n => Published($"a{n}", $"Ny typ {n}")), Published("c", "Kevin Andersson")]);
            Assert.All(results.SelectMany(r => r.Results), r => Assert.Equal(ErrorReason.SourceTypeUnknown, r.Refused?.Reason));
        }

        await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(Published("a249", "Ny typ 249")));

        // What comes no more makes room for what does. A name of somebody is no type, and is not kept.
        var held = await HeldAsync(municipality);
        Assert.Equal(("Ny typ 249", 2L), (held[0].Type, held[0].Refusals));
        Assert.Equal(
            Enumerable.Range(50, 200).Select(n => $"Ny typ {n}").Append("Vakters typ").Order(StringComparer.Ordinal),
            held.Select(h => h.Type).Order(StringComparer.Ordinal));
        Assert.Equal(201, CountHeld(hub));
    }

    [Fact]
    public async Task HeldType_ThatIsDecidedWhileAnEventOfItComes_IsNotListedAgain()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        var intake = hub.Hub.Services.GetRequiredService<Intake>();
        var journal = hub.Hub.Services.GetRequiredService<JournalLane>();
        var incident = Published("one", "Drönarincident");
        var prepared = intake.Prepare(new PartnerId("polisen"), IncidentMapping.ToSubmission(incident));
        Assert.Equal(ErrorReason.SourceTypeUnknown, prepared.Refusal?.Reason);

        await DecideAsync(municipality, "Drönarincident", EventTreatment.NeverTaken);
        await journal.WriteAsync(
            transaction =>
            {
                hub.Hub.Services.GetRequiredService<ReportWriter>().Write(
                    transaction, prepared, new PartnerId("polisen"), hub.Hub.Services.GetRequiredService<AgreementRegister>().Rules);
                return true;
            },
            published: null, Cancellation);

        Assert.Equal(0, CountHeld(hub));
        Assert.Empty(await HeldAsync(municipality));
        // What an older version of the list held back and this one knows.
        await journal.WriteAsync(
            transaction =>
            {
                transaction.Prepare("INSERT INTO held_event_type (partner, key, type, refusals, first_at, last_at) VALUES (?, ?, ?, 1, 1, 1)")
                    .Bind("polisen").Bind("stöld").Bind("Stöld").Execute();
                return true;
            },
            published: null, Cancellation);
        Assert.Empty(await HeldAsync(municipality));
    }

    [Fact]
    public async Task Quarantined_OfATypeDecidedNeverTaken_IsDiscardedAndCannotBeConfirmed()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await ScreenedIntakeTests.PairAsync(hub, terms =>
        {
            terms.Screening = new TrygghetHub.Agreements.V1.ScreeningTerms { OnFinding = TrygghetHub.Agreements.V1.OnFinding.Quarantine };
            terms.Screening.Confirmable.Add(FindingKind.PersonalIdentityNumber);
        });
        await DecideAsync(municipality, "Drönarincident", EventTreatment.Counted, "disorder");
        var names = new List<string>();
        foreach (var (sourceRef, type, origin) in new[]
        {
            ("one", "Drönarincident", IncidentOrigin.Published), ("two", "DRO\u0308NARINCIDENT", IncidentOrigin.Published),
            ("three", "Skadegörelse", IncidentOrigin.Published), ("four", "Drönarincident", IncidentOrigin.Reported),
        })
        {
            var incident = Published(sourceRef, type);
            (incident.Origin, incident.Report.Summary) = (origin, "Ärende 990807-2391 om en drönare.");
            var answer = await police.Incidents.SubmitIncidentAsync(new SubmitIncidentRequest { Incident = incident }, cancellationToken: Cancellation);
            names.Add(answer.Quarantined.Name);
        }

        var decided = await DecideAsync(municipality, "Drönarincident", EventTreatment.NeverTaken);
        var again = await DecideAsync(municipality, "Drönarincident", EventTreatment.NeverTaken);

        Assert.Equal((2L, 0L, 0L), (decided.Discarded, decided.Withdrawn, again.Discarded));
        var left = await police.Quarantine.ListQuarantinedAsync(new ListQuarantinedRequest(), cancellationToken: Cancellation);
        Assert.Equal(names[2..], left.Reports.Select(r => r.Name));
        foreach (var name in names[..2])
        {
            await Refused.ForAsync("NOT_FOUND", async () => await police.Quarantine.ConfirmQuarantinedAsync(
                new ConfirmQuarantinedRequest { Name = name, Reason = "Ett provnummer." }, cancellationToken: Cancellation));
        }

        // Also when the decision is taken back.
        await DecideAsync(municipality, "Drönarincident", EventTreatment.Unspecified);
        await Refused.ForAsync("NOT_FOUND", async () => await police.Quarantine.GetQuarantinedAsync(
            new GetQuarantinedRequest { Name = names[0] }, cancellationToken: Cancellation));

        // A decision that was cut off before it came so far is carried out by the job of the quarantine.
        var services = hub.Hub.Services;
        await services.GetRequiredService<EventTypes>().DecideAsync(
            "Skadegörelse", EventTreatment.NeverTaken, "", "urn:trygghet:partner:upplands-bro", Cancellation);
        await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", async () => await police.Quarantine.ConfirmQuarantinedAsync(
            new ConfirmQuarantinedRequest { Name = names[2], Reason = "Ett provnummer." }, cancellationToken: Cancellation));
        await ActivatorUtilities.CreateInstance<QuarantineJob>(services).Execute(null!, Cancellation);
        left = await police.Quarantine.ListQuarantinedAsync(new ListQuarantinedRequest(), cancellationToken: Cancellation);
        Assert.Equal(names[3..], left.Reports.Select(r => r.Name));
    }

    [Fact]
    public async Task Decision_ThatWasCutOff_IsCarriedOutOnWhatStandsByTheJob()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Published("one", "Skadegörelse"));
        Assert.Equal(accepted.Name, (await municipality.ReadIncidentAsync(accepted.Name)).Name);

        var services = hub.Hub.Services;
        await services.GetRequiredService<EventTypes>().DecideAsync(
            "Skadegörelse", EventTreatment.NeverTaken, "", "urn:trygghet:partner:upplands-bro", Cancellation);
        await ActivatorUtilities.CreateInstance<QuarantineJob>(services).Execute(null!, Cancellation);

        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(accepted.Name));
        Assert.True((await police.HeldAsync("one"))[^1].Withdrawn);
    }

    [Fact]
    public async Task Decision_WithoutTreatment_OpensNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await DecideAsync(municipality, "Skadegörelse", EventTreatment.NeverTaken);

        await Refused.ForAsync("FIELD_REQUIRED", "treatment", async () => await municipality.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest { Type = "Skadegörelse" }, cancellationToken: Cancellation));
        await Refused.ForAsync("FIELD_INVALID", "treatment", async () => await municipality.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest { Type = "Skadegörelse", Treatment = EventTreatment.Context, TakeBack = true }, cancellationToken: Cancellation));
        await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", () => police.SubmitAsync(Published("one", "Skadegörelse")));

        await municipality.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest { Type = "Skadegörelse", TakeBack = true }, cancellationToken: Cancellation);
        await police.SubmitAsync(Published("one", "Skadegörelse"));
    }

    [Theory]
    [InlineData("En kvinna har utsatts för våldtäkt i parken.", true)]
    [InlineData("En kvinna har utsatts f&ouml;r v&aring;ldta\u0308kt i parken.", true)]
    [InlineData("Polisen söker efter ett försvunnet barn.", true)]
    [InlineData("Ett fönster är krossat.", false)]
    public async Task Published_WithANeverTakenWordInItsText_IsTakenWithoutIt(string text, bool isLeftOut)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var incident = Published("one", "Övrigt");
        incident.Report.Summary = text;

        var accepted = await police.SubmitAsync(incident);
        var repeated = await police.SubmitAsync(incident);
        var preview = await police.Incidents.PreviewIncidentAsync(
            new PreviewIncidentRequest { Incident = Published("two", "Övrigt") }, cancellationToken: Cancellation);

        Assert.Equal(isLeftOut, accepted.TextLeftOut);
        Assert.Equal(accepted, repeated);
        Assert.Equal(isLeftOut ? "" : text, (await police.ReadIncidentAsync(accepted.Name)).Report.Summary);
        Assert.NotEmpty(preview.Previews);

        // Not published: what the sender itself reports is for the screening and the agreement.
        var own = Published("three", "", category: "disorder");
        (own.Origin, own.Report.Summary) = (IncidentOrigin.Reported, text);
        var taken = await police.SubmitAsync(own);
        Assert.False(taken.TextLeftOut);
        Assert.Equal(text, (await police.ReadIncidentAsync(taken.Name)).Report.Summary);
    }

    private static int CountHeld(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT COUNT(*) FROM held_event_type";
        return Convert.ToInt32(find.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static Incident Published(string sourceRef, string type, string category = "")
    {
        var incident = Examples.Incident(sourceRef);
        incident.Origin = IncidentOrigin.Published;
        (incident.Report.SourceCategory, incident.Report.Category, incident.Report.Summary) = (type, category, "Ett fönster är krossat.");
        return incident;
    }

    private static async Task<DecideEventTypeResponse> DecideAsync(
        HubClient coordinator, string type, EventTreatment treatment, string category = "") =>
        await coordinator.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest
            {
                Type = type,
                Treatment = treatment,
                Category = category,
                TakeBack = treatment == EventTreatment.Unspecified,
            },
            cancellationToken: Cancellation);

    private static async Task<IReadOnlyList<HeldEventType>> HeldAsync(HubClient coordinator) =>
        (await coordinator.Codes.ListHeldEventTypesAsync(new ListHeldEventTypesRequest(), cancellationToken: Cancellation)).Types_;
}
