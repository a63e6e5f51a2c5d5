using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement draft</c>: writes the draft of the next version, from a file of protobuf JSON.</summary>
internal static class AgreementDraftCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.json") { Description = "The agreement in protobuf JSON." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("draft", "Draft a new agreement or the next version of an agreement. A later draft replaces an earlier one.")
        {
            file, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var agreement = ProtoJson.Open(parsed.GetRequiredValue(file)).Message<CooperationAgreement>();
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var version = (await client.Agreements.DraftAgreementAsync(
                new DraftAgreementRequest { Agreement = agreement }, cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line($"Drafted: {version.Agreement.Id}, version {version.Version}. Nobody else sees it yet.");
            screen.Line($"SHA-256: {version.DocumentSha256}");
            if (version.Version > 1)
            {
                screen.Note($"What changes: thub agreement diff {version.Agreement.Id} {version.Agreement.Id}@{version.Version}");
            }

            screen.Note($"Next: thub agreement propose {version.Agreement.Id}/{version.Version}");
            return ExitCode.Fine;
        });
    }
}
