using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What makes an agreement document one that can be applied, and the way from the document to
/// <see cref="Agreement"/>. Pure.
/// </summary>
internal static partial class AgreementRules
{
    private const int MostFlows = 200;

    private static readonly MessageParser<CooperationAgreement> Known =
        CooperationAgreement.Parser.WithDiscardUnknownFields(true);

    /// <summary>The document's bytes as they are stored and hashed: without what the hub adds itself.</summary>
    public static byte[] Document(CooperationAgreement agreement)
    {
        var document = agreement.Clone();
        document.Name = "";
        document.Version = 0;
        document.ApplyTime = null;
        document.ContentSha256 = "";
        return document.ToByteArray();
    }

    /// <exception cref="HubException">AGREEMENT_INVALID, naming the first field that breaks a rule.</exception>
    public static void Check(CooperationAgreement agreement, RuleBook rules)
    {
        // A term that is not understood may be the one that narrows: it must not be agreed to and then ignored.
        Require(Known.ParseFrom(agreement.ToByteArray()).Equals(agreement), "",
            "The document has terms that this version of the hub does not know.",
            "Update the hub, or write the agreement in the terms that it knows.");
        Require(IdPattern().IsMatch(agreement.Id), "id",
            "An id is 2 to 60 of a–z, 0–9 and hyphen, and starts with a letter.", "Choose an id such as est-upplands-bro.");
        Require(agreement.Title.Trim().Length is > 0 and <= 200, "title",
            "A title has 1 to 200 characters.", "Say what people call the agreement.");
        Require(agreement.RegistrationNumber.Length <= 60, "registration_number",
            "A registration number has at most 60 characters.", "Send it as the register writes it.");
        Require(IsTime(agreement.ValidFrom), "valid_from", "The first instant of validity is required.",
            "Send a time such as 2024-01-01T00:00:00Z.");
        Require(IsTime(agreement.ValidTo), "valid_to", "The end of validity is required.",
            "Send a time such as 2027-01-01T00:00:00Z.");
        Require(agreement.ValidFrom < agreement.ValidTo, "valid_to", "It must be later than valid_from.",
            "Correct one of them.");
        Require(agreement.Parties.Count >= 2, "parties", "An agreement has at least two parties.",
            "Name every partner that takes part.");
        Require(agreement.Parties.Distinct().Count() == agreement.Parties.Count, "parties",
            "No party stands twice.", "Remove the repetition.");
        for (var i = 0; i < agreement.Parties.Count; i++)
        {
            Require(rules.Partners.Partners.ContainsKey(new PartnerId(agreement.Parties[i])), $"parties[{i}]",
                "No partner with this id is enrolled.", "Enrol the partner first, or correct the id.");
        }

        Require(agreement.Purposes.Count > 0, "purposes", "Without a purpose nothing may be read.",
            "Name at least one, such as PURPOSE_WEEKLY_PICTURE.");
        for (var i = 0; i < agreement.Purposes.Count; i++)
        {
            RequireKnown(agreement.Purposes[i], $"purposes[{i}]");
        }

        Require(agreement.Flows.Count is > 0 and <= MostFlows, "flows",
            $"An agreement has 1 to {MostFlows} flows.", "Say what is shared, from whom and to whom.");
        Require(agreement.Flows.Select(f => f.Clause).Distinct().Count() == agreement.Flows.Count, "flows",
            "No clause stands twice: receipts name them.", "Give each flow a clause of its own.");
        for (var i = 0; i < agreement.Flows.Count; i++)
        {
            CheckFlow(agreement, agreement.Flows[i], $"flows[{i}]", rules);
        }
    }

