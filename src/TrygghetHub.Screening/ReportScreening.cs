using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>Screens every text field of a report.</summary>
public sealed class ReportScreening(Screener screener)
{
    /// <summary>What is found in the texts of a report.</summary>
    public IReadOnlyList<Finding> Screen(Report report, IReadOnlySet<FindingKind> alsoBlocking) =>
        [.. screener.Screen(report.Summary).Select(f => new Finding
        {
            Kind = f.Kind, Field = "report.summary", Start = f.Start, Length = f.Length,
            Blocking = f.Kind.AlwaysBlocks() || alsoBlocking.Contains(f.Kind),
        })];
}
