using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Connects to the hub whose identity folder is named; null means the usual one.</summary>
public delegate Task<IReportingHub> ConnectToHub(string? identityFolder, CancellationToken cancellation);

/// <summary><c>thub connect polisen</c>.</summary>
public static class ConnectPolisenCommand
{
    const int Fine = 0;
    const int Warnings = 1;
    const int Failure = 2;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Makes the command, for <c>connect</c> to take in.</summary>
    /// <param name="connect">Opens the hub.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="messages">Where progress and errors go: standard error, so that <c>--json</c> stays clean.</param>
    /// <param name="time">The clock.</param>
    public static Command Create(
        ConnectToHub connect, IAnsiConsole output, IAnsiConsole messages, TimeProvider time)
    {
        var files = new Option<string[]>("--file")
        {
            Description = "A file of the feed, one JSON object a line, or a folder of *.ndjson. May be given "
                + "several times; files are taken one after the other, in the order of their names.",
            Required = true,
            HelpName = "FILE.ndjson",
        };
        var identity = new Option<string?>("--as")
        {
            Description = "Identity folder of the partner that sends.",
            HelpName = "DIR",
        };
        var withText = new Option<bool>("--with-text")
        {
            Description = "Send the feed's own text too; one over 500 characters is left out. What the hub already "
                + "holds stays as it was sent: running again with this option adds no text to it.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON." };

        var command = new Command(
            "polisen",
            "Send the police's public event feed to the hub, from a file. Running it again, whole or in part, "
            + "changes nothing. Exit: 0 fine, 1 lines were broken or refused, 2 failure.")
        {
            files, identity, withText, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var paths = Files(parsed.GetRequiredValue(files));
                var summary = await RunAsync(
                    connect, parsed.GetValue(identity), paths, parsed.GetValue(withText), messages, time, cancellation);
                if (parsed.GetValue(json))
                    output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(summary, Json));
                else
                    Print(summary, output);
                return summary.Clean ? Fine : Warnings;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever it is, the run has failed, and what the hub has answered stays.
                messages.MarkupLineInterpolated($"[red]{e.Message}[/] Run it again to go on where it stopped.");
                return Failure;
            }
        });
        return command;
    }

    /// <summary>Runs files against a hub; what the command does, without its printing.</summary>
    public static async Task<PoliceRunSummary> RunAsync(
        ConnectToHub connect,
        string? identityFolder,
        IReadOnlyList<string> paths,
        bool withText,
        IAnsiConsole messages,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var summary = new PoliceRunSummary();
        var begun = time.GetTimestamp();
        await using var hub = await connect(identityFolder, cancellation);
        await messages.Status().StartAsync("Asking the hub for its areas", async status =>
        {
            // Told a few times a second at most: telling costs more than streaming does.
            var told = time.GetTimestamp();
            var connector = new PoliceConnector(hub, withText)
            {
                Progress = (what, done, of) =>
                {
                    if (!messages.Profile.Capabilities.Interactive)
                        return;
                    if (done < of && time.GetElapsedTime(told) < TimeSpan.FromMilliseconds(200))
                        return;
                    told = time.GetTimestamp();
                    status.Status = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{summary.Files[^1].EscapeMarkup()}: {what} {done:N0} of {of:N0}");
                },
            };
            var areas = await connector.ReadAreasAsync(cancellation);
            foreach (var path in paths)
            {
                await using var content = File.OpenRead(path);
                await connector.RunAsync(Path.GetFileName(path), content, areas, summary, cancellation);
            }
        });
        summary.Elapsed = time.GetElapsedTime(begun);
        return summary;
    }

    static List<string> Files(IEnumerable<string> given)
    {
        var files = new List<string>();
        foreach (var path in given)
        {
            if (!Directory.Exists(path))
            {
                if (!File.Exists(path))
                    throw new FileNotFoundException($"There is no file or folder {path}.");
                files.Add(path);
                continue;
            }

            var inside = Directory.GetFiles(path, "*.ndjson");
            if (inside.Length == 0)
                throw new FileNotFoundException($"The folder {path} has no *.ndjson.");
            files.AddRange(inside);
        }

        return files
            .Select(Path.GetFullPath)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .ThenBy(f => f, StringComparer.Ordinal)
            .ToList();
    }

    static void Print(PoliceRunSummary summary, IAnsiConsole output)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders();
        table.AddColumn("What");
        table.AddColumn(new TableColumn("How many").RightAligned());
        Row("Lines read", summary.LinesRead);
        Row("Broken lines", summary.Broken.Count);
        Row("Events", summary.Events);
        Row("  counted", summary.Counted);
        Row("  context, not counted", summary.Context);
        Row("  never taken", summary.NeverTaken);
        Row("Sent", summary.Sent);
        Row("Corrected", summary.Corrected);
        Row("Withdrawn", summary.Withdrawn);
        Row("Already held", summary.AlreadyHeld);
        if (summary.TextsLeftOut > 0)
            Row("Texts over 500 characters, left out", summary.TextsLeftOut);
        Row("Refused", summary.Refused.Values.Sum(n => n.Count));
        output.Write(table);

        Notes("Broken lines", summary.Broken);
        foreach (var (reason, notes) in summary.Refused)
            Notes($"Refused, {reason}", notes);
        if (summary.UnknownTypes.Count > 0)
        {
            output.WriteLine("Types that are not in the table, taken as other:");
            foreach (var (type, lines) in summary.UnknownTypes)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {type} ({lines:N0} lines)"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Elapsed.TotalSeconds:0.0} s"));

        void Row(string what, int howMany) => table.AddRow(
            what.EscapeMarkup(), howMany.ToString("N0", CultureInfo.InvariantCulture));

        void Notes(string title, PoliceLineNotes notes)
        {
            if (notes.Count == 0)
                return;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {notes.Count:N0}"));
            foreach (var note in notes.First)
                output.WriteLine($"  {note.File}:{note.Line}  {note.Text}");
            if (notes.Count > notes.First.Count)
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  and {notes.Count - notes.First.Count:N0} more"));
        }
    }
}
