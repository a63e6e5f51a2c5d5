using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli;

/// <summary>A file of reports to send: one object or an array, each <c>{"incident": …}</c> or <c>{"observation": …}</c>.</summary>
internal sealed record ReportFile(IReadOnlyList<Incident> Incidents, IReadOnlyList<Observation> Observations)
{
    /// <summary>The senders' ids and revisions in the order of the file.</summary>
    public required IReadOnlyList<(string SourceRef, int Revision)> Order { get; init; }

    /// <summary>Reads it whole.</summary>
    /// <exception cref="UsageException">Something in it cannot be read; names the element and the line.</exception>
    public static ReportFile Read(ProtoJson file)
    {
        var incidents = new List<Incident>();
        var observations = new List<Observation>();
        var order = new List<(string, int)>();
        foreach (var element in file.Elements())
        {
            var properties = file.Properties(element);
            if (properties is not [var (kind, value)] || kind is not ("incident" or "observation"))
            {
                throw file.Fault(element, "wants exactly one field, \"incident\" or \"observation\".");
            }

            Report? report;
            if (kind == "incident")
            {
                incidents.Add(file.Message<Incident>(value));
                report = incidents[^1].Report;
            }
            else
            {
                observations.Add(file.Message<Observation>(value));
                report = observations[^1].Report;
            }
            order.Add((report?.SourceRef ?? "", report?.Revision ?? 0));
        }
        return new ReportFile(incidents, observations) { Order = order };
    }
}
