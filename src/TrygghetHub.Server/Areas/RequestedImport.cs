namespace TrygghetHub.Server.Areas;

/// <summary>An import as the caller asks for it, unchecked.</summary>
/// <param name="Level">What each feature is.</param>
/// <param name="Parent">Code of the area that they lie in; empty for none.</param>
/// <param name="ValidFrom">A day, YYYY-MM-DD; empty for today.</param>
/// <param name="CodeProperty">Name of the property that holds the code; empty to look for the usual ones.</param>
/// <param name="NameProperty">Name of the property that holds the name; empty to look for the usual ones.</param>
/// <param name="CloseMissing">Close what lies in the same parents and is not in the file.</param>
internal sealed record RequestedImport(
    AreaLevel Level, string Parent, string ValidFrom, string CodeProperty, string NameProperty, bool CloseMissing);
