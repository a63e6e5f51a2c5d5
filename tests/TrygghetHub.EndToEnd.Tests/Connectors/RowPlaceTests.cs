extern alias hub;

using CsCheck;
using hub::TrygghetHub.Server.Areas;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class RowPlaceTests
{
    // Five decimals of a degree, in which the hub shows a centre.
    private const double RoundingM = 0.7;

    // A cell inside the bounds, so that a centre lies inside them, too.
    private static readonly Gen<Position> Anywhere = Gen.Select(
        Gen.Double[55.01, 69.09], Gen.Double[10.51, 24.19], (north, east) => new Position { Latitude = north, Longitude = east });

    private static Position Sent(Position position)
    {
        Assert.Null(RowPlace.Of("0139", Precision.Grid250M, position.Clone(), "position", out var place));
        return place.Position;
    }

    [Fact]
    public void Of_GridOutsideSweden_IsAFaultThatTellsNoCoordinate()
    {
        var fault = RowPlace.Of("0139", Precision.Grid250M, new Position { Latitude = 6_597_106, Longitude = 656_083 }, "lat", out _);

        Assert.Equal("lat", fault!.Field);
        Assert.DoesNotContain("6597106", fault.Rule + fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Grid_IsTheCentreOfTheHubsCellWithinItsAccuracy() => Anywhere.Sample(
        position =>
        {
            var sent = Sent(position);

            var (truth, cell) = (Sweref99Tm.FromWgs84(position.Latitude, position.Longitude),
                Grid250.CellOf(position.Latitude, position.Longitude));
            var (latitude, longitude) = Sweref99Tm.ToWgs84(cell.Centre);
            var told = Sweref99Tm.FromWgs84(sent.Latitude, sent.Longitude);
            Assert.Equal((Math.Round(latitude, 5), Math.Round(longitude, 5)), (sent.Latitude, sent.Longitude));
            Assert.Equal(cell, Grid250.CellOf(sent.Latitude, sent.Longitude));
            Assert.InRange(
                Math.Sqrt(Math.Pow(truth.Easting - told.Easting, 2) + Math.Pow(truth.Northing - told.Northing, 2)),
                0, Grid250.AccuracyM + RoundingM);
        },
        iter: 20_000);

    [Fact]
    public void Of_GridOfACentre_IsTheSameCentre() => Anywhere.Sample(position => Assert.Equal(Sent(position), Sent(Sent(position))));
}
