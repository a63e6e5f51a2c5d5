using CsCheck;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

public class Grid250Tests
{
    private static readonly Gen<SwerefPoint> InSweden = Gen.Select(Gen.Double[6_100_000.0, 7_700_000.0], Gen.Double[200_000.0, 940_000.0])
        .Select(p => new SwerefPoint(p.Item1, p.Item2));

    [Theory]
    [InlineData(-1)]
    [InlineData(6500006600001)]
    [InlineData(6500016600000)]
    public void FromKey_NoCellsNumber_Throws(long key) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GridCell.FromKey(key));

    [Fact]
    public void Key_OfACell_IsEastingAndNorthingOfItsCorner() =>
        Assert.Equal(6500006600000, Grid250.CellOf(new SwerefPoint(6_600_249.9, 650_000.0)).Key);

    [Fact]
    public void CellOf_OnALine_IsTheCellNorthAndEast() =>
        Assert.Equal(new GridCell(2601, 26400), Grid250.CellOf(new SwerefPoint(6_600_000.0, 650_250.0)));

    [Fact]
    public void CellOf_AnyPosition_HoldsItWithinItsAccuracy() => InSweden.Sample(at =>
    {
        var cell = Grid250.CellOf(at);
        Assert.InRange(at.Easting - cell.Corner.Easting, 0.0, Grid250.SideM);
        Assert.InRange(at.Northing - cell.Corner.Northing, 0.0, Grid250.SideM);
        Assert.True(
            Math.Sqrt(Math.Pow(at.Easting - cell.Centre.Easting, 2) + Math.Pow(at.Northing - cell.Centre.Northing, 2))
            <= Grid250.AccuracyM);
        Assert.Equal(cell, GridCell.FromKey(cell.Key));
        Assert.Equal(cell, Grid250.CellOf(cell.Centre));
    });

    [Fact]
    public void Neighbours_OfACell_AreTheEightThatHaveItForNeighbour() => InSweden.Sample(at =>
    {
        var cell = Grid250.CellOf(at);
        var around = cell.Neighbours.ToList();
        Assert.Equal(8, around.Distinct().Count());
        Assert.DoesNotContain(cell, around);
        Assert.All(around, n => Assert.Contains(cell, n.Neighbours));
    });
}
