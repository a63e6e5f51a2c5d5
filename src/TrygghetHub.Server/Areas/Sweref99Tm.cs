namespace TrygghetHub.Server.Areas;

/// <summary>
/// SWEREF 99 TM (EPSG:3006), in which areas are kept and distances measured, and the way to it from the WGS 84 that
/// everybody sends.
/// </summary>
/// <remarks>
/// Gauss–Krüger on GRS 80 with the central meridian 15° E, scale 0.9996 and false easting 500,000 m; the series are those
/// of Lantmäteriet, "Gauss Conformal Projection (Transverse Mercator), Krüger's formulas", exact to less than a millimetre
/// within Sweden. SWEREF 99 and WGS 84 are taken as one: they differ by less than a metre. Pure and thread-safe; nothing
/// is allocated.
/// </remarks>
internal static class Sweref99Tm
{
    private const double CentralMeridian = 15.0 * Math.PI / 180.0;
    private const double FalseEasting = 500_000.0;

    private const double SemiMajorAxis = 6_378_137.0;
    private const double Flattening = 1.0 / 298.257222101;
    private const double E2 = Flattening * (2.0 - Flattening);
    private const double E4 = E2 * E2;
    private const double E6 = E4 * E2;
    private const double E8 = E4 * E4;
    private const double N1 = Flattening / (2.0 - Flattening);
    private const double N2 = N1 * N1;
    private const double N3 = N2 * N1;
    private const double N4 = N2 * N2;

    // Radius of the meridian's sphere times the scale along the central meridian.
    private const double Scale = 0.9996 * SemiMajorAxis / (1.0 + N1) * (1.0 + (N2 / 4.0) + (N4 / 64.0));

    private const double Beta1 = (N1 / 2.0) - (2.0 * N2 / 3.0) + (5.0 * N3 / 16.0) + (41.0 * N4 / 180.0);
    private const double Beta2 = (13.0 * N2 / 48.0) - (3.0 * N3 / 5.0) + (557.0 * N4 / 1440.0);
    private const double Beta3 = (61.0 * N3 / 240.0) - (103.0 * N4 / 140.0);
    private const double Beta4 = 49561.0 * N4 / 161280.0;

    private const double Delta1 = (N1 / 2.0) - (2.0 * N2 / 3.0) + (37.0 * N3 / 96.0) - (N4 / 360.0);
    private const double Delta2 = (N2 / 48.0) + (N3 / 15.0) - (437.0 * N4 / 1440.0);
    private const double Delta3 = (17.0 * N3 / 480.0) - (37.0 * N4 / 840.0);
    private const double Delta4 = 4397.0 * N4 / 161280.0;

    /// <summary>Degrees to metres.</summary>
    /// <param name="latitude">Degrees north; anywhere in or near Sweden.</param>
    /// <param name="longitude">Degrees east.</param>
    public static SwerefPoint FromWgs84(double latitude, double longitude)
    {
        var phi = latitude * Math.PI / 180.0;
        var (sin, cos) = Math.SinCos(phi);
        var sin2 = sin * sin;

        // 1. Conformal latitude.
        var conformal = phi - (sin * cos * (E2
            + (((5.0 * E4) - E6) / 6.0 * sin2)
            + (((104.0 * E6) - (45.0 * E8)) / 120.0 * sin2 * sin2)
            + (1237.0 * E8 / 1260.0 * sin2 * sin2 * sin2)));

        // 2. Transverse Mercator of the sphere.
        var (sinEast, cosEast) = Math.SinCos((longitude * Math.PI / 180.0) - CentralMeridian);
        var xi = Math.Atan2(Math.Tan(conformal), cosEast);
        var eta = Math.Atanh(Math.Cos(conformal) * sinEast);

        // 3. From the sphere to the ellipsoid.
        return new SwerefPoint(
            Scale * (xi
                + (Beta1 * Math.Sin(2.0 * xi) * Math.Cosh(2.0 * eta))
                + (Beta2 * Math.Sin(4.0 * xi) * Math.Cosh(4.0 * eta))
                + (Beta3 * Math.Sin(6.0 * xi) * Math.Cosh(6.0 * eta))
                + (Beta4 * Math.Sin(8.0 * xi) * Math.Cosh(8.0 * eta))),
            FalseEasting + (Scale * (eta
                + (Beta1 * Math.Cos(2.0 * xi) * Math.Sinh(2.0 * eta))
                + (Beta2 * Math.Cos(4.0 * xi) * Math.Sinh(4.0 * eta))
                + (Beta3 * Math.Cos(6.0 * xi) * Math.Sinh(6.0 * eta))
                + (Beta4 * Math.Cos(8.0 * xi) * Math.Sinh(8.0 * eta)))));
    }

    /// <summary>Metres to degrees: latitude north and longitude east.</summary>
    public static (double Latitude, double Longitude) ToWgs84(SwerefPoint point)
    {
        var xi = point.Northing / Scale;
        var eta = (point.Easting - FalseEasting) / Scale;

        // 1. From the ellipsoid to the sphere.
        var xiSphere = xi
            - (Delta1 * Math.Sin(2.0 * xi) * Math.Cosh(2.0 * eta))
            - (Delta2 * Math.Sin(4.0 * xi) * Math.Cosh(4.0 * eta))
            - (Delta3 * Math.Sin(6.0 * xi) * Math.Cosh(6.0 * eta))
            - (Delta4 * Math.Sin(8.0 * xi) * Math.Cosh(8.0 * eta));
        var etaSphere = eta
            - (Delta1 * Math.Cos(2.0 * xi) * Math.Sinh(2.0 * eta))
            - (Delta2 * Math.Cos(4.0 * xi) * Math.Sinh(4.0 * eta))
            - (Delta3 * Math.Cos(6.0 * xi) * Math.Sinh(6.0 * eta))
            - (Delta4 * Math.Cos(8.0 * xi) * Math.Sinh(8.0 * eta));

        // 2. Conformal latitude, and the longitude.
        var conformal = Math.Asin(Math.Sin(xiSphere) / Math.Cosh(etaSphere));
        var east = Math.Atan2(Math.Sinh(etaSphere), Math.Cos(xiSphere));

        // 3. Geodetic latitude.
        var (sin, cos) = Math.SinCos(conformal);
        var sin2 = sin * sin;
        var phi = conformal + (sin * cos * (E2 + E4 + E6 + E8
            - (((7.0 * E4) + (17.0 * E6) + (30.0 * E8)) / 6.0 * sin2)
            + (((224.0 * E6) + (889.0 * E8)) / 120.0 * sin2 * sin2)
            - (4279.0 * E8 / 1260.0 * sin2 * sin2 * sin2)));
        return (phi * 180.0 / Math.PI, (CentralMeridian + east) * 180.0 / Math.PI);
    }
}
