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

    /// <summary>What the screening has made of the free text.</summary>
    public required TextState Text { get; init; }
}

/// <summary>What the screening has made of a report's free text. The numbers are stored and hashed.</summary>
internal enum TextState : short
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>Nothing was found in it.</summary>
    Clean = 1,

    /// <summary>Something was found that did not block, or that its sender has confirmed as a false alarm.</summary>
    Marked = 2,
}
