using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Tells a sender who would see a report, and what of it, before it is sent. Writes nothing. Thread-safe.
/// </summary>
internal sealed class Previews(Intake intake, ReportContents contents, TimeProvider time)
{
    /// <summary>What each partner would see, for each purpose; in the order of both.</summary>
    /// <exception cref="HubException">It would be refused, with the same reason.</exception>
    public IEnumerable<Preview> Of(PartnerId sender, Submission submission)
    {
        var prepared = intake.Prepare(sender, submission);
        if (prepared.Refusal is { } refusal)
        {
            throw new HubException(refusal);
        }

        var (report, rules, now) = (prepared.Report!, prepared.Rules, time.GetUtcNow());
        if (prepared.Findings.Count > 0
            && IntakeScreening.Judge(sender, report, prepared.Findings, isConfirmed: false, rules, now) is { Refusal: { } found } verdict)
        {
            throw new HubException(verdict.QuarantineDays == 0 ? found : found with
            {
                Rule = $"A text holds what points at a person; the report would wait in your quarantine for {verdict.QuarantineDays} days.",
            });
        }

        return
        [
            .. from recipient in rules.Agreements.FlowsFrom(sender).Select(f => f.Recipient).Distinct().Order()
            where rules.Partners.Partners.TryGetValue(recipient, out var partner) && partner.State != PartnerState.Left
            from purpose in Enum.GetValues<Purpose>()
            where purpose != Purpose.Unspecified
            let preview = Of(prepared, report, recipient, purpose, rules, now)
            where preview is not null
            select preview,
        ];
    }

    private Preview? Of(
        PreparedReport prepared, StoredReport report, PartnerId recipient, Purpose purpose, RuleBook rules, DateTimeOffset now)
    {
        if (Shown(SharingForm.Records) is var (record, recordFrom))
        {
            return new Preview(
                recipient, purpose, record, recordFrom,
                new DisclosedReport(
                    0, report, record.Projection!, contents.Open(report, prepared.Content, record.Projection!)!, now));
        }

        // What is kept apart from real data, or as context, is not counted.
        return !report.Envelope.Exercise && !report.Envelope.ContextOnly && Shown(SharingForm.Counts) is var (count, countFrom)
            ? new Preview(recipient, purpose, count, countFrom, null)
            : null;

        // As it is first shown: at once, or when the first hold is over, if that is still agreed on then.
        (Decision Decision, DateTimeOffset? From)? Shown(SharingForm form)
        {
            var match = Disclosure.Match(report.Envelope, recipient, purpose, form, rules);
            var from = match.VisibleFrom(now, now);
            var decision = match.At(now, from ?? now);
            return decision.Projection is null ? null : (decision, from);
        }
    }
}

/// <summary>What one partner would see of a report, for one purpose.</summary>
/// <param name="Recipient">The partner.</param>
/// <param name="Purpose">What it would want it for.</param>
/// <param name="Decision">By what it would see it.</param>
/// <param name="VisibleFrom">From when; null means at once.</param>
/// <param name="Report">The report; null where it would only be counted.</param>
internal sealed record Preview(
    PartnerId Recipient, Purpose Purpose, Decision Decision, DateTimeOffset? VisibleFrom, DisclosedReport? Report);
