namespace TrygghetHub.Server.Codes;

/// <summary>Where the versions of partners' mappings stand in the journal.</summary>
internal static class CodeMappingTable
{
    public const string Create = """
        CREATE TABLE code_mapping (
          seq     INTEGER PRIMARY KEY,
          partner TEXT NOT NULL,
          version INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX code_mapping_by_partner ON code_mapping (partner, version);
        """;

    public const string Drop = "DROP TABLE code_mapping;";
}
