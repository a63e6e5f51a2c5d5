using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using Environment = TrygghetHub.Reports.V1.Environment;
using Partner = TrygghetHub.Server.Partners.Partner;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class DisclosureTests
{
    private static readonly DateTimeOffset Now = new(2024, 5, 15, 12, 0, 0, TimeSpan.Zero);
    // So long ago that no hold is in the way.
    private static readonly DateTimeOffset Received = Now.AddDays(-200);
    private static readonly AreaBook Areas = AreaBook.LoadEmbedded();
    private static readonly PartnerId Police = new("polisen");
    private static readonly PartnerId Municipality = new("upplands-bro");
    private static readonly PartnerId Housing = new("bostad");
    private static readonly PartnerId MunicipalHousing = new("kommunbostad");
    private static readonly PartnerId[] Ids = [Police, Municipality, Housing, MunicipalHousing];

    private static readonly PartnerBook Everyone = PartnerBook.Empty
        .With(new Partner(Police, "Polisen", PartnerKind.Police, Now))
        .With(new Partner(Municipality, "Kommunen", PartnerKind.MunicipalUnit, Now))
        .With(new Partner(Housing, "Bostad AB", PartnerKind.HousingCompany, Now))
        .With(new Partner(MunicipalHousing, "Kommunbostad AB", PartnerKind.MunicipalCompany, Now));

    private static readonly string[] Codes = ["01", "0139", "0114", "0139-bro", "0139-bro-exempeltorget", "0139-ovriga"];
    private static readonly string[] Categories = ["graffiti", "robbery", "housing-disturbance", "threat-against-staff"];

    private static readonly Gen<PartnerId> GenPartner = AnyOf(Ids);

    private static readonly Gen<ReportEnvelope> GenEnvelope =
        from sender in GenPartner
        from code in AnyOf(Codes)
        from category in AnyOf(Categories)
        from environment in AnyOf(Environment.Street, Environment.Dwelling, Environment.Stairwell)
        from precision in AnyOf(Precision.Point, Precision.Street, Precision.Grid250M, Precision.District, Precision.Municipality, Precision.County)
        from tlp in AnyOf(Tlp.Clear, Tlp.Amber, Tlp.AmberStrict, Tlp.Red)
        select Envelope(sender, code, category, environment, precision, tlp);

    private static readonly Gen<SharingFlow> GenFlow =
        from sender in GenPartner
        from to in GenPartner.Array[0, 3]
        from areas in AnyOf(Codes).Array[0, 3]
        from categories in AnyOf(Categories).Array[0, 4]
        from form in AnyOf(SharingForm.Records, SharingForm.Counts)
        from finest in AnyOf(Precision.Point, Precision.Street, Precision.Grid250M, Precision.District, Precision.Municipality, Precision.County)
        select Flow(sender, to, areas, categories, form, finest);

    private static readonly Gen<Agreement> GenAgreement =
        from id in AnyOf("a", "b", "c", "d")
        from flows in GenFlow.Array[0, 4]
        from purposes in AnyOf(Purpose.WeeklyPicture, Purpose.Evaluation).Array[0, 2]
        from days in Gen.Int[-20, 20]
        select Agreed(id, flows, purposes) with { ValidFrom = Now.AddDays(days - 10), ValidTo = Now.AddDays(days) };

    private static readonly Gen<AgreementBook> GenBook =
        GenAgreement.Array[0, 4].Select(a => Book([.. a.DistinctBy(x => x.Id)]));

    private static readonly Gen<SharingForm> GenForm = AnyOf(SharingForm.Records, SharingForm.Counts);

    [Fact]
    public void Decide_WithoutAgreement_DeniesEveryoneButTheOwner() =>
        Gen.Select(GenEnvelope, GenPartner, GenForm).Sample((envelope, recipient, form) =>
        {
            var decision = Decide(envelope, recipient, AgreementBook.Empty, form);
            Assert.Equal(envelope.Sender == recipient, decision.Projection is not null);
        });

    [Fact]
    public void Decide_ForTheOwner_ShowsAllWhateverIsAgreed() =>
        Gen.Select(GenEnvelope, GenBook, GenForm).Sample((envelope, book, form) =>
        {
            var projection = Decide(envelope, envelope.Sender, book, form).Projection!;
            Assert.True(projection is { Whole: true, ShowsPosition: true, Time: TimeGranularity.Minute });
            Assert.Equal((envelope.Area, envelope.Precision, envelope.Category), (projection.Area, projection.Precision, projection.Category!));
        });

    /// <summary>
    /// Decided again from the words of the design alone: some flow in force must permit it, and what is seen is no
    /// finer than the report, the flow that the receipt names, and each ceiling.
    /// </summary>
    [Fact]
    public void Decide_ForAnother_PermitsOnlyWhatAFlowPermitsAndNeverFiner() =>
        Gen.Select(GenEnvelope, GenPartner, GenBook, GenForm).Where((e, r, _, _) => e.Sender != r).Sample((envelope, recipient, book, form) =>
        {
            var permitting = book.Versions
                .Where(a => a.ValidFrom <= Now && Now < a.ValidTo && a.Purposes.Contains(Purpose.WeeklyPicture))
                .SelectMany(a => a.Flows.Where(f =>
                    f.From == envelope.Sender && f.To.Contains(recipient) && f.Categories.Contains(envelope.Category)
                    && f.Areas.Any(envelope.Area.IsWithin)
                    && (form == SharingForm.Counts || f.Form == SharingForm.Records)).Select(f => (a.Id, Flow: f)))
                .ToList();
            var decision = Decide(envelope, recipient, book, form);

            Assert.Equal(permitting.Count > 0 && envelope.Tlp != Tlp.Red, decision.Projection is not null);
            if (decision.Projection is not { } seen)
            {
                Assert.Equal("", decision.Receipt.Agreement);
                return;
            }

            Assert.Equal(permitting[0].Id, decision.Receipt.Agreement);
            Assert.False(seen.Whole);
            Assert.True(seen.Precision >= envelope.Precision);
            Assert.True(seen.Precision >= permitting[0].Flow.FinestPrecision);
            Assert.True(seen.Area.Place is null || seen.Precision <= Precision.Street);
            Assert.True(seen.Area.District is null || seen.Precision <= Precision.District);
            Assert.True(seen.Area.Municipality is null || seen.Precision <= Precision.Municipality);
            Assert.True(envelope.Area.IsWithin(seen.Area.Finest));
            if (IsUnderHomeCeiling(envelope))
            {
                Assert.True(seen is { Time: TimeGranularity.Day, Precision: >= Precision.District });
            }

            if (envelope.Area.District == "0139-ovriga")
            {
                Assert.True(seen.Precision >= Precision.District);
            }

            var toPrivate = envelope.Sender == Police && recipient == Housing;
            Assert.Equal(toPrivate, seen.Category is null);
            Assert.True(!toPrivate || seen is { Time: TimeGranularity.Day, Precision: >= Precision.District });
        }, iter: 2_000);

    [Fact]
    public void Decide_WithMoreAgreementsForOthers_DecidesAsBefore() =>
        Gen.Select(GenEnvelope, GenBook, GenAgreement, GenForm).Sample((envelope, book, more, form) =>
        {
            var forOthers = more with { Id = "0-first", Flows = [.. more.Flows.Where(f => !f.To.Contains(Housing))] };
            Assert.Equal(
                Decide(envelope, Housing, book, form).Projection, Decide(envelope, Housing, Book([forOthers, .. book.Versions]), form).Projection);
        });

    [Fact]
    public void Decide_ByCountsFlowsAlone_NeverGivesARecord() =>
        Gen.Select(GenEnvelope, GenPartner, GenBook).Where((e, r, _) => e.Sender != r).Sample((envelope, recipient, book) =>
        {
            var counts = Book([.. book.Versions.Select(a =>
                a with { Flows = [.. a.Flows.Select(f => f with { Form = SharingForm.Counts })] })]);
            Assert.Null(Decide(envelope, recipient, counts, SharingForm.Records).Projection);
        });

    [Fact]
    public void Decide_CountsFlow_PermitsCounting()
    {
        var book = Book(Agreed("a", [Flow(Police, [Municipality], ["0139"], ["graffiti"], SharingForm.Counts)]));
        var envelope = Envelope(Police, "0139-bro");

        Assert.NotNull(Decide(envelope, Municipality, book, SharingForm.Counts).Projection);
        Assert.Null(Decide(envelope, Municipality, book, SharingForm.Records).Projection);
    }

    [Theory]
    [InlineData("to")]
    [InlineData("areas")]
    [InlineData("categories")]
    [InlineData("purposes")]
    public void Decide_WithOneListEmpty_PermitsNothing(string empty)
    {
        var whole = Agreed("a", [Flow(Police, [Municipality], ["0139"], ["graffiti"])]);
        var agreement = empty switch
        {
            "to" => whole with { Flows = [whole.Flows[0] with { To = FrozenSet<PartnerId>.Empty }] },
            "areas" => whole with { Flows = [whole.Flows[0] with { Areas = FrozenSet<string>.Empty }] },
            "categories" => whole with { Flows = [whole.Flows[0] with { Categories = FrozenSet<string>.Empty }] },
            _ => whole with { Purposes = FrozenSet<Purpose>.Empty },
        };

        Assert.NotNull(Decide(Envelope(Police, "0139-bro"), Municipality, Book(whole)).Projection);
        Assert.Null(Decide(Envelope(Police, "0139-bro"), Municipality, Book(agreement)).Projection);
    }

    [Fact]
    public void Decide_AtTheEdgesOfValidity_TakesTheFirstInstantAndNotTheLast()
    {
        var agreement = Agreed("a", [Flow(Police, [Municipality], ["0139"], ["graffiti"])]) with
        {
            ValidFrom = Now,
            ValidTo = Now.AddDays(1),
        };
        var book = Book(agreement);

        bool SeenAt(DateTimeOffset at) => Disclosure.Decide(
            Envelope(Police, "0139-bro"), Received, Municipality, Purpose.WeeklyPicture, SharingForm.Records, Rules(book), at).Projection is not null;

        Assert.False(SeenAt(Now.AddTicks(-1)));
        Assert.True(SeenAt(Now));
        Assert.True(SeenAt(Now.AddDays(1).AddTicks(-1)));
        Assert.False(SeenAt(Now.AddDays(1)));
    }

    [Fact]
    public void Decide_OfTwoAgreementsThatPermit_UsesTheLowestIdAndDoesNotMixLimits()
    {
        var coarse = Agreed("a", [Flow(Police, [Municipality], ["0139"], ["graffiti"], finest: Precision.Municipality)]);
        var fine = Agreed("b", [Flow(Police, [Municipality], ["0139"], ["graffiti"], finest: Precision.Point)]);
        var envelope = Envelope(Police, "0139-bro-exempeltorget", precision: Precision.Point);

        var decision = Decide(envelope, Municipality, Book(fine, coarse));

        Assert.Equal(("a", Precision.Municipality, "0139"),
            (decision.Receipt.Agreement, decision.Projection!.Precision, decision.Projection.Area.Finest));
    }

    [Theory]
    [InlineData("ceiling:home", "polisen", "upplands-bro", "graffiti", Environment.Dwelling, "0139-bro-exempeltorget", true, false)]
    [InlineData("ceiling:home", "polisen", "upplands-bro", "graffiti", Environment.Stairwell, "0139-bro-exempeltorget", true, false)]
    [InlineData("ceiling:housing-disturbance", "bostad", "upplands-bro", "housing-disturbance", Environment.Street, "0139-bro-exempeltorget", true, false)]
    [InlineData("ceiling:staff", "bostad", "upplands-bro", "threat-against-staff", Environment.Shop, "0139-bro-exempeltorget", true, false)]
    [InlineData("ceiling:police-to-private", "polisen", "bostad", "graffiti", Environment.Street, "0139-bro-exempeltorget", true, true)]
    [InlineData("ceiling:sparse", "polisen", "upplands-bro", "graffiti", Environment.Street, "0139-ovriga", false, false)]
    public void Ceiling_WhereItHolds_NarrowsToTheDistrict(
        string ceiling, string from, string to, string category, Environment environment, string area, bool dayOnly, bool familyOnly)
    {
        var book = Book(Agreed("a", [Flow(new(from), [new(to)], ["0139"], Categories)]));
        var envelope = Envelope(new(from), area, category, environment, Precision.Point);

        var decision = Decide(envelope, new(to), book);

        Assert.Equal([ceiling], decision.Receipt.Ceilings);
        Assert.Equal(Precision.District, decision.Projection!.Precision);
        Assert.Null(decision.Projection.Area.Place);
        Assert.False(decision.Projection.ShowsPosition);
        Assert.Equal(dayOnly ? TimeGranularity.Day : TimeGranularity.Minute, decision.Projection.Time);
        Assert.Equal(familyOnly, decision.Projection.Category is null);
    }

    [Fact]
    public void Ceilings_OfTheEmbeddedList_HaveATestEach() =>
        Assert.Equal(
            CeilingList.Embedded.Ceilings.Select(c => c.Id).Order(),
            typeof(DisclosureTests).GetMethod(nameof(Ceiling_WhereItHolds_NarrowsToTheDistrict))!
                .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
                .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!)
                .Distinct().Order());

    [Fact]
    public void Ceiling_PoliceToMunicipalCompany_LeavesTheCategory()
    {
        var book = Book(Agreed("a", [Flow(Police, [MunicipalHousing], ["0139"], Categories)]));

        var decision = Decide(Envelope(Police, "0139-bro-exempeltorget", precision: Precision.Point), MunicipalHousing, book);

        Assert.Empty(decision.Receipt.Ceilings);
        Assert.Equal("graffiti", decision.Projection!.Category);
    }

    [Fact]
    public void MaySend_OfAnything_FollowsTheFlowsFromTheSender() =>
        Gen.Select(GenEnvelope, GenBook).Sample((envelope, book) =>
        {
            var flows = book.Versions.Where(a => a.ValidFrom <= Now && Now < a.ValidTo)
                .SelectMany(a => a.Flows.Where(f => f.From == envelope.Sender && f.To.Count > 0).Select(f => (a, f))).ToList();
            var ofCategory = flows.Where(x => x.f.Categories.Contains(envelope.Category)).ToList();
            var whole = ofCategory.Where(x => x.f.Areas.Any(envelope.Area.IsWithin)).ToList();

            var refusal = Disclosure.MaySend(envelope.Sender, envelope.Category, envelope.Area, Rules(book), Now, out var until);

            Assert.Equal(
                flows.Count == 0 ? ErrorReason.AgreementNotActive
                    : ofCategory.Count == 0 ? ErrorReason.CategoryNotAgreed
                    : whole.Count == 0 ? ErrorReason.AreaNotAgreed : (ErrorReason?)null,
                refusal?.Reason);
            Assert.Equal(refusal is null ? whole[0].a.ValidTo : Now, until);
        }, iter: 1_000);

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool IsUnderHomeCeiling(ReportEnvelope envelope) =>
        envelope.Environment is Environment.Dwelling or Environment.Stairwell
        || envelope.Category is "housing-disturbance" or "threat-against-staff";

    private static Decision Decide(
        ReportEnvelope envelope, PartnerId recipient, AgreementBook book, SharingForm form = SharingForm.Records) =>
        Disclosure.Decide(envelope, Received, recipient, Purpose.WeeklyPicture, form, Rules(book), Now);

    private static RuleBook Rules(AgreementBook book) => new(book, Everyone, Areas, CategoryList.Embedded, CeilingList.Embedded);

    private static Agreement Agreed(string id, SharingFlow[] flows, params Purpose[] purposes) => new()
    {
        Id = id,
        Version = 1,
        Seq = 1,
        AgreedAt = Now.AddYears(-1),
        Since = FrozenDictionary<(PartnerId, string), DateTimeOffset>.Empty,
        ValidFrom = Now.AddYears(-1),
        ValidTo = Now.AddYears(1),
        Parties = Ids.ToFrozenDictionary(id => id, _ => ImmutableArray.Create(Interval.Always)),
        Purposes = (purposes.Length == 0 ? [Purpose.WeeklyPicture] : purposes).ToFrozenSet(),
        SecrecyGrounds = [new Secrecy(BetweenAuthoritiesOnly: false, Interval.Always)],
        Flows = [.. flows],
        Prohibitions = [],
        RecallAtEnd = false,
        RecallDays = AgreementRules.DefaultRecallDays,
        Document = [],
    };

    private static SharingFlow Flow(
        PartnerId from, PartnerId[] to, string[] areas, string[] categories, SharingForm form = SharingForm.Records,
        Precision finest = Precision.Point) => new()
        {
            Clause = "§1",
            From = from,
            To = to.Where(t => t != from).ToFrozenSet(),
            Areas = areas.ToFrozenSet(),
            Categories = categories.ToFrozenSet(),
            Form = form,
            Fields = ReportFields.All,
            FinestPrecision = finest,
            FinestTime = TimeGranularity.Minute,
            Delay = TimeSpan.Zero,
            FreeText = FreeText.None,
            SmallestCell = 1,
            StrictestTlp = Tlp.AmberStrict,
            OnwardSharing = OnwardSharing.Organisation,
            RetentionDays = 365,
        };

    private static AgreementBook Book(params Agreement[] agreements) => new(agreements, Everyone);

    private static ReportEnvelope Envelope(
        PartnerId sender, string area, string category = "graffiti", Environment environment = Environment.Street,
        Precision precision = Precision.District, Tlp tlp = Tlp.Amber)
    {
        Assert.True(Areas.TryResolve(area, out var chain));
        return new ReportEnvelope
        {
            Sender = sender,
            Category = category,
            Family = CategoryList.Embedded.Find(category)!.Family,
            Severity = Severity.Moderate,
            Environment = environment,
            Area = chain,
            Precision = precision,
            Tlp = tlp,
            Week = new IsoWeek(2024, 20),
            Published = false,
            Exercise = false,
            ContextOnly = false,
        };
    }
}
