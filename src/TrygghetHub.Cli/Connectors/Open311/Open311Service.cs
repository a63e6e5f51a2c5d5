using TrygghetHub.Reports.V1;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>What requests of one service are to the hub. Immutable.</summary>
/// <param name="Category">Code from the hub's list.</param>
internal sealed record Open311Service(string Category)
{
    /// <summary>How grave.</summary>
    public Severity Severity { get; init; } = Severity.Minor;

    /// <summary>What kind of environment.</summary>
    public Environment Environment { get; init; } = Environment.Other;

    /// <summary>How precisely the place is told; unspecified means as precisely as the area.</summary>
    public Precision Precision { get; init; }

    /// <summary>Such requests are not for the hub.</summary>
    public bool IsSkipped { get; init; }
}
