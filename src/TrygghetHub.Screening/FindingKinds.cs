using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>What follows from a kind of finding.</summary>
public static class FindingKinds
{
    // The proto keeps the numbers below it for what blocks always.
    private const int FirstWarning = 20;

    /// <summary>A text with it is never taken; the others warn, and block where an agreement says so.</summary>
    public static bool AlwaysBlocks(this FindingKind kind) => (int)kind is > 0 and < FirstWarning;
}
