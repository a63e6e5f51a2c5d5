namespace TrygghetHub.Server.Codes;

/// <summary>
/// Where coordinators' decisions about event types stand in the journal, and which types wait for one. What waits is no
/// fact of the journal: it is made again by sending the events again.
/// </summary>
internal static class EventTypeTables
{
    public const string Create = """
        CREATE TABLE event_type_decision (
          seq INTEGER PRIMARY KEY
        ) STRICT;

        CREATE TABLE held_event_type (
          partner  TEXT NOT NULL,
          key      TEXT NOT NULL,
          type     TEXT NOT NULL,
          refusals INTEGER NOT NULL,
          first_at INTEGER NOT NULL,
          last_at  INTEGER NOT NULL,
          PRIMARY KEY (partner, key)
        ) STRICT, WITHOUT ROWID;
        """;

    public const string Drop = "DROP TABLE held_event_type; DROP TABLE event_type_decision;";
}
