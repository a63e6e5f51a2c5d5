namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>Where in the journal the steps of reviews and the deliveries are; what they say is in their entries.</summary>
internal static class ReviewTables
{
    /// <remarks>
    /// A picture is named as in <c>picture</c>; <c>approval</c> marks the step that approved it. <c>request</c> is the hash by
    /// which a repetition is known, null for what was carried over. Times are those of entries: <c>read_at</c> of the first
    /// receipt, <c>acknowledged_at</c> of the acknowledgement.
    /// </remarks>
    public const string Create = """
        CREATE TABLE review_step (
          seq          INTEGER PRIMARY KEY,
          compiler     TEXT NOT NULL,
          municipality TEXT NOT NULL,
          week         INTEGER NOT NULL,
          revision     INTEGER NOT NULL,
          approval     INTEGER NOT NULL,
          request      BLOB
        ) STRICT;
        CREATE INDEX review_step_by_picture ON review_step (compiler, municipality, week, revision);

        CREATE TABLE delivery (
          seq             INTEGER PRIMARY KEY,
          id              BLOB NOT NULL UNIQUE,
          at              INTEGER NOT NULL,
          recipient       TEXT NOT NULL,
          compiler        TEXT NOT NULL,
          municipality    TEXT NOT NULL,
          week            INTEGER NOT NULL,
          revision        INTEGER NOT NULL,
          kind            INTEGER NOT NULL,
          registration_number TEXT NOT NULL,
          tlp             INTEGER NOT NULL,
          content_sha256  BLOB NOT NULL,
          read_at         INTEGER,
          acknowledged_at INTEGER
        ) STRICT;
        CREATE INDEX delivery_by_recipient ON delivery (recipient, seq);
        CREATE INDEX delivery_by_picture ON delivery (compiler, municipality, week, revision);
        """;

    public const string Drop = "DROP TABLE delivery; DROP TABLE review_step;";
}
