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
    private static readonly FrozenSet<string> WholeCounty = FrozenSet.Create("01");
    private static readonly FrozenSet<string> Graffiti = FrozenSet.Create("graffiti");
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
        from time in AnyOf(TimeGranularity.Minute, TimeGranularity.PartOfDay, TimeGranularity.Day, TimeGranularity.Week)
        from fields in AnyOf(Enum.GetValues<ReportField>()).Array[0, 8]
        from delayHours in AnyOf(0, 0, 1, 30)
        from strictest in AnyOf(Tlp.Clear, Tlp.Amber, Tlp.AmberStrict)
        from cell in AnyOf(1, 5)
        select Flow(sender, to, areas, categories, form, finest) with
        {
            FinestTime = time,
            Fields = ReportFields.Of(fields.Where(f => f != ReportField.Unspecified)),
            Delay = TimeSpan.FromHours(delayHours),
            StrictestTlp = strictest,
            SmallestCell = form == SharingForm.Counts ? cell : 1,
        };

    private static readonly Gen<Interval> GenInterval =
        from always in AnyOf(true, true, false)
        from begin in Gen.Int[-20, 10]
        from length in Gen.Int[1, 20]
        select always ? Interval.Always : new Interval(Now.AddDays(begin), Now.AddDays(begin + length));

    private static readonly Gen<SharingBan> GenBan =
        from sender in GenPartner.Array[1, 2]
        from to in GenPartner.Array[1, 2]
        from areas in AnyOf(Codes).Array[1, 2]
        from categories in AnyOf(Categories).Array[1, 2]
        select new SharingBan
        {
            Clause = "§9",
            From = sender.ToFrozenSet(),
            To = to.ToFrozenSet(),
            Areas = [.. areas],
            Categories = categories.ToFrozenSet(),
        };

    // A basis for each, or now and then none; a ground or two, or now and then none.
    private static readonly Gen<Agreement> GenAgreement =
        from id in AnyOf("a", "b", "c", "d")
        from flows in GenFlow.Array[0, 4]
        from bans in GenBan.Array[0, 1]
        from purposes in AnyOf(Purpose.WeeklyPicture, Purpose.Evaluation).Array[0, 2]
        from days in Gen.Int[-20, 20]
        from suspended in AnyOf(false, false, false, true)
        from bases in GenInterval.Array[1, 2].Array[Ids.Length]
        from without in Gen.Int[0, 12]
        from grounds in Gen.Select(AnyOf(true, false), GenInterval).Array[0, 2]
        select Agreed(id, [.. flows.Select((f, i) => f with { Clause = $"§{i}" })], purposes) with
        {
            ValidFrom = Now.AddDays(days - 10),
            ValidTo = Now.AddDays(days),
            IsSuspended = suspended,
            Prohibitions = [.. bans],
            Parties = Ids.Select((party, i) => (party, i))
                .ToFrozenDictionary(p => p.party, p => p.i == without ? [] : bases[p.i].ToImmutableArray()),
            SecrecyGrounds = [.. grounds.Select(g => new Secrecy(g.Item1, g.Item2))],
        };

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

    /// <summary>Decided again, flow by flow, from the words of the design alone.</summary>
    [Fact]
    public void Match_AtAnyTime_DecidesAsTheDesignSays()
    {
        var permitted = 0;
        Gen.Select(GenEnvelope, GenPartner, GenBook, GenForm, Gen.Int[0, 60 * 24 * 9], Gen.Int[-12, 12])
            .Where((e, r, _, _, _, _) => e.Sender != r && e.Tlp != Tlp.Red).Sample(
                (envelope, recipient, sparse, form, ageMinutes, days) =>
                {
                    var book = Denser(sparse, envelope, recipient);
                    var at = Now.AddDays(days);
                    var received = at.AddMinutes(-ageMinutes);
                    var expected = DecideByTheWords(envelope, received, recipient, book.Versions, form, at);

                    var decision = Disclosure.Match(envelope, recipient, Purpose.WeeklyPicture, form, Rules(book)).At(received, at);

                    Assert.Equal(
                        (expected?.Agreement.Id ?? "", expected?.Flow.Clause ?? ""), (decision.Receipt.Agreement, decision.Receipt.Clause));
                    Assert.Equal(expected is null, decision.Projection is null);
                    if (decision.Projection is { } seen)
                    {
                        Interlocked.Increment(ref permitted);
                        AssertNoFiner(seen, envelope, recipient, form, expected!.Value.Flow);
                    }
                    else
                    {
                        Assert.NotEmpty(decision.Receipt.Why);
                    }
                },
                iter: 20_000);

        // The property says something only where something is permitted.
        Assert.True(permitted > 200, $"{permitted} were permitted.");
    }

    [Fact]
    public void VisibleFrom_WhereOnlyAHoldIsInTheWay_IsTheFirstInstantOfShowing() =>
        Gen.Select(GenEnvelope, GenFlow.Array[1, 4], Gen.Int[0, 60 * 24 * 9]).Sample(
            (envelope, flows, ageMinutes) =>
            {
                var all = flows.Select((f, i) => f with
                {
                    Clause = $"§{i}",
                    From = envelope.Sender,
                    To = Ids.ToFrozenSet(),
                    Areas = WholeCounty,
                    Categories = Categories.ToFrozenSet(),
                    Form = SharingForm.Records,
                }).ToArray();
                var recipient = Ids.First(i => i != envelope.Sender);
                var match = Disclosure.Match(
                    envelope, recipient, Purpose.WeeklyPicture, SharingForm.Records, Rules(Book(Agreed("a", all))));
                var received = Now.AddMinutes(-ageMinutes);

                if (match.VisibleFrom(received, Now) is { } from)
                {
                    Assert.True(from > Now);
                    Assert.NotNull(match.At(received, from).Projection);
                    Assert.Null(match.At(received, from.AddMicroseconds(-1)).Projection);
                    Assert.Equal("It is held back for now.", match.At(received, Now).Receipt.Why);
                }
                else
                {
                    Assert.Equal(
                        envelope.Tlp != Tlp.Red && all.Any(f => envelope.Tlp <= f.StrictestTlp),
                        match.At(received, Now).Projection is not null);
                }
            },
            iter: 5_000);

    [Theory]
    // Known to lie in the district, or too coarsely to tell: both are taken to.
    [InlineData("0139-bro-exempeltorget", false)]
    [InlineData("0139-bro", false)]
    [InlineData("0139", false)]
    [InlineData("01", false)]
    [InlineData("0139-ovriga", true)]
    [InlineData("0114", true)]
    public void Prohibition_OfADistrict_BeatsEveryAgreementAlsoForCoarsePlaces(string area, bool seen)
    {
        var flow = Flow(Police, [Municipality], ["01"], Categories);
        var prohibiting = Agreed("z", [flow]) with { Prohibitions = [Ban("0139-bro")] };
        var envelope = Envelope(Police, area, precision: Precision.County);

        foreach (var form in new[] { SharingForm.Records, SharingForm.Counts })
        {
            Assert.NotNull(Decide(envelope, Municipality, Book(Agreed("a", [flow])), form).Projection);
            var decision = Decide(envelope, Municipality, Book(Agreed("a", [flow]), prohibiting), form);
            Assert.Equal(seen, decision.Projection is not null);
            Assert.Equal(seen ? "" : "z §9 prohibits it.", decision.Receipt.Why);
            // A suspension takes back what is permitted, never what is prohibited.
            Assert.Equal(seen, Decide(envelope, Municipality, Book(Agreed("a", [flow]), prohibiting with { IsSuspended = true }), form).Projection is not null);
        }

        // For others, of other categories and out of its time it says nothing.
        Assert.NotNull(Decide(envelope, Housing, Book(Agreed("a", [flow with { To = new[] { Housing }.ToFrozenSet() }]), prohibiting)).Projection);
        Assert.NotNull(Decide(envelope with { Category = "robbery" }, Municipality, Book(Agreed("a", [flow]), prohibiting)).Projection);
        Assert.NotNull(Decide(envelope, Municipality, Book(Agreed("a", [flow]), prohibiting with { ValidTo = Now })).Projection);
    }

    [Theory]
    [InlineData("kommunbostad", true)]
    [InlineData("bostad", false)]
    public void OverrideOfSecrecy_ForAPrivateRecipient_IsNoGround(string recipient, bool seen)
    {
        var agreement = Agreed("a", [Flow(Police, [new(recipient)], ["0139"], Categories)]);
        var overriding = agreement with { SecrecyGrounds = [new Secrecy(BetweenAuthoritiesOnly: true, Interval.Always)] };
        var envelope = Envelope(Police, "0139-bro");

        Assert.Equal(seen, Decide(envelope, new(recipient), Book(overriding)).Projection is not null);
        Assert.NotNull(Decide(envelope, new(recipient), Book(agreement)).Projection);
    }

    [Theory]
    [InlineData("bostad", "upplands-bro")]
    [InlineData("upplands-bro", "bostad")]
    public void OverrideOfSecrecy_WithAPrivatePartyAtEitherEnd_IsNoGround(string sender, string recipient)
    {
        var agreement = Agreed("a", [Flow(new(sender), [new(recipient)], ["0139"], Categories)]) with
        {
            SecrecyGrounds = [new Secrecy(BetweenAuthoritiesOnly: true, Interval.Always)],
        };

        Assert.Null(Decide(Envelope(new(sender), "0139-bro"), new(recipient), Book(agreement)).Projection);
        Assert.NotNull(Disclosure.MaySend(new(sender), "graffiti", Envelope(new(sender), "0139-bro").Area, Rules(Book(agreement)), Now, out _));
    }

    [Theory]
    [InlineData("sender")]
    [InlineData("recipient")]
    [InlineData("secrecy")]
    public void Ground_AtTheEdgesOfItsTime_TakesTheFirstInstantAndNotTheLast(string ground)
    {
        var window = new Interval(Now, Now.AddDays(1));
        var whole = Agreed("a", [Flow(Police, [Municipality], ["0139"], Categories)]);
        var agreement = ground == "secrecy"
            ? whole with { SecrecyGrounds = [new Secrecy(BetweenAuthoritiesOnly: false, window)] }
            : whole with
            {
                Parties = Ids.ToFrozenDictionary(
                    id => id,
                    id => ImmutableArray.Create(id == (ground == "sender" ? Police : Municipality) ? window : Interval.Always)),
            };
        var match = Disclosure.Match(
            Envelope(Police, "0139-bro"), Municipality, Purpose.WeeklyPicture, SharingForm.Records, Rules(Book(agreement)));

        Assert.Equal(
            [false, true, true, false],
            new[] { Now.AddTicks(-1), Now, Now.AddDays(1).AddTicks(-1), Now.AddDays(1) }
                .Select(at => match.At(Received, at).Projection is not null));
    }

    [Fact]
    public void Grounds_ThatHoldOneAfterTheOther_PermitWithoutABreak()
    {
        var agreement = Agreed("a", [Flow(Police, [Municipality], ["0139"], Categories)]) with
        {
            SecrecyGrounds =
            [
                new Secrecy(BetweenAuthoritiesOnly: true, new Interval(Now.AddDays(-1), Now)),
                new Secrecy(BetweenAuthoritiesOnly: false, new Interval(Now, Now.AddDays(1))),
            ],
        };
        var match = Disclosure.Match(
            Envelope(Police, "0139-bro"), Municipality, Purpose.WeeklyPicture, SharingForm.Records, Rules(Book(agreement)));

        Assert.NotNull(match.At(Received, Now.AddTicks(-1)).Projection);
        Assert.NotNull(match.At(Received, Now).Projection);
    }

    [Theory]
    [InlineData(Tlp.Clear, Tlp.Clear, true)]
    [InlineData(Tlp.Amber, Tlp.Clear, false)]
    [InlineData(Tlp.Amber, Tlp.Amber, true)]
    [InlineData(Tlp.AmberStrict, Tlp.Amber, false)]
    [InlineData(Tlp.AmberStrict, Tlp.AmberStrict, true)]
    [InlineData(Tlp.Red, Tlp.AmberStrict, false)]
    public void Flow_ForAStricterMarking_SharesNothing(Tlp report, Tlp flow, bool seen)
    {
        var book = Book(Agreed("a", [Flow(Police, [Municipality], ["0139"], Categories) with { StrictestTlp = flow }]));

        foreach (var form in new[] { SharingForm.Records, SharingForm.Counts })
        {
            Assert.Equal(seen, Decide(Envelope(Police, "0139-bro", tlp: report), Municipality, book, form).Projection is not null);
        }
    }

    [Fact]
    public void Decide_ByAFlowOfRecordsForCounts_ShowsNoValueAndNoTime()
    {
        var book = Book(Agreed("a", [Flow(Police, [Municipality], ["0139"], Categories)]));

        var seen = Decide(Envelope(Police, "0139-bro"), Municipality, book, SharingForm.Counts).Projection!;

        Assert.Equal((ReportFields.CategoryOnly, TimeGranularity.Week, "graffiti"), (seen.Fields, seen.Time, seen.Category));
        Assert.Contains("severity", Withheld.From(seen));
        Assert.Contains("occurred", Withheld.From(seen));
    }

    [Fact]
    public void Decide_OfADelayedAndAnUndelayedFlow_ShowsByTheSecondUntilTheFirstIsOver()
    {
        var fine = Flow(Police, [Municipality], ["0139"], Categories) with { Delay = TimeSpan.FromDays(2) };
        var coarse = Flow(Police, [Municipality], ["0139"], Categories, finest: Precision.Municipality) with { Clause = "§2" };
        var match = Disclosure.Match(
            Envelope(Police, "0139-bro"), Municipality, Purpose.WeeklyPicture, SharingForm.Records,
            Rules(Book(Agreed("a", [fine, coarse]))));

        // Limits of one flow never lend themselves to the other: neither fine at once, nor coarse for ever.
        Assert.Equal(("§2", Precision.Municipality), Shown(Now));
        Assert.Equal(("§2", Precision.Municipality), Shown(Now.AddDays(2).AddTicks(-1)));
        Assert.Equal(("§1", Precision.District), Shown(Now.AddDays(2)));

        (string, Precision) Shown(DateTimeOffset at) =>
            match.At(Now, at) is { Projection: { } seen } decision ? (decision.Receipt.Clause, seen.Precision) : default;
    }

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
    public void Decide_OfTwoAgreementsThatPermit_UsesTheOneThatShowsMostAndDoesNotMixLimits()
    {
        var coarse = Agreed("a", [Flow(Police, [Municipality], ["0139"], ["graffiti"], finest: Precision.Municipality)]);
        var fine = Agreed("b", [Flow(Police, [Municipality], ["0139"], ["graffiti"], finest: Precision.Point)]);
        var envelope = Envelope(Police, "0139-bro-exempeltorget", precision: Precision.Point);

        var decision = Decide(envelope, Municipality, Book(fine, coarse));

        Assert.Equal(("b", Precision.Point, "0139-bro-exempeltorget"),
            (decision.Receipt.Agreement, decision.Projection!.Precision, decision.Projection.Area.Finest));
    }

    /// <summary>One more agreement, whatever its name, never shows less of a report.</summary>
    [Fact]
    public void Agreement_ThatIsAdded_NeverShowsLess() =>
        Gen.Select(GenEnvelope, GenPartner, GenBook, GenBook, GenForm, Gen.Int[0, 60 * 24 * 9])
            .Where((e, r, _, _, _, _) => e.Sender != r && e.Tlp != Tlp.Red).Sample(
                (envelope, recipient, some, more, form, ageMinutes) =>
                {
                    var book = Denser(some, envelope, recipient);
                    // A prohibition is meant to show less.
                    var added = Denser(more, envelope, recipient).Versions.Select(a => a with { Prohibitions = [] })
                        .Where(a => book.Versions.All(b => b.Id != a.Id));
                    var received = Now.AddMinutes(-ageMinutes);

                    var before = FlowAt(book);
                    var after = FlowAt(Book([.. book.Versions, .. added]));

                    Assert.True(before is null || (after is not null && FlowOrder.CompareShown(after, before) <= 0));

                    PermittedFlow? FlowAt(AgreementBook agreements) => Disclosure
                        .Match(envelope, recipient, Purpose.WeeklyPicture, form, Rules(agreements)).FlowAt(received, Now);
                },
                iter: 20_000);

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
            // Each flow to each recipient, while both have a basis and secrecy does not stand against it.
            var flows = book.Versions.Where(a => a.ValidFrom <= Now && Now < a.ValidTo && !a.IsSuspended)
                .SelectMany(a => a.Flows.Where(f => f.From == envelope.Sender)
                    .SelectMany(f => f.To.Where(to =>
                        a.Parties[f.From].Any(w => w.Contains(Now)) && a.Parties[to].Any(w => w.Contains(Now))
                        && a.SecrecyGrounds.Any(g => g.Holds.Contains(Now)
                            && (!g.BetweenAuthoritiesOnly || (f.From != Housing && to != Housing))))
                        .Select(_ => (a, f)))).ToList();
            var ofCategory = flows.Where(x => x.f.Categories.Contains(envelope.Category)).ToList();
            var whole = ofCategory.Where(x => x.f.Areas.Any(envelope.Area.IsWithin)).ToList();

            var refusal = Disclosure.MaySend(envelope.Sender, envelope.Category, envelope.Area, Rules(book), Now, out var until);

            Assert.Equal(
                flows.Count == 0 ? ErrorReason.AgreementNotActive
                    : ofCategory.Count == 0 ? ErrorReason.CategoryNotAgreed
                    : whole.Count == 0 ? ErrorReason.AreaNotAgreed : (ErrorReason?)null,
                refusal?.Reason);
            Assert.True(refusal is null ? until > Now && until <= whole.Max(w => w.a.ValidTo) : until == Now);
        }, iter: 1_000);

    private static (Agreement Agreement, SharingFlow Flow)? DecideByTheWords(
        ReportEnvelope report, DateTimeOffset received, PartnerId recipient, IEnumerable<Agreement> agreements,
        SharingForm form, DateTimeOffset at)
    {
        var inForce = agreements.Where(a => a.ValidFrom <= at && at < a.ValidTo).OrderBy(a => a.Id, StringComparer.Ordinal).ToList();
        var prohibited = inForce.SelectMany(a => a.Prohibitions).Any(b =>
            b.From.Contains(report.Sender) && b.To.Contains(recipient) && b.Categories.Contains(report.Category)
            && b.Areas.Any(code => Lies(report.Area, code) || MayLie(report.Area, code)));
        if (prohibited || report.Tlp == Tlp.Red)
        {
            return null;
        }

        var permitting = new List<(Agreement Agreement, SharingFlow Flow)>();
        foreach (var agreement in inForce.Where(a => !a.IsSuspended && a.Purposes.Contains(Purpose.WeeklyPicture)))
        {
            var betweenAuthorities = report.Sender != Housing && recipient != Housing;
            var onGrounds = agreement.Parties[report.Sender].Any(w => w.From <= at && at < w.To)
                && agreement.Parties[recipient].Any(w => w.From <= at && at < w.To)
                && agreement.SecrecyGrounds.Any(g =>
                    g.Holds.From <= at && at < g.Holds.To && (betweenAuthorities || !g.BetweenAuthoritiesOnly));
            foreach (var flow in agreement.Flows)
            {
                var names = onGrounds && flow.From == report.Sender && flow.To.Contains(recipient)
                    && flow.Categories.Contains(report.Category) && flow.Areas.Any(code => Lies(report.Area, code))
                    && (form == SharingForm.Counts || flow.Form == SharingForm.Records) && report.Tlp <= flow.StrictestTlp;
                if (names && received + flow.Delay <= at
                    && (form == SharingForm.Counts || IsOver(TimeShown(report, recipient, flow), received, at)))
                {
                    permitting.Add((agreement, flow));
                }
            }
        }

        // Records before counts, smallest cell, finest place, finest time, text, number of values; then as they stand.
        return permitting.Count == 0 ? null : permitting
            .OrderBy(p => p.Flow.Form == SharingForm.Counts)
            .ThenBy(p => p.Flow.Form == SharingForm.Counts ? p.Flow.SmallestCell : 1)
            .ThenBy(p => PrecisionShown(p.Flow))
            .ThenBy(p => form == SharingForm.Counts ? TimeGranularity.Week : TimeShown(report, recipient, p.Flow))
            .ThenBy(p => !TextShown(p.Flow))
            .ThenByDescending(p => ValuesShown(report, recipient, form, p.Flow).Count())
            .First();

        Precision PrecisionShown(SharingFlow flow) => new[]
        {
            report.Precision, flow.FinestPrecision, IsUnderACeiling(report, recipient) ? Precision.District : Precision.Point,
        }.Max();

        bool TextShown(SharingFlow flow) => form == SharingForm.Records && !IsUnderACeiling(report, recipient)
            && (flow.FreeText == FreeText.Full ? report.Text is TextState.Clean or TextState.Marked
                : flow.FreeText == FreeText.Screened && report.Text == TextState.Clean);

        static bool Lies(AreaChain place, string code) =>
            new[] { place.County, place.Municipality, place.District, place.Place }.Contains(code);

        static bool MayLie(AreaChain place, string code) =>
            Areas.TryResolve(code, out var area)
            && new[] { area.County, area.Municipality, area.District, area.Place }.Contains(place.Finest);
    }

    // Every other flow is made to name the report, that more than a few are permitted.
    private static AgreementBook Denser(AgreementBook book, ReportEnvelope envelope, PartnerId recipient) => Book(
    [
        .. book.Versions.Select(a => a with
        {
            Purposes = a.Purposes.Append(Purpose.WeeklyPicture).ToFrozenSet(),
            Flows =
            [
                .. a.Flows.Select((f, i) => i % 2 == 1 ? f : f with
                {
                    From = envelope.Sender,
                    To = f.To.Append(recipient).ToFrozenSet(),
                    Areas = f.Areas.Append("01").ToFrozenSet(),
                    Categories = f.Categories.Append(envelope.Category).ToFrozenSet(),
                }),
            ],
        }),
    ]);

    private static void AssertNoFiner(
        Projection seen, ReportEnvelope envelope, PartnerId recipient, SharingForm form, SharingFlow flow)
    {
        Assert.False(seen.Whole);
        Assert.True(seen.Precision >= envelope.Precision);
        Assert.True(seen.Precision >= flow.FinestPrecision);
        Assert.True(seen.Area.Place is null || seen.Precision <= Precision.Street);
        Assert.True(seen.Area.District is null || seen.Precision <= Precision.District);
        Assert.True(seen.Area.Municipality is null || seen.Precision <= Precision.Municipality);
        Assert.True(envelope.Area.IsWithin(seen.Area.Finest));
        Assert.Equal(seen.Precision != envelope.Precision, seen.IsPlaceCoarsened);
        if (IsUnderACeiling(envelope, recipient))
        {
            Assert.True(seen.Precision >= Precision.District);
        }

        Assert.Equal(form == SharingForm.Counts ? TimeGranularity.Week : TimeShown(envelope, recipient, flow), seen.Time);
        Assert.Equal(
            ValuesShown(envelope, recipient, form, flow),
            Enum.GetValues<ReportField>().Where(f => seen.Fields.Has(f)));
        Assert.Equal(seen.Fields.Has(ReportField.Category) ? envelope.Category : null, seen.Category);
        Assert.Equal(envelope.Family, seen.Family);
        Assert.Equal(
            seen.Fields.Has(ReportField.Position) && seen.Precision == Precision.Point, seen.ShowsPosition);
        Assert.Equal(form == SharingForm.Counts && flow.Form == SharingForm.Counts ? flow.SmallestCell : 1, seen.SmallestCell);
    }

    private static bool IsUnderACeiling(ReportEnvelope envelope, PartnerId recipient) =>
        IsUnderHomeCeiling(envelope) || IsToPrivate(envelope, recipient) || envelope.Area.District == "0139-ovriga";

    private static bool IsToPrivate(ReportEnvelope envelope, PartnerId recipient) => envelope.Sender == Police && recipient == Housing;

    private static IEnumerable<ReportField> ValuesShown(
        ReportEnvelope envelope, PartnerId recipient, SharingForm form, SharingFlow flow) =>
        Enum.GetValues<ReportField>().Where(f => flow.Fields.Has(f)
            && (form == SharingForm.Records || f == ReportField.Category)
            && (!IsToPrivate(envelope, recipient) || f is ReportField.Occurred or ReportField.ReportedTime));

    private static TimeGranularity TimeShown(ReportEnvelope report, PartnerId recipient, SharingFlow flow)
    {
        var time = flow.Fields.Has(ReportField.Occurred) ? flow.FinestTime : TimeGranularity.Week;
        var dayAtFinest = IsUnderHomeCeiling(report) || (report.Sender == Police && recipient == Housing);
        return dayAtFinest && time < TimeGranularity.Day ? TimeGranularity.Day : time;
    }

    // What is shown by a period is shown when the period of its receipt is over, by Swedish clocks.
    private static bool IsOver(TimeGranularity period, DateTimeOffset received, DateTimeOffset at)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");
        var (then, now) = (TimeZoneInfo.ConvertTime(received, zone), TimeZoneInfo.ConvertTime(at, zone));
        return period switch
        {
            TimeGranularity.Minute => true,
            TimeGranularity.PartOfDay => (then.Date, then.Hour / 6).CompareTo((now.Date, now.Hour / 6)) < 0,
            TimeGranularity.Day => then.Date < now.Date,
            _ => Monday(then) < Monday(now),
        };

        static DateTime Monday(DateTimeOffset local) => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7));
    }

    private static SharingBan Ban(string area) => new()
    {
        Clause = "§9",
        From = new[] { Police }.ToFrozenSet(),
        To = new[] { Municipality }.ToFrozenSet(),
        Areas = [area],
        Categories = Graffiti,
    };

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
            Text = TextState.None,
        };
    }
}
