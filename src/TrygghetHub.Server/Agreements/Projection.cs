using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What one partner may see of one report, or of many with the same envelope. Only <see cref="Disclosure"/> makes
/// one, and nothing of a report leaves the hub without one.
/// </summary>
internal sealed record Projection
{
    /// <summary>The sender's own: all of it, free text and reference included.</summary>
    public required bool Whole { get; init; }

    /// <summary>The place, no finer than permitted.</summary>
    public required AreaChain Area { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Null where the family alone may be seen.</summary>
    public required string? Category { get; init; }

    public required string Family { get; init; }

    /// <summary>The day may be seen, not the time of day.</summary>
    public required bool DayOnly { get; init; }

    /// <summary>The category's family, the place and the day may be seen, and nothing that describes the event closer.</summary>
    public bool FamilyOnly => Category is null;

    /// <summary>The coordinates may be seen: only where a point is permitted.</summary>
    public bool ShowsPosition => Whole || Precision == Precision.Point;
}