    /// <summary>Reads a checked document.</summary>
    /// <param name="document">Its bytes as stored.</param>
    /// <param name="version">1, 2, 3, ….</param>
    /// <param name="point">Its journal entry.</param>
    /// <param name="previous">The version before; null for the first.</param>
    public static Agreement Read(byte[] document, int version, JournalPoint point, Agreement? previous)
    {
        var agreement = CooperationAgreement.Parser.ParseFrom(document);
        return new Agreement
        {
            Id = agreement.Id,
            Version = version,
            Seq = point.Seq,
            AppliedAt = point.At,
            Since = agreement.Flows
                .SelectMany(f => f.To.SelectMany(to => f.Areas.Select(area => (Recipient: new PartnerId(to), Area: area))))
                .Distinct()
                .ToFrozenDictionary(
                    pair => pair,
                    pair => previous?.Since.TryGetValue(pair, out var since) == true ? since : point.At),
            ValidFrom = agreement.ValidFrom.ToDateTimeOffset(),
            ValidTo = agreement.ValidTo.ToDateTimeOffset(),
            Parties = agreement.Parties.Select(p => new PartnerId(p)).ToFrozenSet(),
            Purposes = agreement.Purposes.ToFrozenSet(),
            Flows =
            [
                .. agreement.Flows.Select(f => new SharingFlow
                {
                    Clause = f.Clause,
                    From = new PartnerId(f.From),
                    To = f.To.Select(t => new PartnerId(t)).ToFrozenSet(),
                    Areas = f.Areas.ToFrozenSet(StringComparer.Ordinal),
                    Categories = f.Categories.ToFrozenSet(StringComparer.Ordinal),
                    Form = f.Form,
                    FinestPrecision = f.FinestPrecision,
                }),
            ],
            Document = document,
        };
    }

    private static void CheckFlow(CooperationAgreement agreement, Flow flow, string field, RuleBook rules)
    {
        Require(flow.Clause.Trim().Length is > 0 and <= 20, field + ".clause", "A clause has 1 to 20 characters.",
            "Send what people know it by, such as §4.");
        Require(agreement.Parties.Contains(flow.From), field + ".from", "The sender must be a party.",
            "Name it among the parties, or correct the id.");
        for (var i = 0; i < flow.To.Count; i++)
        {
            Require(agreement.Parties.Contains(flow.To[i]), $"{field}.to[{i}]", "A recipient must be a party.",
                "Name it among the parties, or correct the id.");
            Require(flow.To[i] != flow.From, $"{field}.to[{i}]", "The sender is no recipient: it always sees its own.",
                "Leave it out.");
        }

        for (var i = 0; i < flow.Areas.Count; i++)
        {
            Require(rules.Areas.TryGet(flow.Areas[i], out _), $"{field}.areas[{i}]",
                "The hub knows no area with this code.", "Use official codes, such as 0139; list the areas to see them.");
        }

        for (var i = 0; i < flow.Categories.Count; i++)
        {
            var category = rules.Categories.Find(flow.Categories[i]);
            Require(category is not null, $"{field}.categories[{i}]", "The hub knows no such category.",
                "Use codes from docs/categories.md, such as graffiti.");
            Require(category!.Taken, $"{field}.categories[{i}]",
                "The category concerns individuals: it is above what an agreement can open.", "Leave it out.");
        }

        RequireKnown(flow.Form, field + ".form");
        RequireKnown(flow.FinestPrecision, field + ".finest_precision");
    }

    private static void RequireKnown<T>(T value, string field)
        where T : struct, System.Enum =>
        Require(
            System.Enum.IsDefined(value) && !value.Equals(default(T)), field, "The value is not set or not one that the hub knows.",
            "Send one of the values in the proto.");

    // From year 1 to 9999, as Timestamp defines it: what is outside cannot be converted.
    private static bool IsTime(Timestamp? time) =>
        time is { Seconds: >= -62135596800 and <= 253402300799, Nanos: >= 0 and <= 999_999_999 };

    private static void Require(bool holds, string field, string rule, string remedy)
    {
        if (!holds)
        {
            throw new HubException(
                ErrorReason.AgreementInvalid, field.Length == 0 ? "agreement" : "agreement." + field, rule, remedy);
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,59}\z")]
    private static partial Regex IdPattern();
}
