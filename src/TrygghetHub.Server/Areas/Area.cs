using NetTopologySuite.Geometries;

namespace TrygghetHub.Server.Areas;

/// <summary>An area of the geography that counts are made over, in one version. Immutable.</summary>
/// <param name="Code">
/// Official code of a county ("01") or municipality ("0139"); below that the parent's code, a hyphen and
/// a short name ("0139-bro", "0139-bro-exempeltorget").
/// </param>
/// <param name="DisplayName">The name that people use, in Swedish.</param>
/// <param name="Level">What it is; follows from the code.</param>
/// <param name="Parent">Code of the area one level up; null for a county only.</param>
/// <param name="Illustrative">An invented place, for demonstrations only; never found in real data.</param>
/// <param name="Sparse">
/// So few people live here that a place would point at a household: a ceiling keeps every projection at
/// the district.
/// </param>
internal sealed record Area(
    string Code, string DisplayName, AreaLevel Level, string? Parent, bool Illustrative, bool Sparse)
{
    /// <summary>The day from which on it is as it is here; null for what came with the program.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>
    /// The first day on which it is in use no more; null while it is. What is closed stays in the book, since old reports,
    /// agreements and pictures name it; reports of later events may not.
    /// </summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>
    /// The times before now in which it was closed and after which it was opened again, in order: the first day without it, and
    /// the day from which on it was in use again.
    /// </summary>
    public IReadOnlyList<(DateOnly From, DateOnly To)> Closures { get; init; } = [];

    /// <summary>
    /// Where it lies: a valid polygon or polygons, or for a place a point, in whole metres of SWEREF 99 TM (x east, y
    /// north); null where that is not known. Shared: never change it.
    /// </summary>
    public Geometry? Shape { get; init; }

    /// <summary>In use no more.</summary>
    public bool IsClosed => ValidTo is not null;

    /// <summary>
    /// The first day of the time without it that holds a day; null where it was in use that day. A day before
    /// <see cref="ValidFrom"/> is one of use: an import dates a division from when it was imported, and reports of earlier events
    /// still come in.
    /// </summary>
    public DateOnly? ClosedOn(DateOnly day)
    {
        foreach (var (from, to) in Closures)
        {
            if (day >= from && day < to)
            {
                return from;
            }
        }

        return ValidTo <= day ? ValidTo : null;
    }
}
