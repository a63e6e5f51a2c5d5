using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>Deciding, holding and listing: each about its own, by a reference, and nothing of a value comes back.</summary>
public sealed class RetentionServiceTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decision_ThatIsIncomplete_IsRefusedWithFieldAndRule()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync("FIELD_REQUIRED", "decision_reference", () => Decide(police, d => d.DecisionReference = "  "));
        await Refused.ForAsync("TEXT_TOO_LONG", "decision_reference", () => Decide(police, d => d.DecisionReference = new string('x', 61)));
        await Refused.ForAsync("FIELD_INVALID", "decision_reference", () => Decide(police, d => d.DecisionReference = "KS\u0007"));
        await Refused.ForAsync("FIELD_REQUIRED", "days", () => Decide(police, d => d.Days = 0));
        await Refused.ForAsync("FIELD_INVALID", "days", () => Decide(police, d => d.Days = -1));
        await Refused.ForAsync("FIELD_INVALID", "days", () => Decide(police, d => d.Days = 36_501));
        await Refused.ForAsync("FIELD_INVALID", "days", () => Decide(police, d => d.Keep = true));
        await Refused.ForAsync("FIELD_REQUIRED", "retention_class", () => Decide(police, d => d.RetentionClass = RetentionClass.Unspecified));
        await Refused.ForAsync("ENUM_UNKNOWN", "retention_class", () => Decide(police, d => d.RetentionClass = (RetentionClass)77));
        await Refused.ForAsync("RETENTION_STATE", "retention_class", () => Decide(police, d => d.RetentionClass = RetentionClass.Picture));
        await Refused.ForAsync("RETENTION_STATE", "retention_class", () => Decide(police, d => d.RetentionClass = RetentionClass.RawNote));
        Assert.All((await RulesAsync(police)), r => Assert.Empty(r.Decisions));
    }

    [Fact]
    public async Task Text_ThatPointsAtAPerson_IsRefusedWithoutTheValue()
    {
        const string number = "19121212-1212";
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var refused = await Refused.ForAsync(
            "REFUSED_PERSONAL_DATA", () => Decide(police, d => d.DecisionReference = "KS " + number));
        Assert.DoesNotContain("1212", refused.ToString(), StringComparison.Ordinal);
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "reason", () => police.Retention.PlaceLegalHoldAsync(
            new PlaceLegalHoldRequest { Reference = "KS2026/1", Reason = "Begärd av " + number }).ResponseAsync);
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "reason", () => police.Retention.PlaceLegalHoldAsync(
            new PlaceLegalHoldRequest { Reference = "KS2026/1", Reason = "Tvist med Anders Svensson" }).ResponseAsync);
    }

    [Theory]
    [InlineData("KS2026/123")]
    [InlineData("KS 2026/00123-4")]
    [InlineData("SBN-2026-0042")]
    [InlineData("A 123.456/2026")]
    [InlineData("Dnr 2026:17")]
    public async Task Reference_ThatIsARegistrationNumber_IsTakenAsItIs(string reference)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        Assert.Equal(reference, (await RetentionHub.DecideAsync(police, reference: reference)).DecisionReference);
    }

    [Fact]
    public async Task Decision_AboutWhatIsNotTheCallers_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync("PERMISSION_MISSING", "retention_class", () => Decide(police, d => d.RetentionClass = RetentionClass.AccessLog));
        await Refused.ForAsync("PERMISSION_MISSING", "retention_class", () => Decide(hub.Operator, _ => { }));
        await Refused.ForAsync("PERMISSION_MISSING", () => RetentionHub.HoldAsync(hub.Operator));
    }

    [Fact]
    public async Task Decision_Repeated_ChangesNothingAndALaterOneTakesItsPlace()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        var first = await RetentionHub.DecideAsync(police, 730);
        Assert.Equal(first, await RetentionHub.DecideAsync(police, 730));
        Assert.Equal(("polisen", 730, false, "KS2026/123", "urn:trygghet:partner:polisen"),
            (first.Partner, first.Days, first.Keep, first.DecisionReference, first.DecidedBy));
        var kept = await RetentionHub.DecideAsync(police, 0, reference: "KS2026/200");

        await hub.RestartAsync();
        var rules = await RulesAsync(police);
        Assert.Equal([kept], rules.SelectMany(r => r.Decisions));
        Assert.Equal(
            [(RetentionClass.Report, 730, true), (RetentionClass.AccessLog, 1_826, false), (RetentionClass.RawNote, 90, false),
                (RetentionClass.Picture, 0, false)],
            rules.Select(r => (r.RetentionClass, r.SuggestedDays, r.Decidable)));
        Assert.All(await RulesAsync(municipality), r => Assert.Empty(r.Decisions));
        Assert.All(await RulesAsync(hub.Operator), r => Assert.Empty(r.Decisions));
    }

    [Fact]
    public async Task Hold_ThatIsIncompleteOrKeepsNothing_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync("FIELD_REQUIRED", "reference", () => Hold(h => h.Reference = ""));
        await Refused.ForAsync("FIELD_REQUIRED", "reason", () => Hold(h => h.Reason = ""));
        await Refused.ForAsync("TEXT_TOO_LONG", "reason", () => Hold(h => h.Reason = new string('x', 201)));
        await Refused.ForAsync("AREA_UNKNOWN", "scope.area", () => Hold(h => h.Scope = new HoldScope { Area = "9999" }));
        await Refused.ForAsync("CATEGORY_UNKNOWN", "scope.category", () => Hold(h => h.Scope = new HoldScope { Category = "x" }));
        await Refused.ForAsync("TIME_OUT_OF_RANGE", "scope.received_from", () => Hold(h => h.Scope = new HoldScope
        {
            ReceivedFrom = new Timestamp { Seconds = long.MaxValue },
        }));
        await Refused.ForAsync("FIELD_INVALID", "scope.received_to", () => Hold(h => h.Scope = new HoldScope
        {
            ReceivedFrom = Examples.InWeek20.ToTimestamp(),
            ReceivedTo = Examples.InWeek20.ToTimestamp(),
        }));
        Assert.Empty(await HoldsAsync(police, lifted: true));

        Task Hold(Action<PlaceLegalHoldRequest> change)
        {
            var request = new PlaceLegalHoldRequest { Reference = "KS2026/124", Reason = "En tvist." };
            change(request);
            return police.Retention.PlaceLegalHoldAsync(request).ResponseAsync;
        }
    }

    [Fact]
    public async Task Hold_PlacedAndLifted_IsThatAlsoAfterARestartAndOnlyItsPartners()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var scope = new HoldScope { Area = "0139-bro", Category = "graffiti", ReceivedFrom = Examples.InWeek20.AddTicks(3).ToTimestamp() };

        var hold = await RetentionHub.HoldAsync(police, scope);
        await hub.RestartAsync();
        Assert.Equal(hold, await RetentionHub.HoldAsync(police, scope));
        Assert.Equal([hold], await HoldsAsync(police));
        Assert.Empty(await HoldsAsync(municipality));
        await Refused.ForAsync("NOT_FOUND", "name", () => Lift(municipality, "KS2026/125"));
        await Refused.ForAsync("FIELD_REQUIRED", "reference", () => Lift(police, ""));

        var lifted = await Lift(police, "KS2026/125");
        Assert.Equal(lifted, await Lift(police, "KS2026/125"));
        await Refused.ForAsync("RETENTION_STATE", "reference", () => Lift(police, "KS2026/126"));
        await hub.RestartAsync();
        Assert.Empty(await HoldsAsync(police));
        Assert.Equal([lifted], await HoldsAsync(police, lifted: true));
        Assert.NotEqual(hold.Name, (await RetentionHub.HoldAsync(police, scope)).Name);

        async Task<LegalHold> Lift(HubClient by, string reference) => (await by.Retention.LiftLegalHoldAsync(
            new LiftLegalHoldRequest { Name = hold.Name, Reference = reference })).Hold;
    }

    [Fact]
    public async Task Auditor_SeesDecisionsAndHoldsOfAllWithoutReasonAndScope()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var auditor = await hub.PartnerAsync("revision", PartnerKind.MunicipalUnit);
        await hub.SetRolesAsync("revision", PartnerRole.Auditor);
        var decision = await RetentionHub.DecideAsync(police);
        var log = await RetentionHub.DecideAsync(hub.Operator, 400, RetentionClass.AccessLog);
        var hold = await RetentionHub.HoldAsync(police, new HoldScope { Area = "0139-bro" });

        Assert.Equal([decision, log], (await RulesAsync(auditor)).SelectMany(r => r.Decisions));
        Assert.All(await RulesAsync(auditor), r => Assert.False(r.Decidable));
        var seen = Assert.Single(await HoldsAsync(auditor));
        Assert.Equal((hold.Name, hold.Reference, "", null), (seen.Name, seen.Reference, seen.Reason, seen.Scope));
        await Refused.ForAsync("PERMISSION_MISSING", () => RetentionHub.DecideAsync(auditor));
        Assert.Equal([log], (await RulesAsync(hub.Operator)).SelectMany(r => r.Decisions));
        Assert.Empty(await HoldsAsync(hub.Operator));
    }

    [Fact]
    public async Task Preview_OfATimeThatIsNone_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync("TIME_OUT_OF_RANGE", "as_of", () => police.Retention.PreviewDisposalAsync(
            new PreviewDisposalRequest { AsOf = new Timestamp { Seconds = long.MaxValue } }).ResponseAsync);
        await Refused.ForAsync("TIME_OUT_OF_RANGE", "as_of", () => police.Retention.PreviewDisposalAsync(
            new PreviewDisposalRequest { AsOf = TimeProvider.System.GetUtcNow().AddYears(201).ToTimestamp() }).ResponseAsync);
    }

    private static async Task<DecideRetentionResponse> Decide(HubClient by, Action<DecideRetentionRequest> change)
    {
        var request = new DecideRetentionRequest
        {
            RetentionClass = RetentionClass.Report,
            Days = 730,
            DecisionReference = "KS2026/123",
        };
        change(request);
        return await by.Retention.DecideRetentionAsync(request);
    }

    private static async Task<IReadOnlyList<RetentionRule>> RulesAsync(HubClient by) =>
        (await by.Retention.ListRetentionAsync(new ListRetentionRequest())).Rules;

    private static async Task<IReadOnlyList<LegalHold>> HoldsAsync(HubClient by, bool lifted = false) =>
        (await by.Retention.ListLegalHoldsAsync(new ListLegalHoldsRequest { IncludeLifted = lifted })).Holds;
}
