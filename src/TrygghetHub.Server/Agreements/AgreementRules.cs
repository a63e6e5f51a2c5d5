using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What makes an agreement document one that can be applied, and the way from the document to
/// <see cref="Agreement"/>. Pure.
/// </summary>
internal static class AgreementRules
{
    private const int LongestId = 60;
    private const int LongestClause = 20;
    private const int MostFlows = 200;
    private const int MostParties = 100;
    private const int MostPriorities = 50;
    private const int MostGrounds = 20;
    private const string Reach = "Times are from 1900 to 2200.";
    private const int LargestDocument = 256 * 1024;
    private const int LongestDelaySeconds = 90 * 24 * 60 * 60;

    private static readonly MessageParser<CooperationAgreement> Known =
        CooperationAgreement.Parser.WithDiscardUnknownFields(true);

    /// <summary>Checks a document as it is drafted, and again as it is proposed.</summary>
    /// <exception cref="HubException">AGREEMENT_INVALID, naming the first field that breaks a rule.</exception>
    public static void Check(CooperationAgreement agreement, RuleBook rules)
    {
        // A term that is not understood may be the one that narrows: it must not be agreed to and then ignored.
        Require(Known.ParseFrom(agreement.ToByteArray()).Equals(agreement), "",
            "The document has terms that this version of the hub does not know.",
            "Update the hub, or write the agreement in the terms that it knows.");
        Require(agreement.CalculateSize() <= LargestDocument, "", "A document has at most 256 KiB.",
            "Name counties rather than their municipalities, or make several agreements.");
        Require(ChosenId.IsValid(agreement.Id, 2, LongestId), "id", $"An id is 2 to {LongestId} of {ChosenId.Rule}.",
            "Choose an id such as est-upplands-bro.");
        RequireText(agreement.Title, "title", 1, 200, "Say what people call the agreement.");
        RequireReference(agreement.RegistrationNumber, "registration_number", 0, 60, "Send it as the register writes it.");
        Require(WireTime.IsTime(agreement.ValidFrom), "valid_from", "The first instant of validity is required.",
            "Send a time such as 2024-01-01T00:00:00Z.");
        Require(WireTime.IsTime(agreement.ValidTo), "valid_to", "The end of validity is required.",
            "Send a time such as 2027-01-01T00:00:00Z.");
        Require(IsInReach(agreement.ValidFrom), "valid_from", Reach, "Send a time such as 2024-01-01T00:00:00Z.");
        Require(IsInReach(agreement.ValidTo), "valid_to", Reach, "Send a time such as 2027-01-01T00:00:00Z.");
        Require(agreement.ValidFrom < agreement.ValidTo, "valid_to", "It must be later than valid_from.",
            "Correct one of them.");
        Require(
            agreement.ReviewTime is null
            || (WireTime.IsTime(agreement.ReviewTime) && agreement.ValidFrom <= agreement.ReviewTime
                && agreement.ReviewTime <= agreement.ValidTo),
            "review_time", "A review lies within the validity.", "Correct it, or leave it out.");
        Require(agreement.NoticeDays is >= 0 and <= 365, "notice_days", "A notice is 0 to 365 days.", "Correct it.");
        CheckParties(agreement, rules);
        Require(agreement.Priorities.Count <= MostPriorities, "priorities",
            $"An agreement has at most {MostPriorities} priorities.", "Keep to what the parties work on.");
        for (var i = 0; i < agreement.Priorities.Count; i++)
        {
            var (priority, field) = (agreement.Priorities[i], $"priorities[{i}]");
            RequireText(priority.Problem, field + ".problem", 1, 500, "Say which problem.");
            RequireText(priority.Causes, field + ".causes", 0, 1000, "Shorten it.");
            RequireText(priority.Goal, field + ".goal", 0, 500, "Shorten it.");
            RequireReference(priority.Period, field + ".period", 0, 60, "Shorten it.");
        }

        Require(agreement.SharingTerms is not null, "sharing_terms", "The sharing terms are required.",
            "Say who shows what to whom.");
        CheckTerms(agreement, agreement.SharingTerms!, rules);
    }

