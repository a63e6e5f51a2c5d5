using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Why something was refused: which field, which rule, what to do.
/// </summary>
/// <param name="Reason">From the closed list; fixes the gRPC code.</param>
/// <param name="Field">In proto names from the request on (<c>report.place.area</c>); empty when no field is at fault.</param>
/// <param name="Rule">The rule that was broken. Never repeats the value sent: it may be what must not be kept.</param>
/// <param name="Remedy">What the caller can do.</param>
internal sealed record Refusal(ErrorReason Reason, string Field, string Rule, string Remedy)
{
    /// <summary>How long to wait before trying again, where that is known.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>What the screening found, where that is the reason.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Where a stream that ends goes on; null where there is nothing to go on from.</summary>
    public string? ResumeCursor { get; init; }

    /// <summary>The partner that it concerns, for the security log alone: a stranger who tries a code is not told.</summary>
    public string Partner { get; init; } = "";

    /// <summary>What could have been meant, where a name stands for several: codes that the caller may send instead.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];
}
