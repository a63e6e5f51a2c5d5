using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement apply</c>: puts an agreement in force that nobody has signed, to try it.</summary>
internal static class AgreementApplyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.json") { Description = "The agreement in protobuf JSON." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("apply", "Put an unsigned agreement into force (development hubs only).") { file, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var agreement = ProtoJson.Open(parsed.GetRequiredValue(file)).Message<CooperationAgreement>();
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Agreements.ApplyAgreementAsync(
                new ApplyAgreementRequest { Agreement = agreement }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Version);
            }
            else
            {
                screen.Line($"{answer.Version.Agreement.Id}, version {answer.Version.Version}: "
                    + $"{AgreementPrinter.State(answer.Version)}. Nobody has signed it: this is a development hub.");
            }

            return ExitCode.Fine;
        });
    }
}
