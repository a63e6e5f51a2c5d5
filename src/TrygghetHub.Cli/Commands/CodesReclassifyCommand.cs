using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes reclassify</c>: puts what was sent where the mapping has it now.</summary>
internal static class CodesReclassifyCommand
{
    public static Command Create()
    {
        var code = new Option<string>("--code") { Description = "Include only reports with this code, which is one of your own.", HelpName = "CODE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show how many reports would change, without changing them." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "reclassify",
            "Reclassify your current reports according to your current mapping. The earlier categories remain in the "
            + "journal, and partners that have received the reports are notified.")
        {
            code, dryRun, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var isDryRun = parsed.GetValue(dryRun);
            var done = await client.Codes.ReclassifyReportsAsync(
                new ReclassifyReportsRequest { SourceCategory = parsed.GetValue(code) ?? "", DryRun = isDryRun },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(done);
                return ExitCode.Fine;
            }

            screen.Line($"{Screen.Figure(done.Reclassified)} reports {(isDryRun ? "would be" : "were")} put in another category.");
            if (done.NotAgreed > 0)
            {
                screen.Line($"{Screen.Figure(done.NotAgreed)} keep theirs: no agreement lets you send the new category about their place.");
            }

            return ExitCode.Fine;
        });
    }
}
