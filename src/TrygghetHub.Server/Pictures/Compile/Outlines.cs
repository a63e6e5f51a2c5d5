using System.Runtime.CompilerServices;
using NetTopologySuite.Geometries;
using NetTopologySuite.Simplify;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>Boundaries made simpler for a page. Thread-safe.</summary>
internal static class Outlines
{
    // On a page an area is at most some 400 points wide.
    private const double Steps = 400;

    // A book's shapes are shared by every picture that is made by it.
    private static readonly ConditionalWeakTable<Geometry, Outline> Made = [];

    /// <summary>Null where the hub does not know where the area lies, or knows a point alone.</summary>
    public static Outline? Of(Area area) =>
        area.Shape is IPolygonal ? Made.GetValue(area.Shape, Make).Clone() : null;

    private static Outline Make(Geometry shape)
    {
        var extent = shape.EnvelopeInternal;
        var simple = TopologyPreservingSimplifier.Simplify(shape, Math.Max(extent.Width, extent.Height) / Steps);
        var label = shape.InteriorPoint;
        var outline = new Outline { LabelNorthingM = (int)Math.Round(label.Y), LabelEastingM = (int)Math.Round(label.X) };
        for (var i = 0; i < simple.NumGeometries; i++)
        {
            var polygon = (Polygon)simple.GetGeometryN(i);
            outline.Rings.Add(Ring(polygon.Shell));
            outline.Rings.Add(polygon.Holes.Select(Ring));
        }

        return outline;
    }

    private static Ring Ring(LineString line)
    {
        var ring = new Ring();
        var (northing, easting) = (0, 0);
        foreach (var point in line.Coordinates.SkipLast(1))
        {
            var (y, x) = ((int)Math.Round(point.Y), (int)Math.Round(point.X));
            ring.NorthingStepsM.Add(y - northing);
            ring.EastingStepsM.Add(x - easting);
            (northing, easting) = (y, x);
        }

        return ring;
    }
}
