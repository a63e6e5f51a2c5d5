namespace TrygghetHub.Server.Journal;

/// <summary>The journal's table, written by hand: every fact passes through it.</summary>
internal static class JournalTables
{
    /// <remarks>
    /// <c>at</c> is microseconds since 1970, UTC. Disposal sets <c>nonce</c> and <c>content</c> to null and leaves the
    /// rest, so that the leaf can still be recomputed.
    /// </remarks>
    public const string Create = """
        CREATE TABLE journal_entry (
          seq           INTEGER PRIMARY KEY,
          kind          INTEGER NOT NULL,
          at            INTEGER NOT NULL,
          envelope_hash BLOB NOT NULL,
          salted_hash   BLOB NOT NULL,
          nonce         BLOB,
          content       BLOB,
          leaf          BLOB NOT NULL
        ) STRICT;

        -- Reclassifications, which are few: they hold contents of earlier days.
        CREATE INDEX journal_reclassification ON journal_entry (seq) WHERE kind = 4;
        """;

    public const string Drop = "DROP TABLE journal_entry;";
}
