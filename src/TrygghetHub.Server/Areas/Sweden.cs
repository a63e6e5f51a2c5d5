namespace TrygghetHub.Server.Areas;

/// <summary>The outer bounds of what the hub takes positions in.</summary>
internal static class Sweden
{
    /// <summary>
    /// Whether a position could be in Sweden: 55.0 to 69.1° N and 10.5 to 24.2° E, bounds included.
    /// </summary>
    /// <remarks>
    /// A box on purpose. It catches what really goes wrong (latitude and longitude exchanged, zeros,
    /// metres sent as degrees); a border drawn exactly would also refuse true positions in a harbour or
    /// at the border, and the area that the sender names is what decides where a report counts. The box
    /// holds parts of Denmark, Norway and Finland.
    /// </remarks>
    /// <param name="latitude">Degrees north, WGS 84.</param>
    /// <param name="longitude">Degrees east, WGS 84.</param>
    /// <returns>False for anything that is not a number, too.</returns>
    public static bool Contains(double latitude, double longitude) =>
        latitude is >= 55.0 and <= 69.1 && longitude is >= 10.5 and <= 24.2;
}
