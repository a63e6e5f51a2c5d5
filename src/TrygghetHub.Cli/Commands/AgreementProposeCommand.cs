using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement propose</c>: puts a draft before the parties.</summary>
internal static class AgreementProposeCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID[/VERSION]") { Description = "Id of the agreement, and optionally the version of the draft. Default: the current draft." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("propose", "Propose a draft to its parties for signing.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (name, number) = AgreementArguments.Name(parsed.GetRequiredValue(id));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var draft = await AgreementArguments.GetAsync(
                client, name, number, AgreementState.Draft, "Draft it first: thub agreement draft FILE.json", cancellation);
            // The hash of the bytes that were read here: what somebody else drafts in between is not proposed.
            var (agreement, sha256) = AgreementArguments.Document(draft);
            if (!parsed.GetValue(json))
            {
                screen.Line($"{AgreementPrinter.Plain(agreement.Title)}  ({name}, version {draft.Version})");
                screen.Line($"SHA-256: {sha256}");
                AgreementPrinter.Brief(screen, agreement);
            }

            var version = (await client.Agreements.ProposeAgreementAsync(
                new ProposeAgreementRequest { Name = draft.Name, DocumentSha256 = sha256 },
                cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line();
            screen.Line($"Proposed. Its bytes change no more. To sign: {AgreementPrinter.List(version.UnsignedParties, "nobody")}.");
            screen.Note($"Next, each party: thub agreement sign {name} --version {version.Version}");
            return ExitCode.Fine;
        });
    }
}
