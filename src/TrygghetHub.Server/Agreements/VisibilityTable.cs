namespace TrygghetHub.Server.Agreements;

/// <summary>The table of visibility points, written by hand: the feed reads it beside the reports.</summary>
internal static class VisibilityTable
{
    /// <remarks>Times and delays are microseconds. See <see cref="VisibilityPoint"/>.</remarks>
    public const string Create = """
        CREATE TABLE visibility (
          seq       INTEGER PRIMARY KEY,
          at        INTEGER NOT NULL,
          cause     INTEGER NOT NULL,
          after_seq INTEGER NOT NULL,
          up_to_seq INTEGER NOT NULL,
          began     INTEGER NOT NULL,
          delay     INTEGER NOT NULL,
          period    INTEGER NOT NULL
        ) STRICT;
        """;

    public const string Drop = "DROP TABLE visibility;";
}
