using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner list</c>.</summary>
internal static class PartnerListCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List who takes part.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var partners = new List<Partner>();
            for (var token = ""; ;)
            {
                var page = await client.Partners.ListPartnersAsync(
                    new ListPartnersRequest { PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
                partners.AddRange(page.Partners);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }
            if (parsed.GetValue(json))
            {
                screen.WriteJson(partners);
                return ExitCode.Fine;
            }
            if (partners.Count == 0)
            {
                screen.Line("Nobody is enrolled yet.");
                screen.Note("Next: thub partner enrol ID --name NAME --kind KIND --out DIR");
                return ExitCode.Fine;
            }
            var table = Screen.Table("Id", "Name", "Kind", "Legal status", "Certificate until");
            foreach (var partner in partners)
            {
                table.AddRow(TextCell.Of(partner.Id), TextCell.Of(partner.DisplayName), TextCell.Of(Words.Of(partner.Kind)),
                    TextCell.Of(Words.Of(partner.LegalStatus).Replace('-', ' ')),
                    TextCell.Of(Words.Day(partner.Certificates.FirstOrDefault()?.NotAfter)));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }
}
