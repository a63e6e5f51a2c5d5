using NetTopologySuite.Geometries;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>Squares as people at a table call them.</summary>
public sealed class SquareNamesTests
{
    private static readonly GeometryFactory Geometry = new();

    // A district of 6 km by 6 km around N 6 601 000, E 645 000, with one named place in it.
    private static readonly AreaBook Areas = new(1,
    [
        new Area("01", "Stockholms län", Server.Areas.AreaLevel.County, null, false, false),
        new Area("0139", "Upplands-Bro", Server.Areas.AreaLevel.Municipality, "01", false, false),
        new Area("0139-bro", "Bro", Server.Areas.AreaLevel.District, "0139", false, false)
        {
            Shape = Geometry.ToGeometry(new Envelope(642_000, 648_000, 6_598_000, 6_604_000)),
        },
        new Area("0139-bro-station", "Bro station", Server.Areas.AreaLevel.Place, "0139-bro", false, false)
        {
            Shape = Geometry.CreatePoint(new Coordinate(645_100, 6_602_600)),
        },
        new Area("0139-rest", "Resten", Server.Areas.AreaLevel.District, "0139", false, false),
    ]);

    [Theory]
    [InlineData(6_602_500, 645_000, "0139-bro", "Ruta vid Bro station")]
    [InlineData(6_603_500, 645_000, "0139-bro", "Ruta i norra Bro")]
    [InlineData(6_598_250, 647_500, "0139-bro", "Ruta i sydöstra Bro")]
    [InlineData(6_601_000, 642_250, "0139-bro", "Ruta i västra Bro")]
    [InlineData(6_600_750, 645_000, "0139-bro", "Ruta i Bro")]
    [InlineData(6_610_000, 650_000, "0139-rest", "Ruta i Resten")]
    [InlineData(6_610_000, 650_000, "0139-unknown", "Ruta N 6610000 E 650000")]
    public void Square_IsNamedByWhatIsNear(int northing, int easting, string area, string name)
    {
        var square = new GridCell(easting / 250, northing / 250).Key;

        Assert.Equal(name, new SquareNames(Areas, [(square, area)]).Of(square));
    }

    [Fact]
    public void Squares_OfOneName_AreToldApart()
    {
        long[] squares = [new GridCell(645_000 / 250, 6_602_500 / 250).Key, new GridCell(645_000 / 250, 6_602_250 / 250).Key];

        var names = new SquareNames(Areas, squares.Select(s => (s, "0139-bro")));

        Assert.Equal(
            ["Ruta vid Bro station (N 6602500 E 645000)", "Ruta vid Bro station (N 6602250 E 645000)"], squares.Select(names.Of));
    }
}
