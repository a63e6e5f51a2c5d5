using TrygghetHub.Agreements.V1;
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

    /// <summary>How finely times may be seen, that of receipt included.</summary>
    public required TimeGranularity Time { get; init; }

    /// <summary>The values that may be seen beside place, family and week.</summary>
    public required ReportFields Fields { get; init; }

    /// <summary>The place is shown more coarsely than it is known.</summary>
    public required bool IsPlaceCoarsened { get; init; }

    /// <summary>For counts: a cell of fewer reports is not shown.</summary>
    public required int SmallestCell { get; init; }

    /// <summary>The free text may be seen.</summary>
    public required bool ShowsText { get; init; }

    /// <summary>The coordinates may be seen: only where a point is permitted.</summary>
    public bool ShowsPosition => Whole || (Precision == Precision.Point && Fields.Has(ReportField.Position));

    /// <summary>
    /// The middle of the 250 m cell may be seen in place of the coordinates, and never these: where the grid is the finest
    /// that is permitted, or known.
    /// </summary>
    public bool ShowsCell => !Whole && Precision == Precision.Grid250M && Fields.Has(ReportField.Position);
}
