using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Incidents;

/// <summary>Between the wire's incident and the report that the hub keeps.</summary>
internal static class IncidentMapping
{
    public static Submission ToSubmission(Incident sent) => new(
        ReportType.Incident, sent.Report, sent.CalculateSize(), sent.Origin == IncidentOrigin.Published,
        ReportRules.RequireKnown(sent.Responder, Responder.Unspecified, "responder")
            ?? ReportRules.RequireDefined(sent.Origin, "origin"),
        kept => new Incident
        {
            Report = ReportMapping.ValuesSent(kept),
            Responder = sent.Responder,
            Origin = sent.Origin,
        }.ToByteArray());

    public static Incident ToWire(DisclosedReport report)
    {
        var values = Incident.Parser.ParseFrom(report.Content.Report);
        var fields = report.Projection.Fields;
        return new Incident
        {
            Name = report.Name,
            Report = ReportMapping.ToWire(report, values.Report),
            Responder = fields.Has(ReportField.Responder) ? values.Responder : Responder.Unspecified,
            Origin = !fields.Has(ReportField.Origin) ? IncidentOrigin.Unspecified
                : report.Stored.Envelope.Published ? IncidentOrigin.Published
                : IncidentOrigin.Reported,
        };
    }

    /// <summary>As its recipient would see it: what only the hub's taking it makes is not there yet.</summary>
    public static IncidentPreview ToWire(Preview preview)
    {
        var seen = preview.Report is null ? null : ToWire(preview.Report);
        if (seen is not null)
        {
            seen.Name = "";
            seen.Report.ReceiveTime = null;
        }

        return new IncidentPreview
        {
            Partner = preview.Recipient.Value,
            Purpose = preview.Purpose,
            Incident = seen,
            Grounds = ReportMapping.GroundsOf(preview.Decision, ReportType.Incident),
            VisibleTime = preview.VisibleFrom?.ToTimestamp(),
        };
    }
}
