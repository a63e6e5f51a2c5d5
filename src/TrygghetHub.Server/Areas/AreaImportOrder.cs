namespace TrygghetHub.Server.Areas;

/// <summary>What somebody wants to import, beside the file.</summary>
/// <param name="Level">What each feature is: municipality, district or place.</param>
/// <param name="Parent">The area that all of them lie in; null where each is to be found by what it says, or where it lies.</param>
/// <param name="ValidFrom">The day from which on it holds; not in the future.</param>
/// <param name="Properties">How code and name are found.</param>
/// <param name="CloseMissing">Close what lies in the same parents and is not in the file.</param>
internal sealed record AreaImportOrder(AreaLevel Level, Area? Parent, DateOnly ValidFrom, FeatureProperties Properties, bool CloseMissing);
