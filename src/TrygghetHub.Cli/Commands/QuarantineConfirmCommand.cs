using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub quarantine confirm</c>: says that what was found is a false alarm, and has the report taken.</summary>
internal static class QuarantineConfirmCommand
{
    public static Command Create()
    {
        var name = QuarantineArguments.Name();
        var reason = new Option<string>("--reason")
        {
            Description = "Reason why the finding is not personal data. It is stored permanently, so do not quote the finding.",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("confirm", "Confirm that the findings are a false alarm, so that the hub accepts the report. The hub stores your identity and reason.")
        {
            name, reason, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var accepted = (await client.Quarantine.ConfirmQuarantinedAsync(
                new ConfirmQuarantinedRequest { Name = parsed.GetRequiredValue(name), Reason = parsed.GetRequiredValue(reason) },
                cancellationToken: cancellation)).Accepted;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(accepted);
                return ExitCode.Fine;
            }

            screen.Line($"Taken: {accepted.Name}.");
            return ExitCode.Fine;
        });
    }
}
