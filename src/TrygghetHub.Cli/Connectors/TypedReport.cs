using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A report of either kind: exactly one of the two is there, and it has a <c>report</c>.</summary>
internal sealed record TypedReport
{
    public TypedReport(Incident incident) => Incident = incident;

    public TypedReport(Observation observation) => Observation = observation;

    /// <summary>Null where it is an observation.</summary>
    public Incident? Incident { get; }

    /// <summary>Null where it is an incident.</summary>
    public Observation? Observation { get; }

    /// <summary>What both kinds say; a change to it changes the report.</summary>
    public Report Report => Incident?.Report ?? Observation!.Report;

    /// <summary>A copy that shares nothing with this one.</summary>
    public TypedReport Copy() => Incident is not null ? new(Incident.Clone()) : new(Observation!.Clone());
}
