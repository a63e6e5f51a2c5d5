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
        IsNear(latitude, longitude, 0.0);

    /// <summary>Whether a position could be in Sweden, or no further outside than that.</summary>
    /// <param name="latitude">Degrees north, WGS 84.</param>
    /// <param name="longitude">Degrees east, WGS 84.</param>
    /// <param name="degrees">How far outside the bounds, in degrees.</param>
    public static bool IsNear(double latitude, double longitude, double degrees) =>
        latitude >= 55.0 - degrees && latitude <= 69.1 + degrees
        && longitude >= 10.5 - degrees && longitude <= 24.2 + degrees;
}
