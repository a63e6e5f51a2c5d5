using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture get</c>: prints a week's picture for people, or as protobuf JSON.</summary>
internal static class PictureGetCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality();
        var week = CallerOptions.InWeek();
        var revision = new Option<int?>("--revision") { Description = "Default: the highest there is.", HelpName = "N" };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("get", "Print your picture of a week.") { municipality, week, revision, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var request = new GetPictureRequest
            {
                Municipality = parsed.GetRequiredValue(municipality),
                Week = Week.Parse(parsed.GetRequiredValue(week)).Wire,
            };
            if (parsed.GetValue(revision) is { } wanted)
            {
                request.Revision = wanted;
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Pictures.GetPictureAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Picture);
            }
            else
            {
                PicturePrinter.Print(screen, answer.Picture);
            }

            return ExitCode.Fine;
        });
    }
}
