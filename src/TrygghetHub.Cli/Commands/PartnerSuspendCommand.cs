using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner suspend</c>: shuts a partner out.</summary>
internal static class PartnerSuspendCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var reason = PartnerArguments.Reason("The partner can read it");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("suspend", "Suspend a partner's access immediately, until it is resumed.") { id, reason, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.SuspendPartnerAsync(new SuspendPartnerRequest
            {
                Name = "partners/" + parsed.GetRequiredValue(id),
                Reason = parsed.GetRequiredValue(reason),
            }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line(PartnerShowCommand.StateSentence(answer.Partner));
            screen.Line("No call of it is taken, and its running streams end. What it has sent stays.");
            screen.Note($"Next: thub partner resume {answer.Partner.Id}, to let it back in.");
            return ExitCode.Fine;
        });
    }
}
