using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes categories</c>: the hub's own list.</summary>
internal static class CodesCategoriesCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("categories", "List the hub's categories.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var list = await client.Codes.ListCategoriesAsync(new ListCategoriesRequest(), cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(list);
                return ExitCode.Fine;
            }

            var table = Screen.Table("Code", "In Swedish", "Family");
            foreach (var category in list.Categories)
            {
                table.AddRow(
                    TextCell.Of(category.Code),
                    TextCell.Of(category.DisplayName + (category.Taken ? "" : " (taken from nobody: it concerns individuals)")),
                    TextCell.Of(category.FamilyName));
            }

            screen.Show(table);
            screen.Line($"Version {list.Version}.");
            return ExitCode.Fine;
        });
    }
}
