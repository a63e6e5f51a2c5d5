using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture compile</c>.</summary>
internal static class PictureCompileCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality();
        var week = CallerOptions.InWeek();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("compile", "Compile your picture of a week from what the hub holds now.")
        {
            municipality, week, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asked = Week.Parse(parsed.GetRequiredValue(week));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await screen.WorkAsync($"Compiling {asked}", async () =>
                await client.Pictures.CompilePictureAsync(new CompilePictureRequest
                {
                    Municipality = parsed.GetRequiredValue(municipality),
                    Week = asked.Wire,
                }, cancellationToken: cancellation));
            var picture = answer.Picture;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }
            screen.Line(answer.Compiled
                ? $"Compiled {picture.Name}, {PicturePrinter.State(picture)}: {Screen.Figure(picture.Totals?.Reports ?? 0)} reports."
                : $"Nothing differs: {picture.Name}, {PicturePrinter.State(picture)}, stands.");
            screen.Note($"Next: thub picture get --municipality {picture.Municipality} --week {asked}");
            return ExitCode.Fine;
        });
    }
}