    /// <summary>Reads a checked document.</summary>
    /// <param name="document">Its bytes as stored.</param>
    /// <param name="version">1, 2, 3, ….</param>
    /// <param name="point">The entry with which all had agreed.</param>
    /// <param name="previous">The version that was agreed on before; null for the first.</param>
    public static Agreement Read(byte[] document, int version, JournalPoint point, Agreement? previous)
    {
        var agreement = CooperationAgreement.Parser.ParseFrom(document);
        var terms = agreement.SharingTerms;
        return new Agreement
        {
            Id = agreement.Id,
            Version = version,
            Seq = point.Seq,
            AgreedAt = point.At,
            Since = terms.Flows
                .SelectMany(f => f.To.SelectMany(to => f.Areas.Select(area => (Recipient: new PartnerId(to), Area: area))))
                .Distinct()
                .ToFrozenDictionary(
                    pair => pair,
                    pair => previous?.Since.TryGetValue(pair, out var since) == true ? since : point.At),
            ValidFrom = agreement.ValidFrom.ToDateTimeOffset(),
            ValidTo = agreement.ValidTo.ToDateTimeOffset(),
            Parties = agreement.Parties.ToFrozenDictionary(
                p => new PartnerId(p.Partner),
                p => p.LegalBases.Select(b => IntervalOf(b.ValidFrom, b.ValidTo)).ToImmutableArray()),
            Purposes = terms.Purposes.ToFrozenSet(),
            SecrecyGrounds =
            [
                .. terms.SecrecyGrounds.Select(g => new Secrecy(
                    g.GroundCase == SecrecyGround.GroundOneofCase.OverrideRule, IntervalOf(g.ValidFrom, g.ValidTo))),
            ],
            Flows = [.. terms.Flows.Select(ToFlow)],
            Prohibitions =
            [
                .. terms.Prohibitions.Select(p => new SharingBan
                {
                    Clause = p.Clause,
                    From = p.From.Select(f => new PartnerId(f)).ToFrozenSet(),
                    To = p.To.Select(t => new PartnerId(t)).ToFrozenSet(),
                    Areas = [.. p.Areas],
                    Categories = p.Categories.ToFrozenSet(StringComparer.Ordinal),
                }),
            ],
            RecallAtEnd = terms.RecallAtEnd,
            RecallDays = terms.RecallDays == 0 ? DefaultRecallDays : terms.RecallDays,
            Screening = ScreeningRule.Read(terms.Screening),
            Document = document,
        };
    }

    /// <summary>Days within which a recall is answered where an agreement does not say.</summary>
    public const int DefaultRecallDays = 14;

    private static SharingFlow ToFlow(Flow flow) => new()
    {
        Clause = flow.Clause,
        From = new PartnerId(flow.From),
        To = flow.To.Select(t => new PartnerId(t)).ToFrozenSet(),
        Areas = flow.Areas.ToFrozenSet(StringComparer.Ordinal),
        Categories = flow.Categories.ToFrozenSet(StringComparer.Ordinal),
        Form = flow.Form,
        Fields = ReportFields.Of(flow.Fields),
        FinestPrecision = flow.FinestPrecision,
        FinestTime = flow.FinestTime,
        Delay = flow.Delay?.ToTimeSpan() ?? TimeSpan.Zero,
        FreeText = flow.FreeText,
        SmallestCell = Math.Max(1, flow.SmallestCell),
        StrictestTlp = flow.StrictestTlp,
        OnwardSharing = flow.OnwardSharing,
        RetentionDays = flow.RetentionDays,
    };

    private static Interval IntervalOf(Timestamp? from, Timestamp? to) => new(
        from?.ToDateTimeOffset() ?? Interval.Always.From, to?.ToDateTimeOffset() ?? Interval.Always.To);

    private static void CheckParties(CooperationAgreement agreement, RuleBook rules)
    {
        Require(agreement.Parties.Count is >= 2 and <= MostParties, "parties",
            $"An agreement has 2 to {MostParties} parties.", "Name every partner that takes part.");
        Require(agreement.Parties.Select(p => p.Partner).Distinct().Count() == agreement.Parties.Count, "parties",
            "No party stands twice.", "Remove the repetition.");
        for (var i = 0; i < agreement.Parties.Count; i++)
        {
            var (party, field) = (agreement.Parties[i], $"parties[{i}]");
            var known = rules.Partners.Partners.TryGetValue(new PartnerId(party.Partner), out var partner);
            Require(known && partner!.State != PartnerState.Left, field + ".partner",
                "No partner with this id takes part in the hub.", "Have the partner join first, or correct the id.");
            var isPrivate = partner!.LegalStatus == LegalStatus.Private;
            RequireText(party.Controller, field + ".controller", 1, 200,
                "Name the authority or company that answers for the data.");
            RequireKnown(party.Role, field + ".role");
            RequireKnown(party.Regime, field + ".regime");
            Require(party.Regime != Regime.CriminalDataAct || partner.LegalStatus == LegalStatus.Authority, field + ".regime",
                "The criminal data act governs authorities alone.", "Name the GDPR.");
            Require(party.LegalBases.Count is > 0 and <= MostGrounds, field + ".legal_bases",
                $"A party takes part on 1 to {MostGrounds} legal bases.", "Name at least one point of article 6.1.");
            for (var b = 0; b < party.LegalBases.Count; b++)
            {
                CheckBasis(party.LegalBases[b], $"{field}.legal_bases[{b}]", isPrivate);
            }

            Require(party.Signatories.Count <= 10, field + ".signatories", "A party has at most 10 signatories.",
                "Name those who sign.");
            for (var s = 0; s < party.Signatories.Count; s++)
            {
                RequireText(party.Signatories[s], $"{field}.signatories[{s}]", 1, 120, "Name the office.");
            }

            RequireReference(party.DpiaReference, field + ".dpia_reference", 0, 60, "Send its registration number.");
        }
    }

