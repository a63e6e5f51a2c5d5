using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// All of a report that a decision or a count needs, resolved when it came in. What it does not hold (text,
/// position, times of day) stays in the content, which nothing reads before a decision permits it.
/// </summary>
/// <remarks>Immutable. Two reports with equal envelopes are decided alike.</remarks>
internal sealed record ReportEnvelope
{
    public required PartnerId Sender { get; init; }

    public required string Category { get; init; }

    public required string Family { get; init; }

    public required Severity Severity { get; init; }

    public required Environment Environment { get; init; }

    public required AreaChain Area { get; init; }

    public required Precision Precision { get; init; }

    public required Tlp Tlp { get; init; }

    public required IsoWeek Week { get; init; }

    /// <summary>From what is published for everyone, not from the sender's own systems.</summary>
    public required bool Published { get; init; }

    public required bool Exercise { get; init; }

    /// <summary>Kept and never counted.</summary>
    public required bool ContextOnly { get; init; }
}
