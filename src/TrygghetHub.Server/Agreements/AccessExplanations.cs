using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Says what <see cref="Disclosure"/> decides, by the rules of any time, and why. Thread-safe.
/// </summary>
internal sealed class AccessExplanations(
    AgreementRegister register, IHeldReports reports, HubDatabase database, TimeProvider time)
{
    /// <exception cref="HubException">A field is wrong, or NOT_FOUND: not for this caller to ask.</exception>
    public ExplainAccessResponse Explain(ExplainAccessRequest request, Principal caller)
    {
        var now = time.GetUtcNow();
        var at = WireTime.ReadPast(request.Time, "time", now);
        AccessQuestions.RequirePurpose(request.Purpose);
        AccessQuestions.RequireDefined(request.Form, "form");
        var form = request.Form == SharingForm.Counts ? SharingForm.Counts : SharingForm.Records;
        var entry = EntryAt(at, now);
        var rules = register.RulesAsOf(entry);
        var recipient = AccessQuestions.RequirePartner(request.Recipient, "recipient", rules, caller);
        var report = request.SubjectCase switch
        {
            ExplainAccessRequest.SubjectOneofCase.Report =>
                // To the recipient only what it may see: a denial would tell that there is one.
                reports.Find(request.Report, entry) is { } held
                && !caller.IsOperator && (held.Envelope.Sender.Value == caller.Id
                    || (recipient.Value == caller.Id && Decide(held).Projection is not null))
                    ? held
                    : throw HubException.NotFound("report"),
            ExplainAccessRequest.SubjectOneofCase.Described => MayAsk(request.Described.Sender)
                ? Describe(request.Described, rules, at, caller)
                : throw HubException.NotFound("described.sender"),
            _ => throw new HubException(
                ErrorReason.FieldRequired, "report", "A report is required.", "Name one, or describe one."),
        };

        var match = Disclosure.Match(report.Envelope, recipient, request.Purpose, form, rules);
        var decision = match.At(report.ReceivedAt, at);
        var response = new ExplainAccessResponse
        {
            Permitted = decision.Projection is not null,
            Why = decision.Projection is null ? decision.Receipt.Why : "",
            VisibleTime = match.VisibleFrom(report.ReceivedAt, at)?.ToTimestamp(),
        };
        if (decision.Projection is { } seen)
        {
            response.Grounds = AgreementMapping.ToWire(decision.Receipt, Withheld.From(seen));
            response.Precision = seen.Precision;
            response.Time = seen.Time;
        }

        response.Clauses.AddRange(Clauses(report, recipient, request.Purpose, form, match, rules, at, MaySeeClause));
        return response;

        bool MayAsk(string sender) => caller.Oversees()
            || caller.Id == sender || caller.Id == recipient.Value;

        // Between two others a third sees what agreements it is a party to, and no more.
        bool MaySeeClause(Agreement agreement) => caller.Oversees()
            || agreement.Parties.ContainsKey(new PartnerId(caller.Id));

        Decision Decide(HeldReport held) =>
            Disclosure.Decide(held.Envelope, held.ReceivedAt, recipient, request.Purpose, form, rules, at);
    }

    /// <summary>The last entry at or before an instant.</summary>
    public long EntryAt(DateTimeOffset at, DateTimeOffset now)
    {
        if (at >= now)
        {
            return long.MaxValue;
        }

        using var connection = database.OpenReader();
        return JournalReader.LastUpTo(connection, 0, JournalReader.Last(connection).Seq, at);
    }

    private static IEnumerable<ConsideredClause> Clauses(
        HeldReport report, PartnerId recipient, Purpose purpose, SharingForm form, DisclosureMatch match, RuleBook rules,
        DateTimeOffset at, Func<Agreement, bool> maySee)
    {
        var envelope = report.Envelope;
        var bans = rules.Agreements.BansTo(recipient)
            .Where(b => maySee(b.Agreement) && b.Agreement.IsInForce(at) && b.Ban.From.Contains(envelope.Sender))
            .Select(b => new ConsideredClause
            {
                Agreement = b.Agreement.Id,
                Version = b.Agreement.Version,
                Clause = b.Ban.Clause,
                WhyNot = b.Ban.Categories.Contains(envelope.Category) && b.Ban.Touches(envelope.Area, rules.Areas)
                    ? "It prohibits this category here."
                    : "It prohibits something else.",
            });
        var flows = rules.Agreements.Versions
            .Where(maySee)
            .SelectMany(a => a.Flows.Where(f => f.From == envelope.Sender && f.To.Contains(recipient)).Select(f => (a, f)))
            .Select(pair =>
            {
                var (agreement, flow) = pair;
                var agreed = rules.Agreements.FlowsTo(recipient).FirstOrDefault(x => x.Agreement == agreement && x.Flow == flow);
                var place = agreed is null ? -1 : match.Flows.Select(x => x.Agreed).ToList().IndexOf(agreed);
                var hold = place < 0 ? Hold.None : match.Flows[place].Hold;
                var whyNot = at < agreement.ValidFrom ? "The agreement is not valid yet."
                    : at >= agreement.ValidTo ? "The agreement is over."
                    : agreement.IsSuspended ? "The agreement is suspended."
                    : agreed is null || !agreed.Permits(at) ? "A legal basis or secrecy ground does not hold."
                    : Disclosure.WhyNot(agreed, envelope, purpose, form)
                        ?? (hold.VisibleFrom(report.ReceivedAt) > at ? "It is held back for now." : "");
                return (Place: place < 0 ? int.MaxValue : place, Clause: new ConsideredClause
                {
                    Agreement = agreement.Id,
                    Version = agreement.Version,
                    Clause = flow.Clause,
                    Permits = whyNot.Length == 0,
                    WhyNot = whyNot,
                    Shows = { Withheld.Shown(flow) },
                });
            });
        return bans.Concat(flows.OrderBy(f => f.Place).Select(f => f.Clause));
    }

    private static HeldReport Describe(DescribedReport described, RuleBook rules, DateTimeOffset at, Principal caller)
    {
        var sender = AccessQuestions.RequirePartner(described.Sender, "described.sender", rules, caller);
        AccessQuestions.RequireDefined(described.Precision, "described.precision");
        AccessQuestions.RequireDefined(described.Environment, "described.environment");
        AccessQuestions.RequireDefined(described.Tlp, "described.tlp");
        var category = rules.Categories.Find(described.Category) ?? throw new HubException(
            ErrorReason.CategoryUnknown, "described.category", "The hub knows no such category.",
            "Use codes from docs/categories.md, such as graffiti.");
        if (!rules.Areas.TryResolve(described.Area, out var area))
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "described.area", "The hub knows no area with this code.",
                "Use official codes, such as 0139; list the areas to see them.");
        }

        // As old as no hold is: the question is what would be shown of such a report, not when.
        return new HeldReport(
            new ReportEnvelope
            {
                Sender = sender,
                Category = category.Code,
                Family = category.Family,
                Severity = Severity.Moderate,
                Environment = described.Environment == TrygghetHub.Reports.V1.Environment.Unspecified
                    ? TrygghetHub.Reports.V1.Environment.Other
                    : described.Environment,
                Area = area,
                Precision = described.Precision != Precision.Unspecified ? described.Precision
                    : area.Place is not null ? Precision.Street
                    : area.District is not null ? Precision.District
                    : area.Municipality is not null ? Precision.Municipality
                    : Precision.County,
                Tlp = described.Tlp == Tlp.Unspecified ? Tlp.Amber : described.Tlp,
                Week = IsoWeek.Of(at),
                Published = false,
                Exercise = false,
                ContextOnly = false,
                // With a text in which nothing was found: the question is what would be shown.
                Text = TextState.Clean,
            },
            at.AddDays(-200));
    }
}
