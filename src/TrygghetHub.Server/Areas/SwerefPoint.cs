namespace TrygghetHub.Server.Areas;

/// <summary>A position in SWEREF 99 TM. Immutable.</summary>
/// <param name="Northing">Metres north of the equator.</param>
/// <param name="Easting">Metres east, 500,000 at 15° E.</param>
internal readonly record struct SwerefPoint(double Northing, double Easting)
{
    /// <summary>The same in whole metres, as areas are kept.</summary>
    public SwerefPoint Rounded => new(Math.Round(Northing), Math.Round(Easting));
}
