namespace TrygghetHub.Server.Retention;

/// <summary>The tables of retention, written by hand: disposal reads and writes them beside the journal's own.</summary>
internal static class RetentionTables
{
    /// <remarks>
    /// Times are microseconds since 1970, days are counted from 0001-01-01, <c>partner</c> is empty for the access log.
    /// <c>retention_decision</c> is appended to: the last one of class and partner is in force. <c>disposal_sweep</c> says
    /// up to which day of receipt this file has been gone through: a copy of it that is put back has gone less far, so that
    /// what was disposed of since is found again.
    /// </remarks>
    public const string Create = """
        CREATE TABLE retention_decision (
          seq             INTEGER PRIMARY KEY,
          at              INTEGER NOT NULL,
          decision_id     BLOB NOT NULL UNIQUE,
          retention_class INTEGER NOT NULL,
          partner         TEXT NOT NULL,
          days            INTEGER NOT NULL,
          reference       TEXT NOT NULL,
          decided_by      TEXT NOT NULL
        ) STRICT;

        CREATE TABLE legal_hold (
          seq            INTEGER PRIMARY KEY,
          at             INTEGER NOT NULL,
          hold_id        BLOB NOT NULL UNIQUE,
          partner        TEXT NOT NULL,
          area           TEXT NOT NULL,
          category       TEXT NOT NULL,
          received_from  INTEGER,
          received_to    INTEGER,
          reference      TEXT NOT NULL,
          reason         TEXT NOT NULL,
          placed_by      TEXT NOT NULL,
          lifted_at      INTEGER,
          lift_reference TEXT,
          lifted_by      TEXT
        ) STRICT;

        CREATE TABLE disposal (
          seq             INTEGER PRIMARY KEY,
          at              INTEGER NOT NULL,
          disposal_id     BLOB NOT NULL UNIQUE,
          retention_class INTEGER NOT NULL,
          partner         TEXT NOT NULL,
          decision_seq    INTEGER NOT NULL,
          reference       TEXT NOT NULL,
          first_day       INTEGER NOT NULL,
          last_day        INTEGER NOT NULL,
          count           INTEGER NOT NULL,
          entries_sha256  BLOB NOT NULL
        ) STRICT;
        CREATE INDEX disposal_by_partner ON disposal (partner, seq);

        CREATE TABLE disposal_sweep (
          retention_class INTEGER NOT NULL,
          partner         TEXT NOT NULL,
          day             INTEGER NOT NULL,
          PRIMARY KEY (retention_class, partner)
        ) STRICT, WITHOUT ROWID;
        """;

    public const string Drop =
        "DROP TABLE disposal_sweep; DROP TABLE disposal; DROP TABLE legal_hold; DROP TABLE retention_decision;";
}
