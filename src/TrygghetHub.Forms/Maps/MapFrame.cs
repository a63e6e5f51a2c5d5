using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Where metres of SWEREF 99 TM lie on the map's paper. Immutable.</summary>
internal sealed class MapFrame
{
    /// <summary>Width in units of the view box: on a phone one is about a pixel.</summary>
    public const double Width = 360;

    private const double Margin = 12;
    private const double Tallest = 400;

    // A municipality of one square still has a map.
    private const double SmallestSideM = 1000;

    private readonly double west;
    private readonly double north;

    private MapFrame(double west, double north, double widthM, double heightM)
    {
        UnitsPerM = Math.Min((Width - (2 * Margin)) / widthM, (Tallest - (2 * Margin)) / heightM);
        Height = (heightM * UnitsPerM) + (2 * Margin);

        // A narrow municipality stands in the middle.
        this.west = west - (((Width - (2 * Margin)) / UnitsPerM) - widthM) / 2;
        this.north = north;
    }

    /// <summary>Height in the same units.</summary>
    public double Height { get; }

    /// <summary>The scale.</summary>
    public double UnitsPerM { get; }

    /// <summary>A frame around the areas and squares; null where the hub has boundaries of none.</summary>
    public static MapFrame? Around(SituationalPicture picture)
    {
        var points = picture.Areas.Where(a => a.Outline is not null).SelectMany(a => a.Outline.Rings).SelectMany(Points).ToList();
        if (points.Count == 0)
        {
            return null;
        }

        foreach (var square in picture.Squares)
        {
            points.Add((square.NorthingM, square.EastingM));
            points.Add((square.NorthingM + Squares.SideM, square.EastingM + Squares.SideM));
        }

        var (west, east) = (points.Min(p => p.Easting), points.Max(p => p.Easting));
        var (south, north) = (points.Min(p => p.Northing), points.Max(p => p.Northing));
        return new MapFrame(west, north, Math.Max(east - west, SmallestSideM), Math.Max(north - south, SmallestSideM));
    }

    /// <summary>The points of a ring, in metres; the first is not repeated.</summary>
    public static IEnumerable<(int Northing, int Easting)> Points(Ring ring)
    {
        var (northing, easting) = (0, 0);
        foreach (var (north, east) in ring.NorthingStepsM.Zip(ring.EastingStepsM))
        {
            northing += north;
            easting += east;
            yield return (northing, easting);
        }
    }

    /// <summary>Units from the left.</summary>
    public double X(double easting) => Margin + ((easting - west) * UnitsPerM);

    /// <summary>Units from the top.</summary>
    public double Y(double northing) => Margin + ((north - northing) * UnitsPerM);
}
