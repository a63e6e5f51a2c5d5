using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Where a row happened, as precisely as its sender wants it told. Pure.</summary>
internal static class RowPlace
{
    private const int CountyDigits = 2;
    private const int MunicipalityDigits = 4;

    // A metre; the hub's own centres have as many.
    private const int Decimals = 5;

    /// <summary>Makes the place, never more precise than what is known and never than what is wanted.</summary>
    /// <param name="area">Code of the finest area that is known.</param>
    /// <param name="wanted">Unspecified means as precise as the area.</param>
    /// <param name="position">Null where none is known; it goes along for point, street and grid alone.</param>
    /// <param name="field">What to call the position in a fault.</param>
    /// <param name="place">The place, where there is no fault.</param>
    /// <remarks>
    /// Coarser than the area means that the area is told coarser too: <c>0139-bro</c> by municipality is <c>0139</c>. A grid
    /// position is the centre of its cell, as the hub shows it: the cells are the hub's, so that those of all senders agree.
    /// </remarks>
    public static RowFault? Of(string area, Precision wanted, Position? position, string field, out Place place)
    {
        area = Repaired(area);
        // Where a system has no position it may write 0 and 0, which is a place in the sea off Africa.
        position = position is { Latitude: 0, Longitude: 0 } ? null : position;
        place = new Place { Area = area, Precision = OfArea(area) };
        if (position is not null && !(position.Latitude is >= 55.0 and <= 69.1 && position.Longitude is >= 10.5 and <= 24.2))
        {
            return new(
                field, "The coordinates lie outside Sweden.",
                "Write WGS 84 degrees, latitude 55.0–69.1 and longitude 10.5–24.2; are they exchanged, or in SWEREF 99 metres?");
        }

        switch (wanted)
        {
            case Precision.Point or Precision.Street or Precision.Grid250M when position is not null:
                place.Precision = wanted;
                place.Position = wanted == Precision.Grid250M ? CentreOfCell(position) : position;
                break;
            case Precision.Municipality when area.Length > MunicipalityDigits:
                place.Area = area[..MunicipalityDigits];
                place.Precision = Precision.Municipality;
                break;
            case Precision.County when area.Length > CountyDigits:
                place.Area = area[..CountyDigits];
                place.Precision = Precision.County;
                break;
            default:
                break;
        }

        return null;
    }

    /// <summary>The code as it was before a program took it for a number: <c>139</c> and <c>139.0</c> are <c>0139</c>.</summary>
    /// <remarks>Counties have two digits and municipalities four, so that one or three digits tell that a zero is missing.</remarks>
    private static string Repaired(string area)
    {
        var digits = area.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : area.Length;
        if (digits < area.Length - 1 && area[digits] is '.' or ',' && area.AsSpan(digits + 1).IndexOfAnyExcept('0') < 0)
        {
            area = area[..digits];
        }

        return digits is CountyDigits - 1 or MunicipalityDigits - 1 && (digits == area.Length || area[digits] == '-') ? "0" + area : area;
    }

    private static Position CentreOfCell(Position position)
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(Grid250.CellOf(position.Latitude, position.Longitude).Centre);
        return new() { Latitude = Math.Round(latitude, Decimals), Longitude = Math.Round(longitude, Decimals) };
    }

    private static Precision OfArea(string area) => area.Length switch
    {
        <= CountyDigits => Precision.County,
        <= MunicipalityDigits => Precision.Municipality,
        _ => Precision.District,
    };
}
