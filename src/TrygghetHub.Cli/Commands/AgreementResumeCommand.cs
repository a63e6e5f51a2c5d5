using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement resume</c>: takes back one's own suspension.</summary>
internal static class AgreementResumeCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("resume", "Take back your own suspension of an agreement.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var name = parsed.GetRequiredValue(id);
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
