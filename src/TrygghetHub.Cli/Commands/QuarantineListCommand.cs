using System.CommandLine;
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
        var command = new Command("list", "List quarantined reports, oldest first. Exit code 1: at least one report is waiting.") { caller, json };
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
                // In lines, not in a table: names are there to be copied.
                foreach (var report in waiting)
                {
                    screen.Line(report.Name);
                    screen.Line($"  Source ref:  {TextCell.Printable(report.Report.SourceRef)}, revision {report.Report.Revision}");
                    screen.Line($"  Found:       {string.Join(", ", report.Findings.Where(f => f.Blocking).Select(f => $"{f.Kind.Name()} in {f.Field}").Distinct())}");
                    screen.Line($"  Came:        {Words.Minute(report.QuarantineTime)}, gone after {Words.Minute(report.ExpireTime)}");
                }

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
