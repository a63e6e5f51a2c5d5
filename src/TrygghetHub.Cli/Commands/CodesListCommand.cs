using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes list</c> and <c>thub codes unmapped</c>: the caller's codes that came, and what they are here.</summary>
internal static class CodesListCommand
{
    public static Command Create() => Create("list", "List the codes that you have sent, and the categories that they map to.", unmappedOnly: false);

    public static Command CreateUnmapped() => Create(
        "unmapped", "List the codes that you have sent and that your mapping does not contain. Exit code 1: there are such codes.", unmappedOnly: true);

    private static Command Create(string name, string description, bool unmappedOnly)
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(name, description) { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var codes = (await client.Codes.ListSourceCodesAsync(
                new ListSourceCodesRequest { UnmappedOnly = unmappedOnly }, cancellationToken: cancellation)).Codes;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(codes);
            }
            else if (codes.Count == 0)
            {
                screen.Line(unmappedOnly
                    ? "Every code that you have sent is mapped."
                    : "None of your standing reports came with a code of your own (report.source_category).");
            }
            else
            {
                var table = Screen.Table("Your code", "Here", "Reports>", "Elsewhere>", "Last");
                foreach (var code in codes)
                {
                    table.AddRow(
                        TextCell.Of(code.SourceCategory),
                        TextCell.Of(code.MappedCategory.Length == 0 ? "not mapped: other" : code.MappedCategory),
                        TextCell.Of(Screen.Figure(code.Reports)),
                        TextCell.Of(code.ClassifiedOtherwise.ToString(CultureInfo.InvariantCulture)),
                        TextCell.Of(Words.Day(code.LastTime)));
                }

                screen.Show(table);
                if (codes.Any(c => c.ClassifiedOtherwise > 0))
                {
                    screen.Note("Elsewhere: reports that stand in another category than the mapping gives now.");
                    screen.Note("Next: thub codes reclassify --dry-run");
                }
            }

            return unmappedOnly && codes.Count > 0 ? ExitCode.Warnings : ExitCode.Fine;
        });
    }
}
