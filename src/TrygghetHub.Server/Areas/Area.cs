namespace TrygghetHub.Server.Areas;

/// <summary>An area of the geography that counts are made over. Immutable.</summary>
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
    string Code, string DisplayName, AreaLevel Level, string? Parent, bool Illustrative, bool Sparse);
