using System.Text.Json;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Areas;
using Polygon = NetTopologySuite.Geometries.Polygon;
using Wgs84 = NetTopologySuite.Geometries.GeometryFactory;

namespace TrygghetHub.Forms;

/// <summary>The picture's map for other programs: GeoJSON (RFC 7946) in WGS 84.</summary>
/// <remarks>
/// Areas and squares, both as polygons: a report that is known by its area is a figure of that area and never a point. A
/// figure that is not shown is left out and <c>shown</c> says <c>false</c>. Pure: the same picture gives the same bytes.
/// </remarks>
public static class PictureGeoJson
{
    // About a centimetre: finer than any boundary, and the same on every machine.
    private const int Decimals = 7;

    private static readonly Wgs84 Geometries = new(new NetTopologySuite.Geometries.PrecisionModel(), 3006);

    /// <summary>The features, areas first; an area of several parts is a multi-polygon.</summary>
    /// <param name="picture">As its reader may see it, with its review.</param>
    /// <param name="language">Of the levels' names.</param>
    /// <returns>UTF-8. No squares for the steering group, which is given trends alone.</returns>
    public static byte[] Write(SituationalPicture picture, PictureLanguage language)
    {
        var reading = new Reading(picture, language);
        using var file = new MemoryStream();
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");

            // Foreign members (RFC 7946, 6.1): a file that is passed on still says of which picture it is, and of which reader's.
            json.WriteString("picture", picture.Name);
            json.WriteString("reader", reading.Reader);
            json.WriteString("state", reading.State);
            json.WriteStartArray("features");
            foreach (var area in picture.Areas)
            {
                if (Shapes(area.Outline) is { Count: > 0 } shapes)
                {
                    WriteArea(json, reading, area, shapes);
                }
            }

            foreach (var square in reading.IsForSteering ? [] : picture.Squares)
            {
                WriteSquare(json, square);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return file.ToArray();
    }

    private static void WriteArea(Utf8JsonWriter json, Reading reading, AreaTrend area, List<Polygon> shapes)
    {
        Begin(json, "area/" + area.Area);
        json.WriteString("kind", "area");
        json.WriteString("area", area.Area);
        json.WriteString("name", reading.AreaName(area.Area));
        var week = area.Weeks.LastOrDefault();
        WriteCount(json, "reports", week is { HasReports: true } ? week.Reports : null);
        json.WriteBoolean("shown", week is { HasReports: true });
        json.WriteBoolean("sources_missing", week?.SourcesMissing ?? false);
        WriteCount(json, "usual_low_reports", area.Usual?.Low);
        WriteCount(json, "usual_high_reports", area.Usual?.High);
        if (!reading.IsForSteering)
        {
            WriteCount(json, "published_events", area.HasPublishedEvents ? area.PublishedEvents : null);
        }

        var (level, decision) = reading.LevelOf(area);
        json.WriteString("level", reading.Words.LevelName(level));
        json.WriteBoolean("level_decided", decision is not null);
        json.WriteEndObject();

        json.WriteStartObject("geometry");
        json.WriteString("type", shapes.Count == 1 ? "Polygon" : "MultiPolygon");
        json.WriteStartArray("coordinates");
        foreach (var shape in shapes)
        {
            if (shapes.Count > 1)
            {
                json.WriteStartArray();
            }

            WriteRing(json, shape.ExteriorRing.Coordinates, isOuter: true);
            foreach (var hole in shape.InteriorRings)
            {
                WriteRing(json, hole.Coordinates, isOuter: false);
            }

            if (shapes.Count > 1)
            {
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSquare(Utf8JsonWriter json, GridSquare square)
    {
        Begin(json, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"square/{square.NorthingM}-{square.EastingM}"));
        json.WriteString("kind", "square");
        json.WriteNumber("side_m", Squares.SideM);
        json.WriteNumber("reports", square.Reports);
        json.WriteNumber("sources", square.Sources);
        json.WriteEndObject();

        json.WriteStartObject("geometry");
        json.WriteString("type", "Polygon");
        json.WriteStartArray("coordinates");
        var (north, east) = (square.NorthingM, square.EastingM);
        WriteRing(
            json,
            [
                new(east, north), new(east + Squares.SideM, north), new(east + Squares.SideM, north + Squares.SideM),
                new(east, north + Squares.SideM), new(east, north),
            ],
            isOuter: true);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", id);
        json.WriteStartObject("properties");
    }

    private static void WriteCount(Utf8JsonWriter json, string name, int? count)
    {
        if (count is { } shown)
        {
            json.WriteNumber(name, shown);
        }
    }

    // Outer rings run counter-clockwise and holes clockwise (RFC 7946, 3.1.6).
    private static void WriteRing(Utf8JsonWriter json, NetTopologySuite.Geometries.Coordinate[] ring, bool isOuter)
    {
        json.WriteStartArray();
        foreach (var point in NetTopologySuite.Algorithm.Orientation.IsCCW(ring) == isOuter ? ring : ring.Reverse())
        {
            var (latitude, longitude) = Sweref99Tm.ToWgs84(new SwerefPoint(point.Y, point.X));
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round((decimal)longitude, Decimals));
            json.WriteNumberValue(Math.Round((decimal)latitude, Decimals));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // What lies within an odd number of rings is inside: each ring in turn is added to what it lies outside of, and taken
    // from what it lies inside of.
    private static List<Polygon> Shapes(Outline? outline)
    {
        NetTopologySuite.Geometries.Geometry all = Geometries.CreatePolygon();
        foreach (var ring in outline?.Rings ?? [])
        {
            var points = MapFrame.Points(ring).Select(p => new NetTopologySuite.Geometries.Coordinate(p.Easting, p.Northing)).ToList();
            if (points.Count < 3)
            {
                continue;
            }

            // A simplified boundary may cross itself; the buffer of nothing is the same area in valid form.
            all = all.SymmetricDifference(Geometries.CreatePolygon([.. points, points[0]]).Buffer(0));
        }

        return [.. Enumerable.Range(0, all.NumGeometries).Select(all.GetGeometryN).OfType<Polygon>().Where(p => !p.IsEmpty)];
    }
}