    private static void CheckBasis(LegalBasis basis, string field, bool isPrivate)
    {
        RequireKnown(basis.Article6, field + ".article6");
        Require(isPrivate || basis.Article6 != Article6.LegitimateInterest, field + ".article6",
            "An authority cannot rest on a legitimate interest (GDPR article 6.1, second paragraph).",
            "Name a public task or a legal obligation, with its statute.");
        RequireReference(basis.Statute, field + ".statute", basis.Article6 == Article6.LegitimateInterest ? 0 : 1, 120,
            "Name the statute, such as Lag (2023:196) 4 §.");
        RequireTimes(basis.ValidFrom, basis.ValidTo, field);
    }

    private static void CheckTerms(CooperationAgreement agreement, SharingTerms terms, RuleBook rules)
    {
        const string field = "sharing_terms";
        Require(terms.Purposes.Count > 0, field + ".purposes", "Without a purpose nothing may be read.",
            "Name at least one, such as PURPOSE_WEEKLY_PICTURE.");
        for (var i = 0; i < terms.Purposes.Count; i++)
        {
            RequireKnown(terms.Purposes[i], $"{field}.purposes[{i}]");
        }

        Require(terms.SecrecyGrounds.Count is > 0 and <= MostGrounds, field + ".secrecy_grounds",
            $"Sharing rests on 1 to {MostGrounds} secrecy grounds.",
            "Say that nothing is about individuals, or name the rule that overrides secrecy.");
        for (var i = 0; i < terms.SecrecyGrounds.Count; i++)
        {
            var (ground, at) = (terms.SecrecyGrounds[i], $"{field}.secrecy_grounds[{i}]");
            Require(ground.NoIndividuals || ground.GroundCase == SecrecyGround.GroundOneofCase.OverrideRule, at,
                "A ground is that nothing is about individuals, or a rule that overrides secrecy.", "Say which.");
            if (ground.GroundCase == SecrecyGround.GroundOneofCase.OverrideRule)
            {
                RequireReference(ground.OverrideRule, at + ".override_rule", 1, 120, "Name it, such as OSL 10 kap. 2 §.");
            }

            RequireTimes(ground.ValidFrom, ground.ValidTo, at);
        }

        Require(terms.Flows.Count is > 0 and <= MostFlows, field + ".flows",
            $"An agreement has 1 to {MostFlows} flows.", "Say what is shared, from whom and to whom.");
        Require(terms.Prohibitions.Count <= MostFlows, field + ".prohibitions",
            $"An agreement has at most {MostFlows} prohibitions.", "Draw them together.");
        var clauses = terms.Flows.Select(f => f.Clause).Concat(terms.Prohibitions.Select(p => p.Clause)).ToList();
        Require(clauses.Distinct().Count() == clauses.Count, field + ".flows",
            "No clause stands twice: receipts name them.", "Give each flow and prohibition a clause of its own.");
        for (var i = 0; i < terms.Flows.Count; i++)
        {
            CheckFlow(agreement, terms.Flows[i], $"{field}.flows[{i}]", rules);
        }

        for (var i = 0; i < terms.Prohibitions.Count; i++)
        {
            var (ban, at) = (terms.Prohibitions[i], $"{field}.prohibitions[{i}]");
            RequireClause(ban.Clause, at + ".clause", "Send what people know it by, such as §9.");
            CheckPartiesOf(agreement, ban.From, at + ".from", atLeastOne: true);
            CheckPartiesOf(agreement, ban.To, at + ".to", atLeastOne: true);
            Require(ban.Areas.Count > 0, at + ".areas", "Empty prohibits nothing.", "Name the areas.");
            Require(ban.Categories.Count > 0, at + ".categories", "Empty prohibits nothing.", "Name the categories.");
            CheckAreas(ban.Areas, at, rules);
            CheckCategories(ban.Categories, at, rules);
        }

        Require(terms.RecallDays is >= 0 and <= 90, field + ".recall_days",
            "A recall is answered within 1 to 90 days; 0 means 14.", "Correct it.");
        if (terms.Screening is { } screening)
        {
            CheckScreening(screening, field + ".screening");
        }
    }

