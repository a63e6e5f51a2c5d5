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
/// <code>
/// 1  the sender itself                 sees all of it
/// 2  TLP:RED, sender has recalled      nobody else does
/// 3  prohibitions                      beat every flow
/// 4  flows                             for this purpose, form, category and area, whose agreement, legal bases and
///                                      secrecy grounds hold
/// 5  ceilings                          narrow what each of them shows
/// 6  hold                              a delay, or the rest of the period by which times are shown
/// 7  order                             of the flows that are left, the one that shows most is used
/// </code>
/// </remarks>
internal static class Disclosure
{
    /// <summary>What a sender is told that no agreement in force lets send anything.</summary>
    public static readonly Refusal NothingAgreed = new(
        ErrorReason.AgreementNotActive, "", "No agreement in force lets you send anything.",
        "Ask the operator which agreement you are a party to, and when it holds.");

    /// <summary>What a recipient is told that no agreement in force shows anything any more.</summary>
    public static readonly Refusal NothingShown = new(
        ErrorReason.AgreementNotActive, "", "No agreement in force shows you anything any more.",
        "Subscribe again from the last cursor for recalls; new reports come when an agreement is in force.");

    // Said of partners that the hub does not know, too: whether there is one is not told.
    private static readonly DisclosureMatch NothingNamesIt =
        DisclosureMatch.Never("No agreement in force names this sender, recipient, purpose, category and area.");

    /// <summary>Decides whether, and how much of, a report a partner may see.</summary>
    /// <param name="report">The report's envelope.</param>
    /// <param name="receivedAt">Journal time of the revision.</param>
    /// <param name="recipient">Who would see it.</param>
    /// <param name="purpose">What it is wanted for; an agreement permits only the purposes that it names.</param>
    /// <param name="form">
    /// What is wanted: the record itself, or to count it. A flow of records permits counting too, a flow of counts
    /// permits no record.
    /// </param>
    /// <param name="rules">The rules as they were at the journal entry at which it is decided.</param>
    /// <param name="at">Journal time of that entry.</param>
    /// <remarks>
    /// The ceilings narrow what each flow permits. Of several flows that permit and do not hold the report back at that time, the one
    /// that shows most is used (<see cref="FlowOrder"/>); its own limits hold, and limits of different flows never mix.
    /// </remarks>
    public static Decision Decide(
        ReportEnvelope report, DateTimeOffset receivedAt, PartnerId recipient, Purpose purpose, SharingForm form,
        RuleBook rules, DateTimeOffset at) =>
        Match(report, recipient, purpose, form, rules).At(receivedAt, at);

    /// <summary>
    /// What of the decision does not depend on time: decide by it about many reports that share an envelope. Week and
    /// severity play no part.
    /// </summary>
    public static DisclosureMatch Match(
        ReportEnvelope report, PartnerId recipient, Purpose purpose, SharingForm form, RuleBook rules)
    {
        if (report.Sender == recipient)
        {
            return DisclosureMatch.Always(new Decision(Everything(report), DecisionReceipt.Owner));
        }

        if (report.Tlp == Tlp.Red)
        {
            return DisclosureMatch.Never("TLP:RED stays with its sender.");
        }

        if (!rules.Partners.Partners.TryGetValue(report.Sender, out var sender)
            || !rules.Partners.Partners.TryGetValue(recipient, out var reader))
        {
            return NothingNamesIt;
        }

        // A stable sort: flows of one agreement that show as much stay in the document's order.
        ImmutableArray<PermittedFlow> permitted =
        [
            .. rules.Agreements.FlowsTo(recipient).Where(agreed => WhyNot(agreed, report, purpose, form) is null)
                .Select(agreed => Narrowed(report, sender.Kind, reader.LegalStatus, form, agreed, rules))
                .Order(FlowOrder.Instance),
        ];

        return permitted.IsEmpty ? NothingNamesIt
            : sender.RecalledAtSeq is not null ? DisclosureMatch.Never("The sender has left and has recalled its reports.")
            : new DisclosureMatch(permitted, Bans(report, recipient, rules));
    }

    /// <summary>
    /// What two partners may both see of a report: of each limit the narrower. For what one makes of it and the other is sent; the
    /// receipt is the reader's.
    /// </summary>
    public static Decision InCommon(Decision reader, Decision other)
    {
        if (reader.Projection is not { } one || other.Projection is not { } also)
        {
            return reader.Projection is null ? reader : Decision.Denied("One of the two may not see it.");
        }

        var coarser = one.Precision >= also.Precision ? one : also;
        return new Decision(
            new Projection
            {
                Whole = one.Whole && also.Whole,
                Area = coarser.Area,
                Precision = coarser.Precision,
                Category = one.Category is null || also.Category is null ? null : one.Category,
                Family = one.Family,
                Time = one.Time >= also.Time ? one.Time : also.Time,
                Fields = one.Fields.And(also.Fields),
                IsPlaceCoarsened = one.IsPlaceCoarsened || also.IsPlaceCoarsened,
                SmallestCell = Math.Max(one.SmallestCell, also.SmallestCell),
                ShowsText = one.ShowsText && also.ShowsText,
            },
            reader.Receipt);
    }

