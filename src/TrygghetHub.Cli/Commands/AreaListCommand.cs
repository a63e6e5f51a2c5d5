using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub area list</c>.</summary>
internal static class AreaListCommand
{
    public static Command Create()
    {
        var parent = new Option<string>("--parent")
        {
            Description = "Area whose direct children are listed. Default: the counties.",
            HelpName = "CODE",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List the areas that reports can refer to.") { parent, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var areas = new List<Area>();
            for (var token = ""; ;)
            {
                var page = await client.Areas.ListAreasAsync(
                    new ListAreasRequest { Parent = parsed.GetValue(parent) ?? "", PageSize = 1_000, PageToken = token },
                    cancellationToken: cancellation);
                areas.AddRange(page.Areas);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }
            if (parsed.GetValue(json))
            {
                screen.WriteJson(areas);
                return ExitCode.Fine;
            }
            if (areas.Count == 0)
            {
                screen.Line("Nothing lies in it that the hub knows of.");
                return ExitCode.Fine;
            }

            Show(screen, areas);
            return ExitCode.Fine;
        });
    }

    /// <summary>Writes areas as a table: what they are, since when, and whether the hub knows where they lie.</summary>
    public static void Show(Screen screen, IEnumerable<Area> areas)
    {
        var table = Screen.Table("Code", "Name", "Level", "Valid", "Boundary", "");
        foreach (var area in areas)
        {
            table.AddRow(TextCell.Of(area.Code), TextCell.Of(area.DisplayName), TextCell.Of(Words.Of(area.Level)),
                TextCell.Of(Validity(area)), TextCell.Of(area.HasShape ? "yes" : "no"),
                TextCell.Of(string.Join("; ", Marks(area))));
        }

        screen.Show(table);
    }

    private static string Validity(Area area) => (area.ValidFrom, area.ValidTo) switch
    {
        ("", "") => "always",
        (var from, "") => "from " + from,
        (_, var to) => "closed " + to,
    };

    private static IEnumerable<string> Marks(Area area)
    {
        if (area.Illustrative)
        {
            yield return "invented";
        }

        if (area.Sparse)
        {
            yield return "sparse";
        }
    }
}
