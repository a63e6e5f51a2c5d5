using System.Globalization;
using System.Text;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

/// <summary>GeoJSON files as tests need them: squares in a made-up municipality around Upplands-Bro.</summary>
internal static class GeoJson
{
    /// <summary>South-west corner of the made-up land, in metres; inside the box of Sweden and on no border.</summary>
    public static readonly SwerefPoint Origin = new(6_600_000, 650_000);

    public static byte[] File(params string[] features) => Encoding.UTF8.GetBytes(
        $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""");

    public static string Feature(string properties, string geometry) =>
        $$"""{"type":"Feature","properties":{ {{properties}} },"geometry":{{geometry}} }""";

    /// <summary>A square, in kilometres from the origin, as WGS 84.</summary>
    public static string Square(double east, double north, double sideKm) =>
        $$"""{"type":"Polygon","coordinates":[ [{{string.Join(',', Corners(east, north, sideKm).Select(Degrees))}}] ] }""";

    /// <summary>The same in metres.</summary>
    public static string SquareInMetres(double east, double north, double sideKm) =>
        $$"""{"type":"Polygon","coordinates":[ [{{string.Join(',', Corners(east, north, sideKm).Select(Metres))}}] ] }""";

    /// <summary>A ring through points given in kilometres from the origin, as it is, closed or not.</summary>
    public static string Ring(params (double East, double North)[] points) =>
        $$"""{"type":"Polygon","coordinates":[ [{{string.Join(',', points.Select(p => Degrees(At(p.East, p.North))))}}] ] }""";

    public static string Point(double east, double north) => $$"""{"type":"Point","coordinates":{{Degrees(At(east, north))}} }""";

    /// <summary>A point in kilometres from the origin.</summary>
    public static SwerefPoint At(double east, double north) =>
        new(Origin.Northing + (north * 1_000), Origin.Easting + (east * 1_000));

    /// <summary>The embedded book, with 0139 as a square of 20 km and, where wanted, its districts in it.</summary>
    public static AreaBook Book(bool withDistricts = false)
    {
        var book = Import(
            AreaBook.LoadEmbedded(), AreaLevel.Municipality, File(Feature("\"kommunkod\":\"0139\"", Square(0, 0, 20))), 2020);
        return withDistricts
            ? Import(
                book, AreaLevel.District,
                File(
                    Feature("\"namn\":\"Bro\"", Square(0, 0, 5)),
                    Feature("\"namn\":\"Brunna\"", Square(5, 0, 5)),
                    Feature("\"namn\":\"Kungsängen\"", Square(0, 5, 5)),
                    Feature("\"namn\":\"Övriga kommunen\"", Square(10, 10, 9))),
                2021)
            : book;
    }

    /// <summary>The book after an import of a year's first day, by way of the journal's bytes.</summary>
    public static AreaBook Import(AreaBook book, AreaLevel level, byte[] file, int year, string parent = "", bool closeMissing = true)
    {
        var order = Order(level, year, book, parent, closeMissing);
        var changes = AreaImport.Decide(book, order, GeoJsonFile.Read(file));
        return AreaEntries.After(book, AreaEntries.ToEntry(changes, order, book.Version + 1, "", []));
    }

    public static AreaImportOrder Order(AreaLevel level, int year, AreaBook book, string parent = "", bool closeMissing = true)
    {
        book.TryGet(parent, out var area);
        return new AreaImportOrder(level, area, new DateOnly(year, 1, 1), new FeatureProperties("", ""), closeMissing);
    }

    private static SwerefPoint[] Corners(double east, double north, double sideKm) =>
    [
        At(east, north), At(east + sideKm, north), At(east + sideKm, north + sideKm), At(east, north + sideKm), At(east, north),
    ];

    private static string Degrees(SwerefPoint point)
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(point);
        return string.Create(CultureInfo.InvariantCulture, $"[{longitude},{latitude}]");
    }

    private static string Metres(SwerefPoint point) =>
        string.Create(CultureInfo.InvariantCulture, $"[{point.Easting},{point.Northing},17.5]");
}
