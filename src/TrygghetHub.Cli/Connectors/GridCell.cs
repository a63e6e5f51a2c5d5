using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Cells of about 250 m, so that a position need not leave its source as finely as it is known there. Pure.</summary>
internal static class GridCell
{
    // 0.00225° of latitude are 250 m; 0.0045° of longitude are 250 m at 60° N, 286 m at 55.3° and 179 m at 69°.
    private const double LatitudeStep = 0.00225;
    private const double LongitudeStep = 0.0045;
    private const int Decimals = 6;

    /// <summary>The middle of the cell that a position lies in; the same for all positions in it.</summary>
    public static Position Middle(Position position) => new()
    {
        Latitude = Middle(position.Latitude, LatitudeStep),
        Longitude = Middle(position.Longitude, LongitudeStep),
    };

    private static double Middle(double degrees, double step) =>
        Math.Round((Math.Floor(degrees / step) + 0.5) * step, Decimals);
}