    /// <summary>What keeps a flow from permitting a report to its recipient, whatever the time; null when nothing does.</summary>
    public static string? WhyNot(AgreedFlow agreed, ReportEnvelope report, Purpose purpose, SharingForm form)
    {
        var flow = agreed.Flow;
        return flow.From != report.Sender ? "It is from another sender."
            : !agreed.Agreement.Purposes.Contains(purpose) ? "The agreement does not name this purpose."
            : flow.Form != form && flow.Form != SharingForm.Records ? "It shares counts alone."
            : !flow.Categories.Contains(report.Category) ? "It does not name this category."
            : !flow.Covers(report.Area) ? "It names no area that the place is known to lie in."
            : report.Tlp > flow.StrictestTlp ? "The report is marked more strictly than it shares."
            : null;
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
            if (!agreed.Permits(at))
            {
                continue;
            }

            inForce = true;
            if (agreed.Flow.Categories.Contains(category))
            {
                categoryAgreed = true;
                if (agreed.Flow.Covers(place))
                {
                    until = agreed.PermitsUntil(at);
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
        rules.Agreements.FlowsFrom(sender).Any(agreed => agreed.Permits(at));

    /// <summary>Whether any agreement in force shows a partner records of anybody: what a running feed of it rests on.</summary>
    public static bool MaySeeAnything(PartnerId recipient, RuleBook rules, DateTimeOffset at) =>
        rules.Agreements.FlowsTo(recipient).Any(agreed => agreed.Flow.Form == SharingForm.Records && agreed.Permits(at));

    /// <summary>
    /// The finest place at which a report may stand on a page that others read: the ceilings that hold for everyone. Its sender sees
    /// its own report whole, and a home is still no place on a map.
    /// </summary>
    public static Precision FinestForAnyone(ReportEnvelope report, RuleBook rules)
    {
        var sparse = IsSparse(report.Area, rules.Areas);
        return rules.Ceilings.Ceilings
            .Where(c => c.SenderKinds.IsEmpty && c.RecipientStatuses.IsEmpty
                && c.Holds(report, PartnerKind.Unspecified, LegalStatus.Unspecified, sparse))
            .Select(c => c.FinestPrecision).Append(Precision.Point).Max();
    }

    private static ImmutableArray<AgreedBan> Bans(ReportEnvelope report, PartnerId recipient, RuleBook rules) =>
    [
        .. rules.Agreements.BansTo(recipient).Where(b =>
            b.Ban.From.Contains(report.Sender) && b.Ban.Categories.Contains(report.Category)
            && b.Ban.Touches(report.Area, rules.Areas)),
    ];

    private static PermittedFlow Narrowed(
        ReportEnvelope report, PartnerKind sender, LegalStatus recipient, SharingForm form, AgreedFlow agreed,
        RuleBook rules)
    {
        var flow = agreed.Flow;
        var sparse = IsSparse(report.Area, rules.Areas);
        var precision = Coarser(report.Precision, flow.FinestPrecision);
        // A count tells the week, and no value of any report.
        var isCount = form == SharingForm.Counts;
        var fields = isCount ? flow.Fields.And(ReportFields.CategoryOnly) : flow.Fields;
        var time = fields.Has(ReportField.Occurred) ? flow.FinestTime : TimeGranularity.Week;
        var applied = ImmutableArray<string>.Empty;
        foreach (var ceiling in rules.Ceilings.Ceilings)
        {
            if (ceiling.Holds(report, sender, recipient, sparse))
            {
                precision = Coarser(precision, ceiling.FinestPrecision);
                time = ceiling.DayOnly && time < TimeGranularity.Day ? TimeGranularity.Day : time;
                fields = ceiling.FamilyOnly ? fields.And(ReportFields.TimesOnly) : fields;
                applied = applied.Add(ceiling.Id);
            }
        }

        var decision = new Decision(
            new Projection
            {
                Whole = false,
                Area = report.Area.CoarsenTo(LevelOf(precision)),
                Precision = precision,
                Category = fields.Has(ReportField.Category) ? report.Category : null,
                Family = report.Family,
                Time = time,
                Fields = fields,
                IsPlaceCoarsened = precision != report.Precision,
                SmallestCell = flow.Form == SharingForm.Counts ? flow.SmallestCell : 1,
                // A text may tell the place and the time that a ceiling hides.
                ShowsText = !isCount && applied.IsEmpty && ShowsText(flow.FreeText, report.Text),
            },
            new DecisionReceipt(
                agreed.Agreement.Id, agreed.Agreement.Version, flow.Clause, applied, rules.Ceilings.Version, "")
            {
                OnwardSharing = flow.OnwardSharing,
                RetentionDays = flow.RetentionDays,
            });

        // Pictures count up to the minute: a week that is not over is marked so, and tells no report's time.
        return new PermittedFlow(agreed, decision, new Hold(flow.Delay, isCount ? TimeGranularity.Minute : time));
    }

    private static Projection Everything(ReportEnvelope report) => new()
    {
        Whole = true,
        Area = report.Area,
        Precision = report.Precision,
        Category = report.Category,
        Family = report.Family,
        Time = TimeGranularity.Minute,
        Fields = ReportFields.All,
        IsPlaceCoarsened = false,
        SmallestCell = 1,
        ShowsText = true,
    };

    private static bool ShowsText(FreeText agreed, TextState text) => text switch
    {
        TextState.Clean => agreed is FreeText.Screened or FreeText.Full,
        TextState.Marked => agreed is FreeText.Full,
        _ => false,
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
