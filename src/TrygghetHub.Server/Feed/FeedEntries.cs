using System.Runtime.CompilerServices;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Incidents;
using TrygghetHub.Server.Observations;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>Makes the messages of the feed. Thread-safe.</summary>
internal sealed class FeedEntries(ReportContents contents)
{
    // Made once for each decision, which many reports share, and never changed.
    private readonly ConditionalWeakTable<Decision, Grounds> ofIncidents = [];
    private readonly ConditionalWeakTable<Decision, Grounds> ofObservations = [];

    /// <summary>The message that tells of a report; null when its content has been disposed of since it was read.</summary>
    public FeedEntry? Of(ReportRow row, FeedChange change, Decision decision) =>
        // Asked each time: what was made once outlives the key.
        contents.IsThere(row.Stored.Envelope.Sender, row.Content) ? row.EntryOf(change, decision, () => Make(row, change, decision)) : null;

    private FeedEntry? Make(ReportRow row, FeedChange change, Decision decision)
    {
        var projection = decision.Projection!;
        if (contents.Open(row.Stored, row.Content, projection) is not { } content)
        {
            return null;
        }

        var report = new DisclosedReport(row.Seq, row.Stored, projection, content, row.Stored.ReceivedAt);
        var entry = new FeedEntry { Change = change };
        if (row.Stored.Type == ReportType.Incident)
        {
            entry.Grounds = ofIncidents.GetValue(decision, static d => ReportMapping.GroundsOf(d, ReportType.Incident));
            entry.Incident = IncidentMapping.ToWire(report);
        }
        else
        {
            entry.Grounds = ofObservations.GetValue(decision, static d => ReportMapping.GroundsOf(d, ReportType.Observation));
            entry.Observation = ObservationMapping.ToWire(report);
        }

        return entry;
    }
}
