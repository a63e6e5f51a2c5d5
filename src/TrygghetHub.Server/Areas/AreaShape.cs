using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.IO;
using NetTopologySuite.Noding;
using NetTopologySuite.Operation.Valid;
using NetTopologySuite.Precision;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Makes of a shape as somebody drew it one that is kept: in whole metres of SWEREF 99 TM, within Sweden, valid (no edge
/// crosses another, holes lie inside), and normalised, so that like shapes are equal. Pure and thread-safe.
/// </summary>
internal static class AreaShape
{
    // Boundaries at sea go beyond the box that positions lie in: twelve nautical miles are a fifth of a degree of latitude,
    // and half a degree of longitude in the north.
    private const double BorderDegrees = 0.6;

    // What crosses itself that often is no slip of the mouse, and mending it takes time and memory by their square.
    private const int MostCrossings = 1_000;

    private const double SmallestM2 = 1.0;

    private static readonly PrecisionModel WholeMetres = new(1.0);
    private static readonly GeometryFactory Factory = new(WholeMetres, 3006);

    /// <summary>The shape to keep.</summary>
    /// <param name="feature">As read; its shape may be changed.</param>
    /// <param name="isSweref">Its coordinates are metres already.</param>
    /// <param name="wasRepaired">It had to be mended.</param>
    /// <exception cref="Platform.Errors.HubException">AREAS_INVALID: there is none, it lies outside Sweden, or it cannot be mended.</exception>
    public static Geometry Of(MapFeature feature, bool isSweref, out bool wasRepaired)
    {
        var shape = feature.Shape;
        wasRepaired = feature.WasUnclosed;
        if (shape is null || shape.IsEmpty)
        {
            throw AreaFlaw.Of(feature.Number, "It has no geometry.", "Draw where it lies, or remove it.");
        }

        // 1. To metres.
        var places = new ToSweref(isSweref);
        shape.Apply(places);
        shape.GeometryChanged();
        if (!places.IsWithinSweden)
        {
            throw AreaFlaw.Of(
                feature.Number, "It lies outside Sweden.",
                "Send WGS 84 degrees, longitude before latitude, or SWEREF 99 TM metres, easting before northing.");
        }

        if (shape is Point point)
        {
            return Factory.CreatePoint(new Coordinate(Math.Round(point.X), Math.Round(point.Y)));
        }

        // 2. Valid as drawn, or mended.
        if (!IsValid(shape))
        {
            shape = Mended(shape, feature.Number);
            wasRepaired = true;
        }

        // 3. Whole metres; where rounding makes edges meet, the polygon is made anew of what it covers.
        var rounded = Rounded(shape);
        if (!IsValid(rounded))
        {
            rounded = GeometryPrecisionReducer.Reduce(shape, WholeMetres);
        }

        if (Polygons(rounded) is not { } kept)
        {
            throw AreaFlaw.Of(feature.Number, "It covers less than a square metre.", "Draw it again, or remove it.");
        }

        kept.Normalize();
        return kept;
    }

    /// <summary>The bytes that the journal keeps: well-known binary, little endian.</summary>
    public static byte[] ToBytes(Geometry shape) => new WKBWriter().Write(shape);

    /// <summary>The shape of <see cref="ToBytes"/>.</summary>
    public static Geometry FromBytes(byte[] bytes) => Factory.CreateGeometry(new WKBReader().Read(bytes));

    private static bool IsValid(Geometry shape) => new IsValidOp(shape).IsValid;

    private static Geometry Mended(Geometry shape, int number)
    {
        var crossings = new Crossings();
        new MCIndexNoder(crossings).ComputeNodes(SegmentStringUtil.ExtractNodedSegmentStrings(shape));
        if (crossings.IsDone)
        {
            throw AreaFlaw.Of(
                number, $"It is not valid, and its edges cross more than {MostCrossings} times.", "Draw it again.");
        }

        return Polygons(GeometryFixer.Fix(shape))
            ?? throw AreaFlaw.Of(number, "It is not valid, and nothing is left of it when it is mended.", "Draw it again.");
    }

    private static Geometry Rounded(Geometry shape)
    {
        var rounded = shape.Copy();
        rounded.Apply(new ToWholeMetres());
        rounded.GeometryChanged();
        return rounded;
    }

    // Lines and points that mending leaves over are no area.
    private static Geometry? Polygons(Geometry shape)
    {
        var polygons = PolygonExtracter.GetPolygons(shape).Cast<Polygon>().Where(p => p.Area >= SmallestM2).ToArray();
        return polygons.Length switch
        {
            0 => null,
            1 => Factory.CreateGeometry(polygons[0]),
            _ => Factory.CreateMultiPolygon([.. polygons.Select(p => (Polygon)Factory.CreateGeometry(p))]),
        };
    }

    private sealed class ToSweref(bool isSweref) : ICoordinateSequenceFilter
    {
        public bool IsWithinSweden { get; private set; } = true;

        public bool Done => !IsWithinSweden;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i)
        {
            var (x, y) = (sequence.GetX(i), sequence.GetY(i));
            var (latitude, longitude) = isSweref ? Degrees(x, y) : (y, x);
            if (!Sweden.IsNear(latitude, longitude, BorderDegrees))
            {
                IsWithinSweden = false;
            }
            else if (!isSweref)
            {
                var point = Sweref99Tm.FromWgs84(latitude, longitude);
                sequence.SetX(i, point.Easting);
                sequence.SetY(i, point.Northing);
            }
        }

        // Far away from Sweden the series mean nothing.
        private static (double Latitude, double Longitude) Degrees(double easting, double northing) =>
            easting is > 0 and < 1_300_000 && northing is > 5_900_000 and < 7_900_000
                ? Sweref99Tm.ToWgs84(new SwerefPoint(northing, easting))
                : (0, 0);
    }

    private sealed class ToWholeMetres : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i)
        {
            sequence.SetX(i, Math.Round(sequence.GetX(i)));
            sequence.SetY(i, Math.Round(sequence.GetY(i)));
        }
    }

    /// <summary>Counts where edges meet other than at their ends, and stops when there are too many.</summary>
    private sealed class Crossings : ISegmentIntersector
    {
        private readonly NetTopologySuite.Algorithm.RobustLineIntersector meeting = new();
        private int count;

        public bool IsDone => count > MostCrossings;

        public void ProcessIntersections(ISegmentString one, int i, ISegmentString other, int j)
        {
            if (ReferenceEquals(one, other) && i == j)
            {
                return;
            }

            meeting.ComputeIntersection(
                one.Coordinates[i], one.Coordinates[i + 1], other.Coordinates[j], other.Coordinates[j + 1]);
            count += meeting.HasIntersection && meeting.IsInteriorIntersection() ? 1 : 0;
        }
    }
}
