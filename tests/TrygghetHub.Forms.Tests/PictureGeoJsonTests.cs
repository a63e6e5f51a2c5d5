using System.Text.Json;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Features;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Forms.Tests;

public sealed class PictureGeoJsonTests
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new GeoJsonConverterFactory() } };

    public static TheoryData<string> Names => [.. ExamplePictures.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Features_ReadAgain_AreValidPolygonsAndNeverPoints(string name)
    {
        var picture = ExamplePictures.All[name];

        var features = Read(picture);

        var squares = picture.Audience.Kind == AudienceKind.Steering ? 0 : picture.Squares.Count;
        Assert.Equal(picture.Areas.Count(a => a.Outline is not null) + squares, features.Count);
        Assert.All(features, f =>
        {
            var polygon = Assert.IsType<Polygon>(f.Geometry);
            Assert.True(polygon.IsValid);
            Assert.True(Orientation.IsCCW(polygon.ExteriorRing.CoordinateSequence));
        });
    }

    [Fact]
    public void Square_InDegrees_LiesWhereItsMetresSay()
    {
        var picture = ExamplePictures.Full();
        var square = picture.Squares[0];

        var feature = Read(picture).First(f => Equals(f.Attributes["kind"], "square"));

        var middle = Sweref99Tm.FromWgs84(feature.Geometry.Centroid.Y, feature.Geometry.Centroid.X);
        Assert.Equal(square.NorthingM + 125, middle.Northing, 0.5);
        Assert.Equal(square.EastingM + 125, middle.Easting, 0.5);
    }

    [Fact]
    public void Area_WhoseFigureIsNotShown_HasNone()
    {
        var picture = ExamplePictures.Partner();
        var hidden = picture.Areas.Single(a => a.Outline is not null && !a.Weeks[^1].HasReports);

        var feature = Read(picture).Single(f => Equals(f.Attributes["area"], hidden.Area));

        Assert.Equal(false, feature.Attributes["shown"]);
        Assert.False(feature.Attributes.Exists("reports"));
    }

    [Theory]
    [InlineData("full", "full", "compiled")]
    [InlineData("partner", "bostad-nord", "distributed")]
    [InlineData("steering", "steering", "superseded")]
    public void File_SaysOfWhichPictureAndReaderItIs(string name, string reader, string state)
    {
        var picture = ExamplePictures.All[name];

        using var file = JsonDocument.Parse(PictureGeoJson.Write(picture, PictureLanguage.English));

        var members = file.RootElement;
        Assert.Equal(
            (picture.Name, reader, state),
            (members.GetProperty("picture").GetString(), members.GetProperty("reader").GetString(), members.GetProperty("state").GetString()));
    }

    [Fact]
    public void Ring_InsideAnother_IsAHole()
    {
        var picture = ExamplePictures.Full();
        var outline = picture.Areas.First(a => a.Outline is not null).Outline;
        outline.Rings.Clear();
        outline.Rings.Add(Square(6_600_000, 640_000, 3000));
        outline.Rings.Add(Square(6_601_000, 641_000, 1000));
        outline.Rings.Add(Square(6_610_000, 650_000, 1000));

        var parts = Assert.IsType<MultiPolygon>(Read(picture)[0].Geometry);

        Assert.True(parts.IsValid);
        Assert.Equal([0, 1], parts.Geometries.Cast<Polygon>().Select(p => p.NumInteriorRings).Order());
    }

    [Theory]
    [MemberData(nameof(HostilePictures.Texts), MemberType = typeof(HostilePictures))]
    public void Name_ThatIsHostile_ComesBackAsItWas(string text)
    {
        var picture = HostilePictures.With(ExamplePictures.Full(), text);

        var areas = Read(picture).Where(f => Equals(f.Attributes["kind"], "area"));

        Assert.All(areas, f => Assert.Equal(text, f.Attributes["name"]));
    }

    private static Ring Square(int northing, int easting, int side) => new()
    {
        NorthingStepsM = { northing, side, 0, -side },
        EastingStepsM = { easting, 0, side, 0 },
    };

    private static FeatureCollection Read(SituationalPicture picture) =>
        JsonSerializer.Deserialize<FeatureCollection>(PictureGeoJson.Write(picture, PictureLanguage.Swedish), Json)!;
}
