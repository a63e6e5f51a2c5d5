namespace TrygghetHub.Server.Areas;

/// <summary>
/// The coordinate reference systems that a file may be written in, by any of the names that map systems give them. Pure.
/// </summary>
/// <remarks>
/// <code>
/// urn    urn:ogc:def:crs:EPSG::3006, urn:ogc:def:crs:EPSG:9.8.1:3006, urn:ogc:def:crs:OGC:1.3:CRS84
/// short  EPSG:3006, epsg:4326, EPSG:3006+5613, 3006
/// link   http://www.opengis.net/def/crs/EPSG/0/3006, https://spatialreference.org/ref/epsg/3006/proj4/
/// name   SWEREF99 TM, WGS 84
/// </code>
/// Of a compound system (horizontal and height) the horizontal one counts.
/// </remarks>
internal static class CoordinateSystem
{
    // With and without a height of RH 2000.
    private static readonly string[] SwerefCodes = ["3006", "5845"];

    // WGS 84, ETRS89 and SWEREF 99 in degrees, with and without a height: the same to within a metre.
    private static readonly string[] DegreeCodes = ["4326", "4979", "4258", "4937", "4619", "4977"];

    private static readonly string[] SwerefNames = ["sweref99tm"];
    private static readonly string[] DegreeNames = ["wgs84", "sweref99", "etrs89", "crs84", "crs84h"];

    /// <summary>What a name means.</summary>
    /// <returns>True for metres of SWEREF 99 TM, false for degrees, null for a system that the hub does not know.</returns>
    public static bool? IsSweref(string name)
    {
        var parts = Parts(Horizontal(name));
        if (parts.Exists(part => part.StartsWith("crs84", StringComparison.Ordinal)))
        {
            return false;
        }

        // The last number: a version of the register may stand before it.
        if (parts.FindLast(part => part.All(char.IsAsciiDigit)) is { } code
            && (parts.Contains("epsg") || parts.Count == 1))
        {
            return Among(code, SwerefCodes, DegreeCodes);
        }

        return Among(string.Concat(parts), SwerefNames, DegreeNames);
    }

    /// <summary>Whether the system's register puts the northing before the easting, as some exports then do as well.</summary>
    public static bool MayBeNorthingFirst(string name) => !Parts(name).Exists(part => part.StartsWith("crs84", StringComparison.Ordinal));

    private static bool? Among(string name, string[] metres, string[] degrees) =>
        metres.Contains(name) ? true : degrees.Contains(name) ? false : null;

    // "urn:ogc:def:crs,crs:EPSG::3006,crs:EPSG::5613", "EPSG:3006+5613", "…?1=…/EPSG/0/3006&2=…/EPSG/0/5613".
    private static string Horizontal(string name)
    {
        var start = Math.Max(0, name.IndexOf("epsg", StringComparison.OrdinalIgnoreCase));
        var end = name.AsSpan(start).IndexOfAny(",+&");
        return end < 0 ? name : name[..(start + end)];
    }

    private static List<string> Parts(string name)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i == name.Length || !char.IsAsciiLetterOrDigit(name[i]))
            {
                if (i > start)
                {
                    parts.Add(name[start..i].ToLowerInvariant());
                }

                start = i + 1;
            }
        }

        return parts;
    }
}
