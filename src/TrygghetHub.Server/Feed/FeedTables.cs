namespace TrygghetHub.Server.Feed;

/// <summary>The tables of recalls and kept cursors, written by hand: the feed reads the first beside the reports.</summary>
internal static class FeedTables
{
    /// <remarks>Times are microseconds since 1970. <c>feed_epoch</c> has one row, which a restore replaces.</remarks>
    public const string Create = """
        CREATE TABLE recall (
          seq       INTEGER PRIMARY KEY,
          at        INTEGER NOT NULL,
          recall_id BLOB NOT NULL UNIQUE,
          cause     INTEGER NOT NULL,
          sender    TEXT NOT NULL,
          report    TEXT NOT NULL,
          agreement TEXT NOT NULL,
          due_at    INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX recall_by_sender ON recall (sender, seq);
        CREATE INDEX recall_by_report ON recall (report) WHERE report <> '';

        CREATE TABLE recall_recipient (
          partner            TEXT NOT NULL,
          recall_seq         INTEGER NOT NULL,
          outcome            INTEGER,
          decision_reference TEXT NOT NULL,
          rule               TEXT NOT NULL,
          answered_at        INTEGER,
          PRIMARY KEY (partner, recall_seq)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX recall_recipient_by_recall ON recall_recipient (recall_seq);

        CREATE TABLE feed_cursor (
          partner     TEXT NOT NULL,
          name        TEXT NOT NULL,
          filter_hash BLOB NOT NULL,
          seq         INTEGER NOT NULL,
          within      INTEGER NOT NULL,
          at          INTEGER NOT NULL,
          PRIMARY KEY (partner, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE feed_epoch (epoch BLOB NOT NULL) STRICT;
        INSERT INTO feed_epoch (epoch) VALUES (randomblob(16));
        """;

    public const string Drop = "DROP TABLE feed_epoch; DROP TABLE feed_cursor; DROP TABLE recall_recipient; DROP TABLE recall;";
}
