using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement list</c>.</summary>
internal static class AgreementListCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List the agreements in force that concern you.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var agreements = new List<AgreementVersion>();
            for (var token = ""; ;)
            {
                var page = await client.Agreements.ListAgreementsAsync(
                    new ListAgreementsRequest { PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
                agreements.AddRange(page.Versions);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }
            if (parsed.GetValue(json))
            {
                screen.WriteJson(agreements);
                return ExitCode.Fine;
            }
            if (agreements.Count == 0)
            {
                screen.Line("No agreement is in force: nothing may be sent or seen.");
                screen.Note("Next: thub agreement apply FILE.json");
                return ExitCode.Fine;
            }
            var table = Screen.Table("Id", "Title", "Version>", "From", "To", "Parties");
            foreach (var version in agreements)
            {
                var agreement = version.Agreement;
                table.AddRow(TextCell.Of(agreement.Id), TextCell.Of(agreement.Title),
                    TextCell.Of(version.Version.ToString(CultureInfo.InvariantCulture)),
                    TextCell.Of(Words.Day(agreement.ValidFrom)), TextCell.Of(Words.Day(agreement.ValidTo)),
                    TextCell.Of(string.Join(", ", agreement.Parties.Select(p => p.Partner))));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }
}
