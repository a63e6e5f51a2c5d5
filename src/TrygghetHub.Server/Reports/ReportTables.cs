namespace TrygghetHub.Server.Reports;

/// <summary>The tables of reports, written by hand: every report passes through them.</summary>
internal static class ReportTables
{
    /// <remarks>
    /// <c>report</c> is appended to, with the journal time of its entry as <c>at</c>; only <c>superseded_by_seq</c> ever changes. A row counts at entry S when
    /// <c>seq ≤ S</c> and it is superseded by nothing or by an entry after S.
    /// <c>report_key</c> remembers what was sent under which reference and revision, and outlives disposal, so that a
    /// sender that starts over does not resurrect what is gone. Its rows are kept short: their key is random, so that each
    /// new one is written to a page of its own, and the more rows a page holds the fewer pages a commit writes.
    /// <c>report_code</c> holds the sender's own code of those that came with one. Texts: <c>partner</c> and <c>category</c> are codes;
    /// <c>cell</c> is the number of a 250 m square, where a position is known.
    /// </remarks>
    public const string Create = """
        CREATE TABLE report (
          seq               INTEGER PRIMARY KEY,
          superseded_by_seq INTEGER,
          at                INTEGER NOT NULL,
          report_id         BLOB NOT NULL,
          type              INTEGER NOT NULL,
          revision          INTEGER NOT NULL,
          state             INTEGER NOT NULL,
          partner           TEXT NOT NULL,
          category          TEXT NOT NULL,
          family            TEXT NOT NULL,
          severity          INTEGER NOT NULL,
          environment       INTEGER NOT NULL,
          county            TEXT NOT NULL,
          municipality      TEXT,
          district          TEXT,
          place             TEXT,
          precision         INTEGER NOT NULL,
          tlp               INTEGER NOT NULL,
          week              INTEGER NOT NULL,
          published         INTEGER NOT NULL,
          exercise          INTEGER NOT NULL,
          context_only      INTEGER NOT NULL,
          text              INTEGER NOT NULL,
          occurred_from     INTEGER NOT NULL,
          occurred_to       INTEGER NOT NULL,
          certainty         INTEGER NOT NULL,
          cell              INTEGER
        ) STRICT;
        CREATE INDEX report_by_id ON report (report_id, revision);
        CREATE INDEX report_by_week ON report (municipality, week);
        CREATE INDEX report_by_cell ON report (cell) WHERE cell IS NOT NULL;
        CREATE INDEX report_superseding ON report (superseded_by_seq) WHERE superseded_by_seq IS NOT NULL;

        CREATE TABLE report_key (
          partner         TEXT NOT NULL,
          source_ref_hash BLOB NOT NULL,
          revision        INTEGER NOT NULL,
          seq             INTEGER NOT NULL,
          type            INTEGER NOT NULL,
          withdrawn       INTEGER NOT NULL,
          content_hash    BLOB NOT NULL,
          source_version  TEXT NOT NULL,
          PRIMARY KEY (partner, source_ref_hash, revision)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE report_code (
          seq     INTEGER PRIMARY KEY,
          partner TEXT NOT NULL,
          code    TEXT NOT NULL
        ) STRICT;
        CREATE INDEX report_code_by_code ON report_code (partner, code);
        """;

    public const string Drop = "DROP TABLE report_code; DROP TABLE report_key; DROP TABLE report;";
}
