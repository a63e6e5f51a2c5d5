using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>Between the wire's report and what is kept of it.</summary>
internal static class ReportMapping
{
    private static readonly string[] OfIncidents = ["responder", "origin"];
    private static readonly string[] OfObservations = ["source", "remedy"];

    /// <summary>
    /// The values sent, and nothing else: neither the reference, which is kept sealed, nor what only the hub says, nor
    /// fields that this version of the protos does not know and nobody has checked.
    /// </summary>
    public static Wire.Report ValuesSent(Wire.Report sent) => new()
    {
        SourceVersion = sent.SourceVersion,
        Occurred = sent.Occurred is null ? null : new Occurrence
        {
            From = Copy(sent.Occurred.From),
            To = Copy(sent.Occurred.To),
            Certainty = sent.Occurred.Certainty,
        },
        ReportedTime = Copy(sent.ReportedTime),
        Category = sent.Category,
        Severity = sent.Severity,
        Confidence = sent.Confidence,
        Environment = sent.Environment,
        Place = sent.Place is null ? null : new Place
        {
            Area = sent.Place.Area,
            Position = sent.Place.Position is null ? null : new Position
            {
                Latitude = sent.Place.Position.Latitude,
                Longitude = sent.Place.Position.Longitude,
            },
            Precision = sent.Place.Precision,
            AccuracyM = sent.Place.AccuracyM,
            Named = sent.Place.Named,
        },
        Count = sent.Count,
        Summary = sent.Summary,
        Tlp = sent.Tlp,
        Exercise = sent.Exercise,
        ContextOnly = sent.ContextOnly,
        SourceCategory = sent.SourceCategory,
    };

    /// <summary>The report as its projection lets it be seen.</summary>
    /// <param name="report">The report, and how much of it.</param>
    /// <param name="values">The values sent.</param>
    public static Wire.Report ToWire(DisclosedReport report, Wire.Report values) => ToWire(
        report.Stored, values, report.Projection, report.ReceivedAt,
        report.Projection.Whole ? report.Content.SourceRef : "");

    /// <summary>The report as its projection lets it be seen.</summary>
    /// <param name="stored">The columns.</param>
    /// <param name="content">The values sent.</param>
    /// <param name="projection">What may be seen.</param>
    /// <param name="receivedAt">Journal time of the revision.</param>
    /// <param name="sourceRef">The sender's own reference; used only where the projection is whole.</param>
    public static Wire.Report ToWire(
        StoredReport stored, Wire.Report content, Projection projection, DateTimeOffset receivedAt, string sourceRef)
    {
        var week = stored.Envelope.Week;
        var wire = new Wire.Report
        {
            Revision = stored.Revision,
            Occurred = !projection.Fields.Has(ReportField.Occurred) ? null
                : projection.Time > TimeGranularity.Minute ? PeriodsOf(stored, projection.Time)
                : content.Occurred,
            Category = projection.Category ?? "",
            Place = new Place { Area = projection.Area.Finest, Precision = projection.Precision },
            Tlp = stored.Envelope.Tlp,
            Exercise = content.Exercise,
            ContextOnly = content.ContextOnly,
            ReceiveTime = TimePeriods.StartOf(projection.Time, receivedAt).ToTimestamp(),
            Family = projection.Family,
            Week = new Calendar.V1.IsoWeek { Year = week.Year, Week = week.Week },
        };
        var fields = projection.Fields;
        wire.Severity = fields.Has(ReportField.Severity) ? content.Severity : Severity.Unspecified;
        wire.Confidence = fields.Has(ReportField.Confidence) ? content.Confidence : Confidence.Unspecified;
        wire.Environment = fields.Has(ReportField.Environment)
            ? content.Environment
            : Wire.Environment.Unspecified;
        wire.Count = fields.Has(ReportField.Count) ? content.Count : 0;
        wire.ReportedTime = fields.Has(ReportField.ReportedTime) && projection.Time == TimeGranularity.Minute
            ? content.ReportedTime
            : null;

        if (projection.ShowsPosition && content.Place.Position is not null)
        {
            wire.Place.Position = content.Place.Position;
            wire.Place.AccuracyM = content.Place.AccuracyM;
        }
        else if (projection.ShowsCell && stored.Cell is { } cell)
        {
            wire.Place.Position = CentreOf(GridCell.FromKey(cell));
            wire.Place.AccuracyM = Grid250.AccuracyM;
        }

        if (projection.Whole)
        {
            wire.SourceRef = sourceRef;
            wire.SourceVersion = content.SourceVersion;
            wire.SourceCategory = content.SourceCategory;
            wire.Place.Named = content.Place.Named;
        }

        if (projection.ShowsText)
        {
            wire.Summary = content.Summary;
        }

        return wire;
    }

    /// <summary>By what a report of a type is shown, and which of its values are left out.</summary>
    public static Grounds GroundsOf(Decision decision, ReportType type) => AgreementMapping.ToWire(
        decision.Receipt, decision.Withheld.Except(type == ReportType.Incident ? OfObservations : OfIncidents));

    // Five decimals are a metre.
    private static Position CentreOf(GridCell cell)
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(cell.Centre);
        return new Position { Latitude = Math.Round(latitude, 5), Longitude = Math.Round(longitude, 5) };
    }

    private static Timestamp? Copy(Timestamp? time) =>
        time is null ? null : new Timestamp { Seconds = time.Seconds, Nanos = time.Nanos };

    private static Occurrence PeriodsOf(StoredReport stored, TimeGranularity period) => new()
    {
        From = TimePeriods.StartOf(period, Journal.JournalTime.FromMicros(stored.OccurredFrom)).ToTimestamp(),
        To = TimePeriods.EndOf(period, Journal.JournalTime.FromMicros(stored.OccurredTo)).ToTimestamp(),
        Certainty = period switch
        {
            TimeGranularity.PartOfDay => TimeCertainty.PartOfDay,
            TimeGranularity.Day => TimeCertainty.Day,
            _ => TimeCertainty.Unknown,
        },
    };
}
