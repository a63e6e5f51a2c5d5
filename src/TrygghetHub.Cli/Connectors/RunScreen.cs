using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Tells on the screen what a run did: alike for all connectors.</summary>
internal static class RunScreen
{
    /// <summary>Prints the figures of a run, one a row.</summary>
    public static void ShowFigures(this Screen screen, params IEnumerable<(string What, int HowMany)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders();
        table.AddColumn("What");
        table.AddColumn(new TableColumn("How many").RightAligned());
        foreach (var (what, howMany) in rows)
        {
            table.AddRow(what.EscapeMarkup(), Screen.Figure(howMany));
        }

        screen.Show(table);
    }

    /// <summary>Prints what was found and where; nothing where nothing was.</summary>
    public static void ShowNotes(this Screen screen, string title, LineNotes notes)
    {
        if (notes.Count == 0)
        {
            return;
        }

        screen.Line($"{title}: {Screen.Figure(notes.Count)}");
        foreach (var alike in notes.First.GroupBy(n => (n.File, n.Text)))
        {
            screen.Line($"  {alike.Key.File}:{string.Join(", ", alike.Select(n => n.Line))}  {alike.Key.Text}");
        }

        if (notes.Count > notes.First.Count)
        {
            screen.Line($"  and {Screen.Figure(notes.Count - notes.First.Count)} more");
        }
    }

    /// <summary>Prints what was broken and refused, and where.</summary>
    public static void ShowFaults(this Screen screen, RunSummary summary)
    {
        screen.ShowNotes("Broken lines", summary.Broken);
        foreach (var (reason, notes) in summary.Refused)
        {
            screen.ShowNotes($"Refused, {reason}", notes);
        }

        screen.ShowNotes("Kept apart by the hub until you decide", summary.Quarantined);
        screen.ShowNotes("Texts that may point at a person", summary.Findings);
    }

    /// <summary>Prints how long it took.</summary>
    public static void ShowElapsed(this Screen screen, RunSummary summary) =>
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{summary.Elapsed.TotalSeconds:0.0} s"));

    /// <summary>Writes a summary as JSON, with all that its own type has; of a dry run with each report.</summary>
    /// <param name="screen">Where.</param>
    /// <param name="summary">What.</param>
    /// <param name="dryRun">Null where it was none.</param>
    /// <param name="isLine">On one line, for a run among several.</param>
    public static void WriteJson(this Screen screen, RunSummary summary, DryRunHub? dryRun, bool isLine = false)
    {
        var json = JsonSerializer.SerializeToNode(summary, summary.GetType(), Screen.IndentedJson)!.AsObject();
        if (dryRun is not null)
        {
            json.Insert(0, "dryRun", true);
            json.Add("reports", DryRunScreen.Json(dryRun));
        }

        screen.Line(json.ToJsonString(isLine ? Screen.OneLineJson : Screen.IndentedJson));
    }
}
