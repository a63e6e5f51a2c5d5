namespace TrygghetHub.Cli.Connectors;

/// <summary>The kinds of report that a connector can send. A run sends one of them.</summary>
internal enum ReportKind
{
    /// <summary>Incident summaries.</summary>
    Incident,

    /// <summary>Property observations.</summary>
    Observation,
}
