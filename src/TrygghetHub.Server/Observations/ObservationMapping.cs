using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Observations;

/// <summary>Between the wire's observation and the report that the hub keeps.</summary>
internal static class ObservationMapping
{
    public static Submission ToSubmission(Observation sent) => new(
        ReportType.Observation, sent.Report, sent.CalculateSize(), Published: false,
        ReportRules.RequireKnown(sent.Source, ObservationSource.Unspecified, "source")
            ?? ReportRules.RequireDefined(sent.Remedy, "remedy"),
        kept => new Observation
        {
            Report = ReportMapping.ValuesSent(kept),
            Source = sent.Source,
            Remedy = sent.Remedy,
        }.ToByteArray());

    public static Observation ToWire(DisclosedReport report)
    {
        var values = Observation.Parser.ParseFrom(report.Content.Report);
        var fields = report.Projection.Fields;
        return new Observation
        {
            Name = report.Name,
            Report = ReportMapping.ToWire(report, values.Report),
            Source = fields.Has(ReportField.Source) ? values.Source : ObservationSource.Unspecified,
            Remedy = fields.Has(ReportField.Remedy) ? values.Remedy : Remedy.Unspecified,
        };
    }

    /// <summary>As its recipient would see it: what only the hub's taking it makes is not there yet.</summary>
    public static ObservationPreview ToWire(Preview preview)
    {
        var seen = preview.Report is null ? null : ToWire(preview.Report);
        if (seen is not null)
        {
            seen.Name = "";
            seen.Report.ReceiveTime = null;
        }

        return new ObservationPreview
        {
            Partner = preview.Recipient.Value,
            Purpose = preview.Purpose,
            Observation = seen,
            Grounds = ReportMapping.GroundsOf(preview.Decision, ReportType.Observation),
            VisibleTime = preview.VisibleFrom?.ToTimestamp(),
        };
    }
}
