using System.Globalization;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>What people call a 250 m square: by the named place nearest to it, or by the part of its area that it lies in. Immutable.</summary>
/// <remarks>
/// Nobody at a table knows a coordinate. Where two squares would have one name, each has its south-west corner beside it.
/// </remarks>
internal sealed class SquareNames
{
    // Ten minutes on foot: farther away a place says little about where.
    private const double FarthestM = 800;

    // Nearer to the middle of its area than this a square is in no part of it.
    private const double MiddleM = 500;

    private static readonly string[] Parts =
        ["norra", "nordöstra", "östra", "sydöstra", "södra", "sydvästra", "västra", "nordvästra"];

    private readonly Dictionary<long, string> names;

    /// <param name="areas">The geography.</param>
    /// <param name="squares">The number of each square, once, and the code of the area that its reports are counted in.</param>
    public SquareNames(AreaBook areas, IEnumerable<(long Square, string Area)> squares)
    {
        names = squares.GroupBy(s => Name(areas, s.Square, s.Area)).SelectMany(same => same.Count() == 1
                ? same.Select(s => (s.Square, Name: same.Key))
                : same.Select(s => (s.Square, Name: $"{same.Key} ({Corner(s.Square)})")))
            .ToDictionary(s => s.Square, s => s.Name);
    }

    /// <summary>The name of one of the squares.</summary>
    public string Of(long square) => names[square];

    private static string Name(AreaBook areas, long square, string area)
    {
        var (northing, easting) = GridCell.FromKey(square).Centre;
        var nearest = areas.Children(area).Where(place => place is { IsClosed: false, Shape: not null })
            .Select(place => (place.DisplayName, Distance: Distance(place.Shape!.Centroid.Y, place.Shape.Centroid.X)))
            .OrderBy(place => place.Distance).ThenBy(place => place.DisplayName, StringComparer.Ordinal).FirstOrDefault();
        if (nearest.DisplayName is not null && nearest.Distance <= FarthestM)
        {
            return $"Ruta vid {nearest.DisplayName}";
        }

        if (!areas.TryGet(area, out var known))
        {
            return $"Ruta {Corner(square)}";
        }

        if (known.Shape is not { } shape || Distance(shape.Centroid.Y, shape.Centroid.X) < MiddleM)
        {
            return $"Ruta i {known.DisplayName}";
        }

        // Clockwise from the north, an eighth each.
        var bearing = Math.Atan2(easting - shape.Centroid.X, northing - shape.Centroid.Y);
        var part = ((int)Math.Round(bearing / (Math.PI / 4), MidpointRounding.AwayFromZero) + Parts.Length) % Parts.Length;
        return $"Ruta i {Parts[part]} {known.DisplayName}";

        double Distance(double y, double x) => Math.Sqrt(((y - northing) * (y - northing)) + ((x - easting) * (x - easting)));
    }

    private static string Corner(long square)
    {
        var corner = GridCell.FromKey(square).Corner;
        return string.Create(CultureInfo.InvariantCulture, $"N {corner.Northing:0} E {corner.Easting:0}");
    }
}
