using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub quarantine list</c>: the caller's own reports that wait.</summary>
internal static class QuarantineListCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List them, oldest first. Exit 1 when something waits.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var waiting = await ReadAsync(client, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(waiting);
            }
            else if (waiting.Count == 0)
            {
                screen.Line("None of your reports waits in quarantine.");
            }
            else
            {
                var table = Screen.Table("Source ref", "Found", "Came", "Gone after", "Name");
                foreach (var report in waiting)
                {
                    table.AddRow(
                        TextCell.Of(report.Report.SourceRef),
                        TextCell.Of(string.Join(", ", report.Findings.Where(f => f.Blocking).Select(f => f.Kind.Name()).Distinct())),
                        TextCell.Of(Words.Minute(report.QuarantineTime)), TextCell.Of(Words.Minute(report.ExpireTime)),
                        TextCell.Of(report.Name));
                }

                screen.Show(table);
                screen.Note("Send a report again under its reference and revision, without what was found; or see one:");
                screen.Note($"Next: thub quarantine show {waiting[0].Name}");
            }

            return waiting.Count == 0 ? ExitCode.Fine : ExitCode.Warnings;
        });
    }

    private static async Task<List<QuarantinedReport>> ReadAsync(HubClient client, CancellationToken cancellation)
    {
        var waiting = new List<QuarantinedReport>();
        var request = new ListQuarantinedRequest { PageSize = 1000 };
        do
        {
            var page = await client.Quarantine.ListQuarantinedAsync(request, cancellationToken: cancellation);
            waiting.AddRange(page.Reports);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return waiting;
    }
}
