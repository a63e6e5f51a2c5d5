namespace TrygghetHub.Cli.Connectors;

/// <summary>Why one row of a source could not be made a report.</summary>
/// <param name="Field">The column, or the field of the source; empty when none is at fault.</param>
/// <param name="Rule">What was broken; never repeats the value.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record RowFault(string Field, string Rule, string Remedy);
