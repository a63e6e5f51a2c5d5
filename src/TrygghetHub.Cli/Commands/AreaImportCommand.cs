using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub area import</c>.</summary>
internal static class AreaImportCommand
{
    // As many as fit on a screen; --json has them all.
    private const int MostListed = 30;

    public static Command Create()
    {
        var file = new Argument<string>("FILE.geojson")
        {
            Description = "A GeoJSON feature collection in WGS 84 or SWEREF 99 TM, at most 16 MiB.",
        };
        var level = new Option<string>("--level")
        {
            Description = "Level of the areas in the file: municipality, district or place.",
            HelpName = "LEVEL",
            Required = true,
        };
        level.AcceptOnlyFromAmong("municipality", "district", "place");
        var parent = Option("--parent", "CODE", "Parent of all the areas. Default: the parent that each feature names, or the area that contains it.");
        var codeProperty = Option("--code-property", "NAME", "Property that contains the code. Default: common property names.");
        var nameProperty = Option("--name-property", "NAME", "Property that contains the name. Default: common property names.");
        var validFrom = Option("--valid-from", "DATE", "First day on which the areas are valid, such as 2026-01-01. Default: today.");
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change, without changing anything." };
        var closeMissing = new Option<bool>("--close-missing")
        {
            Description = "Close areas under the same parents that are missing from the file, and the areas inside them.",
        };
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("import", "Add and update areas and their boundaries. Either the whole file is imported or nothing (operator).")
        {
            file, level, parent, codeProperty, nameProperty, validFrom, closeMissing, dryRun, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
            {
                throw new UsageException("There is no such file.", "Check the path.");
            }

            // Read once: what is confirmed is what is imported, and a pipe is empty the second time.
            var geoJson = new MemoryStream();
            await using (var text = TextFile.Open(path))
            {
                await text.CopyToAsync(geoJson, cancellation);
            }

            var import = new AreaImport
            {
                Level = LevelOf(parsed.GetRequiredValue(level)),
                Parent = parsed.GetValue(parent) ?? "",
                CodeProperty = parsed.GetValue(codeProperty) ?? "",
                NameProperty = parsed.GetValue(nameProperty) ?? "",
                ValidFrom = parsed.GetValue(validFrom) ?? "",
                CloseMissing = parsed.GetValue(closeMissing),
                DryRun = parsed.GetValue(dryRun),
            };
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            if (!import.DryRun && !parsed.GetValue(yes))
            {
                var change = await ImportAsync(new AreaImport(import) { DryRun = true });
                if (ChangesWhatIsInUse(change))
                {
                    Tell(screen, change);
                    Confirmation.Require(screen, isDecided: false, parsed.GetValue(parent) ?? Screen.Figure(change.Changes.Count),
                        $"This adds {change.Added}, changes {change.Changed} and closes {change.Closed} areas from {change.ValidFrom}.");
                }

                import.ExpectedVersion = change.Version;
            }

            var answer = await ImportAsync(import);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            Show(screen, answer);
            return ExitCode.Fine;

            async Task<ImportAreasResponse> ImportAsync(AreaImport what)
            {
                geoJson.Position = 0;
                return await screen.WorkAsync("Importing…", () => client.ImportAreasAsync(what, geoJson, cancellation));
            }
        });
    }

    /// <summary>Writes what was done to areas as a table.</summary>
    public static void Show(Screen screen, IEnumerable<AreaChange> changes)
    {
        var table = Screen.Table("", "Code", "Name");
        foreach (var change in changes)
        {
            table.AddRow(TextCell.Of(Words.Of(change.Kind)), TextCell.Of(change.Code), TextCell.Of(change.DisplayName));
        }

        screen.Show(table);
    }

    // The first areas under a parent change nothing that somebody goes by.
    private static bool ChangesWhatIsInUse(ImportAreasResponse change) => change.Changes.Count > 0
        && (change.Changed > 0 || change.Closed > 0 || change.Unchanged > 0 || change.Missing.Count > 0);

    // On stderr, beside the question: the result is the result alone.
    private static void Tell(Screen screen, ImportAreasResponse change)
    {
        foreach (var one in change.Changes.OrderByDescending(c => c.Kind).Take(MostListed))
        {
            screen.Note($"  {Words.Of(one.Kind),-8}{one.Code}  {one.DisplayName}");
        }

        if (change.Changes.Count > MostListed)
        {
            screen.Note($"  and {change.Changes.Count - MostListed} more; --dry-run --json lists all.");
        }
    }

    private static void Show(Screen screen, ImportAreasResponse answer)
    {
        var isNothing = answer.Changes.Count == 0;
        if (!isNothing && answer.Changes.Count <= MostListed)
        {
            Show(screen, answer.Changes);
        }

        screen.Line(
            $"{(answer.DryRun ? "Would be: " : "")}{answer.Added} added, {answer.Changed} changed, {answer.Closed} closed, "
            + $"{answer.Unchanged} unchanged.");
        if (answer.Repaired.Count > 0)
        {
            screen.Line(
                $"Geometry mended in feature {string.Join(", ", answer.Repaired.Take(MostListed))}"
                + (answer.Repaired.Count > MostListed ? $" and {answer.Repaired.Count - MostListed} more." : "."));
        }

        if (answer.Missing.Count > 0)
        {
            screen.Line(
                $"In use and not in the file, {answer.Missing.Count}; they stay in use, and --close-missing closes them: "
                + string.Join(", ", answer.Missing.Take(MostListed).Select(area => area.Code))
                + (answer.Missing.Count > MostListed ? $" and {answer.Missing.Count - MostListed} more." : "."));
        }

        screen.Line(isNothing ? $"The list of areas stays version {answer.Version}."
            : answer.DryRun ? $"Nothing was changed; the list of areas is version {answer.Version}."
            : $"The list of areas is now version {answer.Version}, valid from {answer.ValidFrom}.");
    }

    private static AreaLevel LevelOf(string level) => level switch
    {
        "municipality" => AreaLevel.Municipality,
        "district" => AreaLevel.District,
        _ => AreaLevel.Place,
    };

    private static Option<string> Option(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
