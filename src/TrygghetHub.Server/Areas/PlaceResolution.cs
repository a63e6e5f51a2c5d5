using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Resolves the place of a report to the areas that held it on the day of its event, by one book. Pure and thread-safe.
/// <code>
/// 1  code       of an area in use that day
/// 2  name       of one district or place inside it; several are told, not guessed among
/// 3  position   not far outside the municipality; the district and place that it lies in, as far as they are not named
/// </code>
/// </summary>
internal static class PlaceResolution
{
    private const int MostCandidates = 20;
    private const int LongestName = 100;
    private const string Named = "report.place.named";

    /// <summary>Resolves.</summary>
    /// <param name="place">As sent; its position, if any, lies in Sweden.</param>
    /// <param name="book">Whose areas.</param>
    /// <param name="on">The day of the event in Sweden: <see cref="DayOf"/>.</param>
    /// <param name="chain">The finest area known and those that hold it; the default value when refused.</param>
    /// <returns>Why it cannot be resolved; null when it can.</returns>
    public static Refusal? Resolve(Place place, AreaBook book, DateOnly on, out AreaChain chain)
    {
        if (!book.TryResolve(place.Area, out chain))
        {
            return new Refusal(
                ErrorReason.AreaUnknown, "report.place.area", "The hub knows no area with this code.",
                "Use official codes, such as 0139; list the areas to see them.");
        }

        var refusal = CheckOpen(chain, book, on)
            ?? ByName(place.Named, book, on, ref chain) ?? ByPosition(place.Position, book, on, ref chain);
        if (refusal is not null)
        {
            chain = default;
        }

        return refusal;
    }

    /// <summary>The day of an event, by which its areas are judged: that on which it began, in Sweden.</summary>
    public static DateOnly DayOf(DateTimeOffset from) => DateOnly.FromDateTime(SwedishTime.ToLocal(from).DateTime);

    /// <summary>Whether a report of an event on that day may name a place: an area that was closed by then was in use no more.</summary>
    public static Refusal? CheckOpen(AreaChain chain, AreaBook book, DateOnly on) =>
        book.TryGet(chain.Finest, out var area) && area.ClosedOn(on) is { } closed
            ? new Refusal(
                ErrorReason.AreaUnknown, "report.place.area",
                $"The area is closed from {AreaMapping.ToWire(closed)} on, and the event is of a later day or the same.",
                "Name an area that was in use on the day of the event; list the areas to see which.")
            : null;

    /// <summary>
    /// The 250 m cell of a position, or null without one. Its number goes into a column of reports.
    /// </summary>
    public static long? CellOf(Place place) => place is { Position: { } at, Precision: <= Precision.Grid250M }
        ? Grid250.CellOf(at.Latitude, at.Longitude).Key
        : null;

    private static Refusal? ByName(string name, AreaBook book, DateOnly on, ref AreaChain chain)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (name.Length > LongestName || name.Any(char.IsControl))
        {
            return new Refusal(
                ErrorReason.FieldInvalid, Named, $"A name has at most {LongestName} characters and no control characters.",
                "Send the name of a district or place, or its code as the area.");
        }

        var found = book.Named(chain.Finest, name, on);
        switch (found)
        {
            case [var only]:
                book.TryResolve(only.Code, out chain);
                return null;
            case []:
                return new Refusal(
                    ErrorReason.PlaceUnknown, Named, "No district or place inside the area is called so.",
                    "Find areas by name to see what the hub knows; or name the area alone and claim its precision.");
            default:
                return new Refusal(
                    ErrorReason.PlaceAmbiguous, Named, "More than one district or place inside the area is called so.",
                    "Send the code of the one that is meant as the area, without the name.")
                {
                    Candidates = [.. found.Take(MostCandidates).Select(area => area.Code)],
                };
        }
    }

    private static Refusal? ByPosition(Position? position, AreaBook book, DateOnly on, ref AreaChain chain)
    {
        // Whoever names a county alone is asked for the municipality: near a border a position does not decide it.
        if (position is null || chain.Municipality is not { } code || !book.TryGet(code, out var municipality))
        {
            return null;
        }

        var at = Sweref99Tm.FromWgs84(position.Latitude, position.Longitude);
        var holds = book.Map.Find(AreaLevel.Municipality, at)?.Code == code;
        if (!holds && !AreaMap.IsNear(municipality, at, AreaImport.BoundaryToleranceM))
        {
            return new Refusal(
                ErrorReason.PrecisionInconsistent, "report.place.position",
                $"The position lies more than {AreaImport.BoundaryToleranceM / 1000:0} km outside the municipality named.",
                "Correct the position or the area; are latitude and longitude exchanged?");
        }

        // What is named stays; what is not is filled in where the position lies in what is.
        if (chain.District is null && book.Find(AreaLevel.District, at, on) is { } district && district.Parent == code)
        {
            chain = chain with { District = district.Code };
        }

        if (chain is { District: { } within, Place: null }
            && book.Find(AreaLevel.Place, at, on) is { } place && place.Parent == within)
        {
            chain = chain with { Place = place.Code };
        }

        return null;
    }
}
