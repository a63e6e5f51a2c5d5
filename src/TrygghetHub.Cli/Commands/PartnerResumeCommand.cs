using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner resume</c>: lets a suspended partner back in.</summary>
internal static class PartnerResumeCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("resume", "Restore a suspended partner's access.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.ResumePartnerAsync(
                new ResumePartnerRequest { Name = "partners/" + parsed.GetRequiredValue(id) }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line(PartnerShowCommand.StateSentence(answer.Partner));
            return ExitCode.Fine;
        });
    }
}
