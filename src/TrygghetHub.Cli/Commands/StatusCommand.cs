using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Operations.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub status</c>: how the hub is. Exit 0 well, 1 something needs a look, 2 something does not work.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("status", "Show the hub's health. Exit code 0: healthy, 1: warnings, 2: failures.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var status = await client.Operations.GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(status);
            }
            else
            {
                Show(screen, status);
            }

            return status.Items.Any(i => i.Level == StatusLevel.Failure) ? ExitCode.Failure
                : status.Items.Any(i => i.Level == StatusLevel.Warning) ? ExitCode.Warnings
                : ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, GetStatusResponse status)
    {
        screen.Line($"TrygghetHub {status.Version}  {status.Environment}  {Words.Time(status.HubTime)}");
        var width = status.Items.Select(i => i.Subject.Length).DefaultIfEmpty(0).Max();
        foreach (var item in status.Items)
        {
            screen.Line($"{Level(item.Level),-4}  {item.Subject.PadRight(width)}  {item.Text}");
        }

        // What to do stands with the worst, which come first.
        foreach (var remedy in status.Items.Select(i => i.Remedy).Where(r => r.Length > 0).Distinct())
        {
            screen.Note("Next: " + remedy);
        }
    }

    private static string Level(StatusLevel level) => level switch
    {
        StatusLevel.Ok => "OK",
        StatusLevel.Warning => "WARN",
        _ => "FAIL",
    };
}
