using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub screen</c>: what the hub's screening finds in texts of a file, for reading. Asks no hub.</summary>
internal static class ScreenCommand
{
    private const string StandardInput = "-";

    // Whatever is longer is no line of a file that is read line by line.
    private const int LongestLineBytes = 16 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE.ndjson") { Description = "File with one JSON object per line. Use - to read standard input." };
        var fields = new Option<string[]>("--field")
        {
            Description = "Field to screen. Use dots for nested fields (report.summary). Can be specified more than once. Default: all text fields.",
            HelpName = "FIELD",
        };
        var kinds = new Option<string[]>("--kind")
        {
            Description = "Kind of finding to include, such as phone-number. Can be specified more than once. Default: all kinds.",
            HelpName = "KIND",
        };
        var places = new Option<string[]>("--place")
        {
            Description = "Name of a place that must not be mistaken for a person's name. Can be specified more than once.",
            HelpName = "NAME",
        };
        var summary = new Option<bool>("--summary") { Description = "Print only the table of counts." };
        var json = CallerOptions.JsonLines();
        var command = new Command(
            "screen", "Show the personal data that screening finds in the texts of a file. Exit code 0: no blocking findings, 1: blocking findings or unreadable lines, 2: failure.")
        {
            file, fields, kinds, places, summary, json,
        };
        return command.Does((parsed, screen, cancellation) =>
        {
            var look = new ScreenedFile(
                new Screener(parsed.GetValue(places) ?? []), parsed.GetValue(fields) ?? [],
                [.. (parsed.GetValue(kinds) ?? []).Select(k => Words.ValueOf<FindingKind>(k, "kind of finding"))]);
            var path = parsed.GetRequiredValue(file);
            using var content = path == StandardInput ? Console.OpenStandardInput() : TextFile.OpenBytes(path);
            var show = parsed.GetValue(summary) ? (Action<ScreenedFile.Hit>?)null : parsed.GetValue(json)
                ? hit => screen.Line(Json(hit))
                : hit => Show(screen, hit);
            foreach (var line in TextFile.Lines(content, LongestLineBytes))
            {
                cancellation.ThrowIfCancellationRequested();
                if (look.Read(line, show) is { } fault)
                {
                    screen.Note($"thub: line {line.Number}: {fault}");
                }
            }

            if (look.Texts == 0 && parsed.GetValue(fields) is { Length: > 0 } named)
            {
                throw new UsageException(
                    $"No line has a text in {string.Join(", ", named)}: nothing was screened.", "Name a field that the lines have, or leave --field out.");
            }

            if (!parsed.GetValue(json))
            {
                ShowCounts(screen, look);
            }

            return Task.FromResult(look.Broken > 0 && look.Texts == 0 ? ExitCode.Failure
                : look.Blocked > 0 || look.Broken > 0 ? ExitCode.Warnings : ExitCode.Fine);
        });
    }

    private static void Show(Screen screen, ScreenedFile.Hit hit)
    {
        var (start, end) = (hit.Finding.Start, hit.Finding.Start + hit.Finding.Length);
        var marked = hit.Text[..start] + "[" + hit.Text[start..end] + "]" + hit.Text[end..];
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{hit.Line}  {hit.Field}  {Words.Of(hit.Finding.Kind)}  {(hit.Finding.Kind.AlwaysBlocks() ? "blocking" : "warning")}"));
        screen.Line("    " + TextCell.Printable(marked.ReplaceLineEndings(" ")));
    }

    /// <summary>Where and what, never the value: such a list may be kept.</summary>
    private static string Json(ScreenedFile.Hit hit) => new JsonObject
    {
        ["line"] = hit.Line,
        ["field"] = hit.Field,
        ["kind"] = Words.Of(hit.Finding.Kind),
        ["blocking"] = hit.Finding.Kind.AlwaysBlocks(),
        ["start"] = hit.Finding.Start,
        ["length"] = hit.Finding.Length,
    }.ToJsonString(JsonSerializerOptions.Default);

    private static void ShowCounts(Screen screen, ScreenedFile look)
    {
        if (look.Counts.Count > 0)
        {
            var table = Screen.Table("Kind", "", "Findings>", "Texts>");
            foreach (var (kind, count) in look.Counts)
            {
                table.AddRow(TextCell.Of(Words.Of(kind)), TextCell.Of(kind.AlwaysBlocks() ? "blocking" : "warning"),
                    TextCell.Of(Screen.Figure(count.Findings)), TextCell.Of(Screen.Figure(count.Texts)));
            }

            screen.Show(table);
        }

        screen.Line($"{Screen.Figure(look.Texts)} texts screened: {Share(look.Blocked, look.Texts)} would be blocked, "
            + $"{Share(look.Warned, look.Texts)} taken with a warning."
            + (look.Broken > 0 ? $" {Screen.Figure(look.Broken)} lines could not be read." : ""));
    }

    private static string Share(int part, int whole) => whole == 0 ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{part:N0} ({100.0 * part / whole:0.00} %)");
}
