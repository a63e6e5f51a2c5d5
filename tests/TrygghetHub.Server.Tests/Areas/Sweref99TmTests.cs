using CsCheck;
using ProjNet.CoordinateSystems;
using ProjNet.CoordinateSystems.Transformations;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

public class Sweref99TmTests
{
    private static readonly Gen<(double Latitude, double Longitude)> InSweden =
        Gen.Select(Gen.Double[55.0, 69.1], Gen.Double[10.5, 24.2]);

    [Theory]
    [InlineData(55.0, 12.75, 6097106.67, 356083.44)]
    [InlineData(57.0, 12.75, 6319636.94, 363331.55)]
    public void FromWgs84_PublishedPoints_IsTheirMetres(double latitude, double longitude, double northing, double easting)
    {
        var point = Sweref99Tm.FromWgs84(latitude, longitude);
        Assert.Equal(northing, point.Northing, 0.01);
        Assert.Equal(easting, point.Easting, 0.01);
    }

    [Fact]
    public void FromWgs84_CentralMeridian_IsTheFalseEasting() =>
        Assert.Equal(500_000.0, Sweref99Tm.FromWgs84(62.0, 15.0).Easting, 1e-6);

    [Fact]
    public void ToWgs84_OfFromWgs84_IsTheSamePosition() => InSweden.Sample(at =>
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(Sweref99Tm.FromWgs84(at.Latitude, at.Longitude));

        // A hundred millionth of a degree is a millimetre.
        Assert.Equal(at.Latitude, latitude, 1e-8);
        Assert.Equal(at.Longitude, longitude, 1e-8);
    });

    [Fact]
    public void FromWgs84_AnywhereInSweden_IsWhatAnotherLibrarySays()
    {
        var other = new CoordinateTransformationFactory().CreateFromCoordinateSystems(
            GeographicCoordinateSystem.WGS84, ProjectedCoordinateSystem.WGS84_UTM(33, true)).MathTransform;
        InSweden.Sample(at =>
        {
            var ours = Sweref99Tm.FromWgs84(at.Latitude, at.Longitude);
            var (easting, northing) = other.Transform(at.Longitude, at.Latitude);

            // UTM zone 33 on WGS 84 is the same projection on an ellipsoid that differs by a tenth of a millimetre; the
            // other library's own series is good for centimetres far from the meridian.
            Assert.Equal(northing, ours.Northing, 0.1);
            Assert.Equal(easting, ours.Easting, 0.1);
        });
    }
}
