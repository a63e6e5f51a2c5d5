using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>One thing that a dry run would have told the hub.</summary>
/// <param name="What"><c>new</c>, <c>correction</c> or <c>withdrawal</c>.</param>
/// <param name="SourceRef">The sender's id; empty where screening found something in it.</param>
/// <param name="Revision">Which revision it would have been.</param>
/// <param name="Report">Without its text, and without fields in which something was found; null for a withdrawal.</param>
/// <param name="Refused">Why it would be refused; null where it would be taken.</param>
/// <param name="Findings">What the screening found; kinds and spans, never the value.</param>
internal sealed record DryRunEntry(
    string What, string SourceRef, int Revision, TypedReport? Report, Refused? Refused, IReadOnlyList<Finding> Findings);