    private static void CheckScreening(ScreeningTerms screening, string field)
    {
        RequireUnsetOrKnown(screening.OnFinding, field + ".on_finding");
        Require(screening.QuarantineDays is >= 0 and <= 30, field + ".quarantine_days",
            "A quarantined report waits for 1 to 30 days; 0 means 14.", "Correct it.");
        for (var i = 0; i < screening.Blocking.Count; i++)
        {
            RequireKnown(screening.Blocking[i], $"{field}.blocking[{i}]");
            Require(!screening.Blocking[i].AlwaysBlocks(), $"{field}.blocking[{i}]", "This kind blocks always.", "Leave it out.");
        }

        for (var i = 0; i < screening.Confirmable.Count; i++)
        {
            RequireKnown(screening.Confirmable[i], $"{field}.confirmable[{i}]");
        }

        Require(screening.Confirmable.Count == 0 || screening.OnFinding == OnFinding.Quarantine, field + ".confirmable",
            "Only what is quarantined can be confirmed.", "Name ON_FINDING_QUARANTINE, or leave the kinds out.");
    }

    private static void CheckFlow(CooperationAgreement agreement, Flow flow, string field, RuleBook rules)
    {
        RequireClause(flow.Clause, field + ".clause", "Send what people know it by, such as §4.");
        Require(agreement.Parties.Any(p => p.Partner == flow.From), field + ".from", "Only parties are named here.",
            "Name it among the parties, or correct the id.");
        CheckPartiesOf(agreement, flow.To, field + ".to", atLeastOne: false);
        for (var i = 0; i < flow.To.Count; i++)
        {
            Require(flow.To[i] != flow.From, $"{field}.to[{i}]", "The sender is no recipient: it always sees its own.",
                "Leave it out.");
        }

        CheckAreas(flow.Areas, field, rules);
        CheckCategories(flow.Categories, field, rules);
        RequireKnown(flow.Form, field + ".form");
        for (var i = 0; i < flow.Fields.Count; i++)
        {
            RequireKnown(flow.Fields[i], $"{field}.fields[{i}]");
        }

        RequireKnown(flow.FinestPrecision, field + ".finest_precision");
        Require(flow.Delay is null || IsDelay(flow.Delay), field + ".delay", "A delay is 0 to 90 days, in whole seconds.",
            "Send seconds, such as 86400s.");
        RequireKnown(flow.StrictestTlp, field + ".strictest_tlp");
        Require(flow.StrictestTlp != Tlp.Red, field + ".strictest_tlp", "TLP:RED is shared with nobody.",
            "Name TLP_AMBER_STRICT or a milder one.");
        RequireKnown(flow.OnwardSharing, field + ".onward_sharing");
        Require(flow.SmallestCell is >= 0 and <= 100, field + ".smallest_cell", "A smallest cell is 0 to 100.", "Correct it.");
        if (flow.Form == SharingForm.Records)
        {
            RequireKnown(flow.FinestTime, field + ".finest_time");
            RequireKnown(flow.FreeText, field + ".free_text");
            Require(flow.RetentionDays is >= 1 and <= 3650, field + ".retention_days",
                "Records are kept for 1 to 3,650 days.", "Say for how long recipients keep them.");
            Require(flow.SmallestCell <= 1, field + ".smallest_cell", "A smallest cell is for counts.",
                "Leave it out, or share counts.");
            return;
        }

        // Of counts these say nothing; what is set must all the same be what the hub knows.
        RequireUnsetOrKnown(flow.FinestTime, field + ".finest_time");
        RequireUnsetOrKnown(flow.FreeText, field + ".free_text");
        Require(flow.RetentionDays is >= 0 and <= 3650, field + ".retention_days",
            "Counts are kept for 1 to 3,650 days; 0 says nothing.", "Correct it, or leave it out.");
    }

