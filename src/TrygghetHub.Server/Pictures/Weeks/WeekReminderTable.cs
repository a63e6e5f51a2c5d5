namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>Which partners were reminded of which weeks. Appended to alone: nobody is reminded of the same twice.</summary>
internal static class WeekReminderTable
{
    public const string Create = """
        CREATE TABLE week_reminder (
          seq          INTEGER PRIMARY KEY,
          at           INTEGER NOT NULL,
          partner      TEXT NOT NULL,
          municipality TEXT NOT NULL,
          week         INTEGER NOT NULL,
          UNIQUE (partner, municipality, week)
        ) STRICT;
        """;

    public const string Drop = "DROP TABLE week_reminder;";
}
