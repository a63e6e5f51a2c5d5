using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement show</c>.</summary>
internal static class AgreementShowCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var number = AgreementArguments.Version("the version in force, otherwise the latest version");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show an agreement: its parties, its signatures, and what it shares.")
        {
            id, number, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (name, asked) = AgreementArguments.Name(parsed.GetRequiredValue(id), parsed.GetValue(number));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var version = await AgreementArguments.GetAsync(client, name, asked, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            // Who signs reads it here: it is what the bytes say.
            AgreementArguments.Document(version);
            AgreementPrinter.Print(screen, version);
            if (AgreementArguments.PartnerOf(identity) is { } party && AgreementListCommand.WaitsFor(version, party))
            {
                screen.Note($"It waits for your signature. Next: thub agreement sign {name} --version {version.Version}");
            }

            return ExitCode.Fine;
        });
    }
}
