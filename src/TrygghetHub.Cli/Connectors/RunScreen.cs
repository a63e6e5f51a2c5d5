using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Tells on the screen what a run did: alike for all connectors.</summary>
internal static class RunScreen
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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
        foreach (var note in notes.First)
        {
            screen.Line($"  {note.File}:{note.Line}  {note.Text}");
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
    }

    /// <summary>Prints how long it took.</summary>
    public static void ShowElapsed(this Screen screen, RunSummary summary) =>
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{summary.Elapsed.TotalSeconds:0.0} s"));

    /// <summary>Writes a summary as JSON, with all that its own type has.</summary>
    public static void WriteJson(this Screen screen, RunSummary summary) =>
        screen.Line(JsonSerializer.Serialize(summary, summary.GetType(), Json));
}
