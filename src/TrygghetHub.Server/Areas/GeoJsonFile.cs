using System.Globalization;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Reads a GeoJSON feature collection (RFC 7946; with the <c>crs</c> member of the 2008 form, which Swedish tools write,
/// on the collection, a feature or a geometry).
/// </summary>
/// <remarks>
/// Forward over the bytes, and bounded before anything is kept: so many features, so many positions. What
/// is no feature, no ring or no number is refused with the feature's number. Thread-safe.
/// </remarks>
internal sealed class GeoJsonFile
{
    /// <summary>Bytes of a file at most.</summary>
    public const int LargestFile = 16 * 1024 * 1024;

    /// <summary>Features of a file at most.</summary>
    public const int MostFeatures = 10_000;

    /// <summary>Positions of a file at most, its rings and polygons counted with them.</summary>
    public const int MostPositions = 1_000_000;

    /// <summary>Positions of a feature at most, likewise.</summary>
    public const int MostPositionsOfAFeature = 100_000;

    private const int MostProperties = 200;
    private const int LongestProperty = 200;

    private static readonly GeometryFactory Geometries = new(new PrecisionModel(), 3006);

    private readonly List<MapFeature> features = [];
    private int positions;
    private int positionsOfFeature;
    private bool isUnclosed;
    private bool isEsri;
    private bool isTopology;
    private bool? isSweref;
    private bool mayBeNorthingFirst;

    private GeoJsonFile()
    {
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<MapFeature> Features => features;

    /// <summary>The coordinates are metres of SWEREF 99 TM; otherwise they are degrees of WGS 84.</summary>
    public bool IsSweref { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="HubException">AREAS_INVALID.</exception>
    public static GeoJsonFile Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LargestFile)
        {
            throw AreaFlaw.OfFile("A file has at most 16 MiB.", "Simplify the boundaries, or import in several files.");
        }

        var file = new GeoJsonFile();
        var bytes = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        try
        {
            var reader = new Utf8JsonReader(WithoutNaN(bytes));
            reader.Read();
            file.ReadCollection(ref reader);

            // Nothing follows it.
            reader.Read();
        }
        catch (JsonException e)
        {
            throw AreaFlaw.OfFile(
                $"The file is no JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.",
                "Export it again as GeoJSON in UTF-8.");
        }
        catch (InvalidOperationException)
        {
            // A text whose bytes or escapes are none.
            throw AreaFlaw.OfFile("A text in the file is not UTF-8.", "Export it again as GeoJSON in UTF-8.");
        }

        file.DecideCoordinates();
        return file;
    }

    private void ReadCollection(ref Utf8JsonReader reader)
    {
        string? type = null;
        var hasFeatures = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw NoCollection();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("crs"u8))
            {
                NoteCrs(ref reader);
            }
            else if (reader.ValueTextEquals("features"u8))
            {
                reader.Read();
                hasFeatures = true;
                ReadFeatures(ref reader);
            }
            else
            {
                isEsri |= reader.ValueTextEquals("spatialReference"u8) || reader.ValueTextEquals("geometryType"u8);
                isTopology |= reader.ValueTextEquals("arcs"u8);
                reader.Read();
                reader.Skip();
            }
        }

        if (isTopology || type == "Topology")
        {
            throw AreaFlaw.OfFile(
                "The file is TopoJSON, which shares its boundaries between the areas.",
                "Export it as GeoJSON (RFC 7946), in mapshaper with -o format=geojson.");
        }

        if (type != "FeatureCollection" || !hasFeatures)
        {
            throw isEsri ? Esri() : NoCollection();
        }
    }

    private static HubException NoCollection() => AreaFlaw.OfFile(
        "The file is no FeatureCollection with a list of features.", "Export it as GeoJSON (RFC 7946).");

    private static HubException Esri() => AreaFlaw.OfFile(
        "The file is Esri JSON (attributes and rings) and no GeoJSON.",
        "Ask the map service for GeoJSON (f=geojson), or export it as GeoJSON (RFC 7946).");

    private void ReadFeatures(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw NoCollection();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (features.Count == MostFeatures)
            {
                throw AreaFlaw.OfFile($"A file has at most {MostFeatures} features.", "Import in several files.");
            }

            features.Add(ReadFeature(ref reader, features.Count + 1));
        }
    }

    private MapFeature ReadFeature(ref Utf8JsonReader reader, int number)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw AreaFlaw.Of(number, "It is no object.", "Export the file as GeoJSON (RFC 7946).");
        }

        string? type = null;
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        Geometry? shape = null;
        (positionsOfFeature, isUnclosed) = (0, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("properties"u8))
            {
                reader.Read();
                ReadProperties(ref reader, number, properties);
            }
            else if (reader.ValueTextEquals("geometry"u8))
            {
                reader.Read();
                shape = ReadGeometry(ref reader, number);
            }
            else if (reader.ValueTextEquals("crs"u8))
            {
                NoteCrs(ref reader);
            }
            else if (reader.ValueTextEquals("attributes"u8))
            {
                throw Esri();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return type == "Feature"
            ? new MapFeature(number, properties, shape, isUnclosed)
            : throw AreaFlaw.Of(number, "Its type is not Feature.", "Export the file as GeoJSON (RFC 7946).");
    }

    private static void ReadProperties(ref Utf8JsonReader reader, int number, Dictionary<string, string> properties)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw AreaFlaw.Of(number, "Its properties are no object.", "Export the file as GeoJSON (RFC 7946).");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                // 12.0 and 1.2E1 are the number 12, however a table's column writes it.
                JsonTokenType.Number when reader.TryGetDecimal(out var exact) =>
                    exact.ToString("0.############################", CultureInfo.InvariantCulture),
                JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                _ => null,
            };
            reader.Skip();

            // Longer values are nobody's code or name, and are not kept.
            if (value is { Length: <= LongestProperty } && name.Length <= LongestProperty && properties.Count < MostProperties)
            {
                properties[AreaName.Folded(name).Replace(" ", "", StringComparison.Ordinal)] = value.Trim();
            }
        }
    }

    private Geometry? ReadGeometry(ref Utf8JsonReader reader, int number, bool inCollection = false)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw AreaFlaw.Of(number, "Its geometry is no object.", "Export the file as GeoJSON (RFC 7946).");
        }

        // The coordinates can be read once the type is known, and may stand before it: the reader goes back for them.
        string? type = null;
        Utf8JsonReader coordinates = default;
        var (hasCoordinates, hasGeometries) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("crs"u8))
            {
                NoteCrs(ref reader);
            }
            else if (reader.ValueTextEquals("rings"u8) || reader.ValueTextEquals("paths"u8))
            {
                throw Esri();
            }
            else
            {
                var isCoordinates = reader.ValueTextEquals("coordinates"u8);
                var isGeometries = reader.ValueTextEquals("geometries"u8);
                reader.Read();
                if (isCoordinates || isGeometries)
                {
                    coordinates = reader;
                    hasCoordinates |= isCoordinates;
                    hasGeometries |= isGeometries;
                }

                reader.Skip();
            }
        }

        if (type == "GeometryCollection" && hasGeometries)
        {
            return ReadCollected(ref coordinates, number);
        }

        if (!hasCoordinates)
        {
            throw AreaFlaw.Of(number, "Its geometry has no coordinates.", "Send a polygon, several polygons, or for a place a point.");
        }

        return type switch
        {
            "Point" => Geometries.CreatePoint(ReadPosition(ref coordinates, number)),
            "Polygon" => ReadPolygon(ref coordinates, number),
            "MultiPolygon" => Geometries.CreateMultiPolygon(
                [.. ReadList(ref coordinates, number, (ref Utf8JsonReader each) => ReadPolygon(ref each, number))]),

            // What bounds nothing; in a collection it may stand beside what does.
            "LineString" or "MultiLineString" or "MultiPoint" when inCollection => null,
            _ => throw AreaFlaw.Of(
                number, "Its geometry is of another type than Point, Polygon, MultiPolygon and GeometryCollection.",
                "Send a polygon, several polygons, or for a place a point."),
        };
    }

    // The polygons of it, and its only point where there is none: lines and labels bound nothing.
    private Geometry ReadCollected(ref Utf8JsonReader reader, int number)
    {
        var parts = ReadList(
            ref reader, number, (ref Utf8JsonReader each) => ReadGeometry(ref each, number, inCollection: true));
        Polygon[] polygons = [.. parts.OfType<Geometry>().SelectMany(part => PolygonExtracter.GetPolygons(part).Cast<Polygon>())];
        return polygons.Length > 0 ? Geometries.CreateMultiPolygon(polygons)
            : parts.OfType<Point>().ToArray() is [var only] ? only
            : throw AreaFlaw.Of(
                number, "Its collection of geometries holds no polygon.", "Send a polygon, several polygons, or for a place a point.");
    }

    private Polygon ReadPolygon(ref Utf8JsonReader reader, int number)
    {
        var rings = ReadList(ref reader, number, (ref Utf8JsonReader each) => ReadRing(ref each, number));

        // Holes in nothing are nothing.
        return rings.Count == 0 || rings[0].IsEmpty
            ? Geometries.CreatePolygon()
            : Geometries.CreatePolygon(rings[0], [.. rings.Skip(1)]);
    }

    private LinearRing ReadRing(ref Utf8JsonReader reader, int number)
    {
        var ring = ReadList(ref reader, number, (ref Utf8JsonReader each) => ReadPosition(ref each, number));
        if (ring.Count > 0 && !ring[0].Equals2D(ring[^1]))
        {
            isUnclosed = true;
            ring.Add(ring[0].Copy());
        }

        return ring.Count is 0 or >= 4
            ? Geometries.CreateLinearRing([.. ring])
            : throw AreaFlaw.Of(number, "A ring of it has fewer than three corners.", "Draw the area again, or remove the ring.");
    }

    private Coordinate ReadPosition(ref Utf8JsonReader reader, int number)
    {
        Span<double> values = stackalloc double[2];
        var count = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw NoPosition(number);
        }

        while (reader.Read()
            && (reader.TokenType == JsonTokenType.Number || (count >= 2 && reader.TokenType == JsonTokenType.Null)))
        {
            if (count < 2)
            {
                values[count] = reader.GetDouble();
            }

            // What follows the second is a height and a measure, which the hub has no use for, and which may be unknown.
            count++;
        }

        return reader.TokenType == JsonTokenType.EndArray && count is >= 2 and <= 4
            && double.IsFinite(values[0]) && double.IsFinite(values[1])
            ? new Coordinate(values[0], values[1])
            : throw NoPosition(number);
    }

    private static HubException NoPosition(int number) => AreaFlaw.Of(
        number, "A position of it is no pair of numbers, or the coordinates nest otherwise than its type says.",
        "Export the file as GeoJSON (RFC 7946).");

    private List<T> ReadList<T>(ref Utf8JsonReader reader, int number, ItemReader<T> read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw NoPosition(number);
        }

        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Rings and polygons count as well: empty ones take memory too.
            if (++positions > MostPositions || ++positionsOfFeature > MostPositionsOfAFeature)
            {
                throw AreaFlaw.Of(
                    number, $"A feature has at most {MostPositionsOfAFeature} positions, and a file {MostPositions}.",
                    "Simplify the boundaries: a metre is fine enough.");
            }

            items.Add(read(ref reader));
        }

        return items;
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    // A file has one system: several would leave open which coordinates are of which.
    private void NoteCrs(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (ReadCrs(ref reader) is not { } name)
        {
            return;
        }

        var found = CoordinateSystem.IsSweref(name) ?? throw AreaFlaw.OfFile(
            "The file's coordinates are of a system that the hub does not know.",
            "Export it in WGS 84 (EPSG:4326) or SWEREF 99 TM (EPSG:3006).");
        if (isSweref is { } before && before != found)
        {
            throw AreaFlaw.OfFile("The file names two coordinate systems.", "Export all of it in one of them.");
        }

        isSweref = found;
        mayBeNorthingFirst = CoordinateSystem.MayBeNorthingFirst(name);
    }

    // {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}, the same as a link ("href") or with a number
    // ("code"), or the name alone; anything else leaves an empty name.
    private static string? ReadCrs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var name = "";
        var depth = reader.CurrentDepth;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                if (reader.TokenType == JsonTokenType.PropertyName
                    && (reader.ValueTextEquals("name"u8) || reader.ValueTextEquals("href"u8) || reader.ValueTextEquals("code"u8)))
                {
                    reader.Read();
                    name = TextOrNumber(ref reader) ?? name;
                }
            }
        }
        else
        {
            name = TextOrNumber(ref reader) ?? name;
            reader.Skip();
        }

        return name;
    }

    private static string? TextOrNumber(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
        _ => null,
    };

    private void DecideCoordinates()
    {
        // Nothing in degrees is greater than 180, and nothing in metres lies that near to the equator.
        IsSweref = isSweref ?? features.Exists(f => f.Shape is { IsEmpty: false } shape
            && (Math.Abs(shape.EnvelopeInternal.MaxX) > 180 || Math.Abs(shape.EnvelopeInternal.MaxY) > 180));

        // The registers of the systems put the northing first, and some exports take them at their word. In Sweden the two
        // are never confused: no northing is as small as an easting, and no latitude as small as a longitude.
        if (mayBeNorthingFirst && features.Find(f => f.Shape is { IsEmpty: false })?.Shape!.Coordinate is { } first
            && (IsSweref ? first.X > first.Y && first.Y > 0 : Sweden.Contains(first.X, first.Y)))
        {
            features.ForEach(feature => feature.Shape?.Apply(new Exchange()));
            features.ForEach(feature => feature.Shape?.GeometryChanged());
        }
    }

    // Tables write an unknown height as NaN, which is no JSON. In an array after a number it can be nothing else; a second
    // ordinate is 0 then, which lies outside Sweden.
    private static ReadOnlySpan<byte> WithoutNaN(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("NaN"u8) < 0)
        {
            return json;
        }

        var copy = json.ToArray();
        var isText = false;
        byte before = 0;
        byte beforeComma = 0;
        for (var i = 0; i < copy.Length; i++)
        {
            var c = copy[i];
            if (isText)
            {
                i += c == '\\' ? 1 : 0;
                isText = c != '"';
            }
            else if (c == 'N' && before == ',' && char.IsAsciiDigit((char)beforeComma) && copy.AsSpan(i).StartsWith("NaN"u8))
            {
                "  0"u8.CopyTo(copy.AsSpan(i));
                i += 2;
                before = (byte)'0';
                continue;
            }
            else
            {
                isText = c == '"';
            }

            if (!char.IsWhiteSpace((char)c))
            {
                beforeComma = c == ',' ? before : beforeComma;
                before = c;
            }
        }

        return copy;
    }

    private sealed class Exchange : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i)
        {
            var (x, y) = (sequence.GetX(i), sequence.GetY(i));
            sequence.SetX(i, y);
            sequence.SetY(i, x);
        }
    }

    private delegate T ItemReader<T>(ref Utf8JsonReader reader);
}
