namespace TrygghetHub.Server.Reports;

/// <summary>The tables of what was shown to whom, written by hand: every answer that shows a report passes through them.</summary>
internal static class ShowingTables
{
    /// <remarks>
    /// <c>showing</c> is a range of the journal that a stream showed its partner; <c>up_to</c> is not set while it runs. What
    /// it showed is decided again by the rules of its entry. <c>shown</c> holds reports that were got or listed, once for
    /// each partner, purpose and book of rules.
    /// </remarks>
    public const string Create = """
        CREATE TABLE showing (
          seq          INTEGER PRIMARY KEY,
          at           INTEGER NOT NULL,
          partner      TEXT NOT NULL,
          purpose      INTEGER NOT NULL,
          filter       BLOB NOT NULL,
          after_seq    INTEGER NOT NULL,
          after_within INTEGER NOT NULL,
          up_to_seq    INTEGER,
          up_to_within INTEGER,
          end_at       INTEGER,
          broken       INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX showing_by_partner ON showing (partner, up_to_seq);
        CREATE INDEX showing_open ON showing (seq) WHERE up_to_seq IS NULL;

        CREATE TABLE shown (
          report_seq INTEGER NOT NULL,
          partner    TEXT NOT NULL,
          purpose    INTEGER NOT NULL,
          rules_seq  INTEGER NOT NULL,
          seq        INTEGER NOT NULL,
          at         INTEGER NOT NULL,
          PRIMARY KEY (report_seq, partner, purpose, rules_seq)
        ) STRICT, WITHOUT ROWID;
        """;

    public const string Drop = "DROP TABLE shown; DROP TABLE showing;";
}
