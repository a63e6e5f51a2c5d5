using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes types</c>: what becomes of published events, by type.</summary>
internal static class CodesTypesCommand
{
    public static Command Create()
    {
        var held = new Option<bool>("--held")
        {
            Description = "List only types without a decision, whose events are held back (coordinator). Exit code 1: there are such types.",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("types", "List the types of published events, and how the hub handles each type.") { held, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            return parsed.GetValue(held)
                ? await HeldAsync(client, screen, parsed.GetValue(json), cancellation)
                : await AllAsync(client, screen, parsed.GetValue(json), cancellation);
        });
    }

    /// <summary>A treatment in words.</summary>
    public static string Of(EventType? type) => type?.Treatment switch
    {
        EventTreatment.Counted => type.Category,
        EventTreatment.Context => "context, not counted",
        EventTreatment.NeverTaken when type.Decided => "never taken",
        EventTreatment.NeverTaken => "never taken: it concerns individuals",
        _ => "held back",
    };

    private static async Task<int> AllAsync(HubClient client, Screen screen, bool json, CancellationToken cancellation)
    {
        var list = await client.Codes.ListEventTypesAsync(new ListEventTypesRequest(), cancellationToken: cancellation);
        if (json)
        {
            screen.WriteJson(list);
            return ExitCode.Fine;
        }

        var table = Screen.Table("Type", "Here", "Decided by");
        foreach (var type in list.Types_)
        {
            table.AddRow(TextCell.Of(type.Type), TextCell.Of(Of(type)), TextCell.Of(type.Decided ? "a coordinator" : ""));
        }

        screen.Show(table);
        screen.Line($"Version {list.Version}. Any other type is held back; one that holds a word such as våldtäkt is never taken.");
        return ExitCode.Fine;
    }

    private static async Task<int> HeldAsync(HubClient client, Screen screen, bool json, CancellationToken cancellation)
    {
        var held = (await client.Codes.ListHeldEventTypesAsync(
            new ListHeldEventTypesRequest(), cancellationToken: cancellation)).Types_;
        if (json)
        {
            screen.WriteJson(held);
        }
        else if (held.Count == 0)
        {
            screen.Line("No type waits for a decision.");
        }
        else
        {
            var table = Screen.Table("Type", "Refused>", "First", "Last");
            foreach (var type in held)
            {
                table.AddRow(
                    TextCell.Of(type.Type), TextCell.Of(Screen.Figure(type.Refusals)), TextCell.Of(Words.Day(type.FirstTime)),
                    TextCell.Of(Words.Day(type.LastTime)));
            }

            screen.Show(table);
            screen.Note("Next: thub codes decide TYPE --category CODE, --context or --never");
        }

        return held.Count > 0 ? ExitCode.Warnings : ExitCode.Fine;
    }
}
