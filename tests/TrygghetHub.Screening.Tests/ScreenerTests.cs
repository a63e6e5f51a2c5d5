using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

public sealed class ScreenerTests
{
    [Fact]
    public void Screen_CleanText_FindsNothing() =>
        Assert.Empty(new Screener([]).Screen("Krossad ruta vid stationen."));

    [Fact]
    public void Kinds_BelowTwenty_BlockAlways() => Assert.All(
        Enum.GetValues<FindingKind>(), kind => Assert.Equal((int)kind is > 0 and < 20, kind.AlwaysBlocks()));
}
