using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner list</c>.</summary>
internal static class PartnerListCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List the partners.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var partners = await PartnerArguments.AllAsync(client, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(partners);
                return ExitCode.Fine;
            }
            if (partners.Count == 0)
            {
                screen.Line("Nobody is enrolled yet.");
                screen.Note("Next: thub partner create ID --name NAME --kind KIND");
                return ExitCode.Fine;
            }
            var table = Screen.Table("Id", "Name", "Kind", "State", "Roles", "Certificate until");
            foreach (var partner in partners)
            {
                table.AddRow(TextCell.Of(partner.Id), TextCell.Of(partner.DisplayName), TextCell.Of(Words.Of(partner.Kind)),
                    TextCell.Of(Words.Of(partner.State)), TextCell.Of(PartnerShowCommand.Roles(partner)),
                    TextCell.Of(Words.Day(partner.Certificates.FirstOrDefault()?.NotAfter)));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }
}
