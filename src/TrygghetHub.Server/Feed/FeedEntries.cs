using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Incidents;
using TrygghetHub.Server.Observations;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>Makes the messages of the feed. Thread-safe.</summary>
internal sealed class FeedEntries(ReportQueries queries)
{
    public FeedEntry Of(ReportRow row, FeedChange change, Decision decision) =>
        row.EntryOf(change, decision, () => Make(row, change, decision));

    private FeedEntry Make(ReportRow row, FeedChange change, Decision decision)
    {
        var projection = decision.Projection!;
        var report = new DisclosedReport(
            row.Seq, row.Stored, projection, ReportContent.Parser.ParseFrom(row.Content), row.Stored.ReceivedAt);
        var entry = new FeedEntry
        {
            Change = change,
            Grounds = ReportMapping.GroundsOf(decision, row.Stored.Type),
        };
        if (row.Stored.Type == ReportType.Incident)
        {
            entry.Incident = IncidentMapping.ToWire(report, queries);
        }
        else
        {
            entry.Observation = ObservationMapping.ToWire(report, queries);
        }

        return entry;
    }
}
