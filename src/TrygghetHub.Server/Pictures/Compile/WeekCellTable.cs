namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>The counts of whole weeks, kept: what is usual costs cells and not reports, and outlives them.</summary>
internal static class WeekCellTable
{
    /// <remarks>
    /// <c>week_count</c> says that a municipality's week was counted up to entry <c>seq</c>, and <c>week_cell</c> what was there:
    /// reports that <see cref="Agreements.Disclosure"/> decides alike, together, in the columns of <c>report</c>. Appended to alone:
    /// the count of the highest entry up to S is the one that a picture at S compares with.
    /// </remarks>
    public const string Create = """
        CREATE TABLE week_count (
          municipality TEXT NOT NULL,
          week         INTEGER NOT NULL,
          seq          INTEGER NOT NULL,
          PRIMARY KEY (municipality, week, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE week_cell (
          municipality TEXT NOT NULL,
          week         INTEGER NOT NULL,
          seq          INTEGER NOT NULL,
          partner      TEXT NOT NULL,
          category     TEXT NOT NULL,
          family       TEXT NOT NULL,
          environment  INTEGER NOT NULL,
          county       TEXT NOT NULL,
          district     TEXT,
          place        TEXT,
          precision    INTEGER NOT NULL,
          tlp          INTEGER NOT NULL,
          published    INTEGER NOT NULL,
          reports      INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX week_cell_by_week ON week_cell (municipality, week, seq);
        """;

    public const string Drop = "DROP TABLE week_cell; DROP TABLE week_count;";
}
