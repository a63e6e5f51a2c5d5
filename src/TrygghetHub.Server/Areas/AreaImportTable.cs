namespace TrygghetHub.Server.Areas;

/// <summary>Which journal entries are imports of areas, so that a start need not go through all of them to find the few.</summary>
internal static class AreaImportTable
{
    /// <remarks>What an import says stands in its entry alone.</remarks>
    public const string Create = "CREATE TABLE area_import (seq INTEGER PRIMARY KEY) STRICT;";

    public const string Drop = "DROP TABLE area_import;";

    /// <summary>Notes an entry.</summary>
    public const string Insert = "INSERT INTO area_import (seq) VALUES (?)";
}
