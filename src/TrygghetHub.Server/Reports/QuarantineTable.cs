namespace TrygghetHub.Server.Reports;

/// <summary>The table of what waits for its sender, written by hand: it is read and written on the lane.</summary>
internal static class QuarantineTable
{
    /// <remarks>
    /// <c>sealed</c> lies under a key of the sender's quarantine and the day on which it is over, which is destroyed after
    /// that day; <c>findings</c> hold kinds and positions. A row goes when it ends.
    /// </remarks>
    public const string Create = """
        CREATE TABLE quarantine (
          item            BLOB PRIMARY KEY,
          partner         TEXT NOT NULL,
          source_ref_hash BLOB NOT NULL,
          revision        INTEGER NOT NULL,
          content_hash    BLOB NOT NULL,
          at              INTEGER NOT NULL,
          expires         INTEGER NOT NULL,
          findings        BLOB NOT NULL,
          sealed          BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX quarantine_by_report ON quarantine (partner, source_ref_hash, revision);
        CREATE INDEX quarantine_by_expiry ON quarantine (expires);
        """;

    public const string Drop = "DROP TABLE quarantine;";
}
