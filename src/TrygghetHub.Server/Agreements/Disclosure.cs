using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The one function that decides what a partner may see of a report, and its mirror, what a partner may send.
/// </summary>
/// <remarks>
/// Pure: the same arguments give the same answer, which is what lets an audit recompute a disclosure years later
/// instead of storing every copy. Deny by default. Thread-safe.
/// </remarks>
internal static class Disclosure
{
    /// <summary>What a sender is told that no agreement in force lets send anything.</summary>
    public static readonly Refusal NothingAgreed = new(
        ErrorReason.AgreementNotActive, "", "No agreement in force lets you send anything.",
        "Ask the operator which agreement you are a party to, and when it holds.");

    /// <summary>Decides whether, and how much of, a report a partner may see.</summary>
    /// <param name="report">The report's envelope.</param>
    /// <param name="recipient">Who would see it.</param>
    /// <param name="purpose">What it is wanted for; an agreement permits only the purposes that it names.</param>
    /// <param name="form">
    /// What is wanted: the record itself, or to count it. A flow of records permits counting too, a flow of counts
    /// permits no record.
    /// </param>
    /// <param name="rules">The rules as they were at the journal entry at which it is decided.</param>
    /// <param name="at">Journal time of that entry.</param>
    /// <remarks>
    /// Of several flows that permit, the first is used, in the order of agreement ids and of the flows in the document; its own limits
    /// hold, and limits of different flows never mix. The ceilings then narrow what it permits.
    /// </remarks>
    public static Decision Decide(
        ReportEnvelope report, PartnerId recipient, Purpose purpose, SharingForm form, RuleBook rules, DateTimeOffset at)
    {
        if (report.Sender == recipient)
        {
            return new Decision(Everything(report), DecisionReceipt.Owner);
        }

        if (report.Tlp == Tlp.Red)
        {
            return Decision.Denied("TLP:RED stays with its sender.");
        }

        if (rules.Partners.Partners.TryGetValue(report.Sender, out var sender) && sender.RecalledAtSeq is not null)
        {
            return Decision.Denied("The sender has left and has recalled its reports.");
        }

        foreach (var agreed in rules.Agreements.FlowsTo(recipient))
        {
            var flow = agreed.Flow;
            if (flow.From == report.Sender
                && agreed.Agreement.IsInForce(at)
                && agreed.Agreement.Purposes.Contains(purpose)
                && (flow.Form == form || flow.Form == SharingForm.Records)
                && flow.Categories.Contains(report.Category)
                && flow.Covers(report.Area))
            {
                return Narrowed(report, recipient, agreed, rules);
            }
        }

        return Decision.Denied("No agreement in force names this sender, recipient, purpose, category and area.");
    }

    /// <summary>
    /// Decides whether a partner may send a report of a category about a place at all: only what an agreement in
    /// force lets somebody else see is taken.
    /// </summary>
    /// <returns>Null when it may, with the instant from which on the question must be asked anew.</returns>
    public static Refusal? MaySend(
        PartnerId sender, string category, AreaChain place, RuleBook rules, DateTimeOffset at, out DateTimeOffset until)
    {
        // On the lane what was read before the end is decided after it.
        if (rules.Partners.Partners.TryGetValue(sender, out var partner) && partner.State != PartnerState.Active)
        {
            until = at;
            return PartnerErrors.NotTakingPart(partner);
        }

        var inForce = false;
        var categoryAgreed = false;
        foreach (var agreed in rules.Agreements.FlowsFrom(sender))
        {
            if (!agreed.Agreement.IsInForce(at) || agreed.Flow.To.Count == 0)
            {
                continue;
            }

            inForce = true;
            if (agreed.Flow.Categories.Contains(category))
            {
                categoryAgreed = true;
                if (agreed.Flow.Covers(place))
                {
                    until = agreed.Agreement.ValidTo;
                    return null;
                }
            }
        }

        until = at;
        return !inForce
            ? NothingAgreed with { Field = "report" }
            : !categoryAgreed
                ? new Refusal(
                    ErrorReason.CategoryNotAgreed, "report.category",
                    "No agreement in force lets you send this category.",
                    "Send only the categories that your agreement names, or have the agreement amended.")
                : new Refusal(
                    ErrorReason.AreaNotAgreed, "report.place.area",
                    "No agreement in force lets you send this category for this area.",
                    "Name an area inside those of your agreement, or have the agreement amended.");
    }

