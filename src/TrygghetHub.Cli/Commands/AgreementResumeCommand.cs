using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement resume</c>: takes back one's own suspension.</summary>
internal static class AgreementResumeCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("resume", "Resume an agreement that you have suspended.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var name = parsed.GetRequiredValue(id);
            var now = (await client.Agreements.GetAgreementAsync(
                new GetAgreementRequest { Name = AgreementArguments.Wire(name) }, cancellationToken: cancellation)).Version;
            var self = (await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation)).Principal;
            if (now.Suspensions.All(s => s.By != self))
            {
                screen.Note(now.Suspensions.Count == 0
                    ? $"{name} is not suspended; nothing was done."
                    : $"You have not suspended {name}; nothing was done. "
                        + $"Who did, and can resume it: {AgreementPrinter.List(now.Suspensions.Select(s => s.By))}.");
            }

            var version = (await client.Agreements.ResumeAgreementAsync(
                new ResumeAgreementRequest { Name = AgreementArguments.Wire(name) }, cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line(version.State == AgreementState.Suspended
                ? $"Your suspension of {name} is taken back; it stays suspended by {AgreementPrinter.List(version.Suspensions.Select(s => s.By))}."
                : $"{name}, version {version.Version}: {AgreementPrinter.State(version)}.");
            return ExitCode.Fine;
        });
    }
}