    private static void CheckPartiesOf(CooperationAgreement agreement, RepeatedField<string> partners, string field, bool atLeastOne)
    {
        Require(!atLeastOne || partners.Count > 0, field, "At least one party is named here.", "Name it.");
        RequireDistinct(partners, field);
        for (var i = 0; i < partners.Count; i++)
        {
            Require(agreement.Parties.Any(p => p.Partner == partners[i]), $"{field}[{i}]",
                "Only parties are named here.", "Name it among the parties, or correct the id.");
        }
    }

    private static void CheckAreas(RepeatedField<string> areas, string field, RuleBook rules)
    {
        RequireDistinct(areas, field + ".areas");
        for (var i = 0; i < areas.Count; i++)
        {
            Require(rules.Areas.TryGet(areas[i], out _), $"{field}.areas[{i}]",
                "The hub knows no area with this code.", "Use official codes, such as 0139; list the areas to see them.");
        }
    }

    private static void CheckCategories(RepeatedField<string> categories, string field, RuleBook rules)
    {
        RequireDistinct(categories, field + ".categories");
        for (var i = 0; i < categories.Count; i++)
        {
            var category = rules.Categories.Find(categories[i]);
            Require(category is not null, $"{field}.categories[{i}]", "The hub knows no such category.",
                "Use codes from docs/categories.md, such as graffiti.");
            Require(category!.Taken, $"{field}.categories[{i}]",
                "The category concerns individuals: it is above what an agreement can open.", "Leave it out.");
        }
    }

    /// <summary>
    /// Whether a text shows what it says: no control characters but line breaks, and none that turn the direction of
    /// writing or show as nothing.
    /// </summary>
    public static bool IsPlain(string text) => text.All(c =>
        c == '\n' || (!char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static void RequireDistinct(RepeatedField<string> items, string field) => Require(
        items.Distinct(StringComparer.Ordinal).Count() == items.Count, field, "None stands twice.", "Remove the repetition.");

    private static void RequireClause(string text, string field, string remedy)
    {
        RequireText(text, field, 1, LongestClause, remedy);
        Require(ChosenId.HasFewDigits(text), field, $"A clause {ChosenId.DigitRule}.", remedy);
    }

    private static void RequireReference(string text, string field, int least, int most, string remedy)
    {
        RequireText(text, field, least, most, remedy);
        CleanText.RequireReference(text, "agreement." + field);
    }

    private static void RequireText(string text, string field, int least, int most, string remedy)
    {
        Require(
            text.Trim().Length >= least && text.Length <= most && IsPlain(text), field,
            least == 0 ? $"It has at most {most} characters, and no control characters."
                : $"It has {least} to {most} characters, and no control characters.",
            remedy);
        CleanText.Require(text, "agreement." + field);
    }

    private static void RequireTimes(Timestamp? from, Timestamp? to, string field)
    {
        Require(from is null || (WireTime.IsTime(from) && IsInReach(from)), field + ".valid_from", Reach, "Send a time such as 2024-01-01T00:00:00Z.");
        Require(to is null || (WireTime.IsTime(to) && IsInReach(to)), field + ".valid_to", Reach, "Send a time such as 2027-01-01T00:00:00Z.");
        Require(from is null || to is null || from < to, field + ".valid_to", "It must be later than valid_from.",
            "Correct one of them.");
    }

    private static void RequireKnown<T>(T value, string field)
        where T : struct, System.Enum =>
        Require(
            System.Enum.IsDefined(value) && !value.Equals(default(T)), field, "The value is not set or not one that the hub knows.",
            "Send one of the values in the proto.");

    private static void RequireUnsetOrKnown<T>(T value, string field)
        where T : struct, System.Enum =>
        Require(System.Enum.IsDefined(value), field, "The value is not one that the hub knows.",
            "Send one of the values in the proto, or leave it out.");

    // Far enough from the ends of what times can be that everything can be reckoned with them.
    private static bool IsInReach(Timestamp time) => time.ToDateTimeOffset().Year is >= 1900 and <= 2200;

    private static bool IsDelay(Duration delay) =>
        delay is { Seconds: >= 0 and <= LongestDelaySeconds, Nanos: 0 };

    private static void Require([DoesNotReturnIf(false)] bool holds, string field, string rule, string remedy)
    {
        if (!holds)
        {
            throw new HubException(
                ErrorReason.AgreementInvalid, field.Length == 0 ? "agreement" : "agreement." + field, rule, remedy);
        }
    }
}