    /// <summary>Whether any agreement in force lets a partner send anything: what a running stream of it rests on.</summary>
    public static bool MaySendAnything(PartnerId sender, RuleBook rules, DateTimeOffset at) =>
        rules.Agreements.FlowsFrom(sender).Any(agreed => agreed.Agreement.IsInForce(at) && agreed.Flow.To.Count > 0);

    private static Decision Narrowed(
        ReportEnvelope report, PartnerId recipient, AgreedFlow agreed, RuleBook rules)
    {
        var senderKind = rules.Partners.Partners[report.Sender].Kind;
        var recipientStatus = rules.Partners.Partners[recipient].LegalStatus;
        var sparse = IsSparse(report.Area, rules.Areas);

        var precision = Coarser(report.Precision, agreed.Flow.FinestPrecision);
        var dayOnly = false;
        var familyOnly = false;
        var applied = ImmutableArray<string>.Empty;
        foreach (var ceiling in rules.Ceilings.Ceilings)
        {
            if (ceiling.Holds(report, senderKind, recipientStatus, sparse))
            {
                precision = Coarser(precision, ceiling.FinestPrecision);
                dayOnly |= ceiling.DayOnly;
                familyOnly |= ceiling.FamilyOnly;
                applied = applied.Add(ceiling.Id);
            }
        }

        return new Decision(
            new Projection
            {
                Whole = false,
                Area = report.Area.CoarsenTo(LevelOf(precision)),
                Precision = precision,
                Category = familyOnly ? null : report.Category,
                Family = report.Family,
                DayOnly = dayOnly,
            },
            new DecisionReceipt(
                agreed.Agreement.Id, agreed.Agreement.Version, agreed.Flow.Clause, applied, rules.Ceilings.Version, ""));
    }

    private static Projection Everything(ReportEnvelope report) => new()
    {
        Whole = true,
        Area = report.Area,
        Precision = report.Precision,
        Category = report.Category,
        Family = report.Family,
        DayOnly = false,
    };

    private static bool IsSparse(AreaChain area, AreaBook areas) =>
        (area.District is not null && areas.TryGet(area.District, out var district) && district.Sparse)
        || (area.Place is not null && areas.TryGet(area.Place, out var place) && place.Sparse);

    // The enum's numbers rise from fine to coarse.
    private static Precision Coarser(Precision one, Precision other) => one > other ? one : other;

    // A named place is as fine as a street; under the 250 m grid it is hidden in its district.
    private static Areas.AreaLevel LevelOf(Precision precision) => precision switch
    {
        Precision.Point or Precision.Street => Areas.AreaLevel.Place,
        Precision.Grid250M or Precision.District => Areas.AreaLevel.District,
        Precision.Municipality => Areas.AreaLevel.Municipality,
        _ => Areas.AreaLevel.County,
    };
}

/// <summary>The answer of <see cref="Disclosure.Decide"/>.</summary>
/// <param name="Projection">What may be seen; null when nothing may.</param>
/// <param name="Receipt">By what it was decided.</param>
internal sealed record Decision(Projection? Projection, DecisionReceipt Receipt)
{
    public static Decision Denied(string why) => new(null, new DecisionReceipt("", 0, "", [], 0, why));
}

/// <summary>What a decision rested on: enough to explain it to anyone, later.</summary>
/// <param name="Agreement">Id of the agreement that permitted it; empty for the owner's own and for a denial.</param>
/// <param name="Version">Its version.</param>
/// <param name="Clause">The clause of the flow.</param>
/// <param name="Ceilings">The ceilings that narrowed it.</param>
/// <param name="CeilingsVersion">Version of the list of ceilings.</param>
/// <param name="Why">Why it was denied, or that it is the owner's own.</param>
internal sealed record DecisionReceipt(
    string Agreement, int Version, string Clause, ImmutableArray<string> Ceilings, int CeilingsVersion, string Why)
{
    public static readonly DecisionReceipt Owner = new("", 0, "", [], 0, "The sender's own report.");
}
