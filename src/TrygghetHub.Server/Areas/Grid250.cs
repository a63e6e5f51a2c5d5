namespace TrygghetHub.Server.Areas;

/// <summary>
/// The grid of 250 m squares over SWEREF 99 TM, its lines at whole multiples of 250 m. Pure and thread-safe.
/// </summary>
internal static class Grid250
{
    /// <summary>Side of a cell in metres.</summary>
    public const int SideM = 250;

    /// <summary>From a cell's centre to its corners, in whole metres: what a cell says of a position in it.</summary>
    public const int AccuracyM = 177;

    /// <summary>The cell of a position; one on a line belongs to the cell north and east of it.</summary>
    public static GridCell CellOf(SwerefPoint point) =>
        new((int)Math.Floor(point.Easting / SideM), (int)Math.Floor(point.Northing / SideM));

    /// <summary>The cell of a position in degrees, WGS 84.</summary>
    public static GridCell CellOf(double latitude, double longitude) => CellOf(Sweref99Tm.FromWgs84(latitude, longitude));
}
