using System.CommandLine;
using System.Globalization;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary><c>thub connect polisen</c>.</summary>
internal static class ConnectPolisenCommand
{
    public static Command Create()
    {
        var files = new Option<string[]>("--file")
        {
            Description = "A file of the feed, one JSON object a line, or a folder of *.ndjson. May be given "
                + "several times; files are taken one after the other, in the order of their names.",
            Required = true,
            HelpName = "FILE.ndjson",
        };
        var withText = new Option<bool>("--with-text")
        {
            Description = "Send the feed's own text too; one over 500 characters is left out. What the hub already "
                + "holds stays as it was sent: running again with this option adds no text to it.",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();

        var command = new Command(
            "polisen",
            "Send the police's public event feed to the hub, from a file. Running it again, whole or in part, "
            + "changes nothing. Exit: 0 fine, 1 lines were broken or refused, 2 failure.")
        {
            files, caller, withText, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var paths = Files(parsed.GetRequiredValue(files));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var summary = await RunAsync(
                new GrpcReportingHub(client, ReportKind.Incident), paths, parsed.GetValue(withText), screen, TimeProvider.System, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(summary);
            }
            else
            {
                Print(summary, screen);
            }

            return summary.Clean ? ExitCode.Fine : ExitCode.Warnings;
        });
    }

    /// <summary>Runs files against a hub; what the command does, without its printing.</summary>
    public static async Task<PoliceRunSummary> RunAsync(
        IReportingHub hub, IReadOnlyList<string> paths, bool withText, Screen screen, TimeProvider time,
        CancellationToken cancellation)
    {
        var summary = new PoliceRunSummary();
        var begun = time.GetTimestamp();
        await screen.FollowAsync("Asking the hub for its areas", async tell =>
        {
            var connector = new PoliceConnector(hub, withText)
            {
                Progress = (what, done, of) => tell(string.Create(
                    CultureInfo.InvariantCulture, $"{summary.Files[^1]}: {what} {done:N0} of {of:N0}")),
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

    private static List<string> Files(IEnumerable<string> given)
    {
        var files = new List<string>();
        foreach (var path in given)
        {
            if (!Directory.Exists(path))
            {
                if (!File.Exists(path))
                {
                    throw new UsageException($"There is no file or folder {path}.", "Name a file of the feed.");
                }

                files.Add(path);
                continue;
            }

            var inside = Directory.GetFiles(path, "*.ndjson");
            if (inside.Length == 0)
            {
                throw new UsageException($"The folder {path} has no *.ndjson.", "Name a file of the feed.");
            }

            files.AddRange(inside);
        }

        return files
            .Select(Path.GetFullPath)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .ThenBy(f => f, StringComparer.Ordinal)
            .ToList();
    }

    private static void Print(PoliceRunSummary summary, Screen screen)
    {
        screen.ShowFigures(Figures(summary));
        screen.ShowFaults(summary);
        if (summary.UnknownTypes.Count > 0)
        {
            screen.Line("Types that are not in the table, taken as other:");
            foreach (var (type, lines) in summary.UnknownTypes)
            {
                screen.Line($"  {type} ({Screen.Figure(lines)} lines)");
            }
        }

        screen.ShowElapsed(summary);
    }

    private static IEnumerable<(string, int)> Figures(PoliceRunSummary summary)
    {
        yield return ("Lines read", summary.LinesRead);
        yield return ("Broken lines", summary.Broken.Count);
        yield return ("Events", summary.Events);
        yield return ("  counted", summary.Counted);
        yield return ("  context, not counted", summary.Context);
        yield return ("  never taken", summary.NeverTaken);
        yield return ("Sent", summary.Sent);
        yield return ("Corrected", summary.Corrected);
        yield return ("Withdrawn", summary.Withdrawn);
        yield return ("Already held", summary.AlreadyHeld);
        if (summary.TextsLeftOut > 0)
        {
            yield return ("Texts over 500 characters, left out", summary.TextsLeftOut);
        }

        yield return ("Refused", summary.Refused.Values.Sum(n => n.Count));
    }
}
