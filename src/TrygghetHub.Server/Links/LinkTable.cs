namespace TrygghetHub.Server.Links;

/// <summary>What was decided about pairs of reports; the last row of a partner and a pair counts.</summary>
internal static class LinkTable
{
    /// <remarks><c>one</c> and <c>other</c> are ids of reports, the smaller first.</remarks>
    public const string Create = """
        CREATE TABLE link_decision (
          seq      INTEGER PRIMARY KEY,
          at       INTEGER NOT NULL,
          partner  TEXT NOT NULL,
          one      BLOB NOT NULL,
          other    BLOB NOT NULL,
          decision INTEGER NOT NULL,
          by       TEXT NOT NULL
        ) STRICT;
        CREATE INDEX link_decision_by_pair ON link_decision (partner, one, other);
        """;

    public const string Drop = "DROP TABLE link_decision;";
}
