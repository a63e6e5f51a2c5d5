using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub quarantine show</c>: one report that waits, with what was found marked in its text.</summary>
internal static class QuarantineShowCommand
{
    public static Command Create()
    {
        var name = QuarantineArguments.Name();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show a quarantined report with its text. Findings are shown in [brackets].") { name, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var report = (await client.Quarantine.GetQuarantinedAsync(
                new GetQuarantinedRequest { Name = parsed.GetRequiredValue(name) }, cancellationToken: cancellation)).Report;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(report);
                return ExitCode.Fine;
            }

            screen.Line($"{report.Type} {TextCell.Printable(report.Report.SourceRef)}, revision {report.Report.Revision}");
            screen.Line($"  Came:        {Words.Minute(report.QuarantineTime)}");
            screen.Line($"  Gone after:  {Words.Minute(report.ExpireTime)}");
            foreach (var finding in report.Findings)
            {
                screen.Line($"  {(finding.Blocking ? "Blocks:     " : "Warns:      ")} {finding.Words()}");
            }

            screen.Line($"  Summary:     {TextCell.Printable(Marked(report))}");
            screen.Note(report.Findings.Where(f => f.Blocking).All(f => report.Confirmable.Contains(f.Kind))
                ? $"A false alarm? thub quarantine confirm {report.Name} --reason \"…\""
                : "The agreement lets nobody confirm this as a false alarm. Send the report again without it, "
                    + $"or: thub quarantine discard {report.Name}");
            return ExitCode.Fine;
        });
    }

    private static string Marked(QuarantinedReport report)
    {
        var text = report.Report.Summary;
        foreach (var finding in report.Findings.Where(f => f.Field == "report.summary").OrderByDescending(f => f.Start))
        {
            if (finding.Start + finding.Length <= text.Length)
            {
                text = text.Insert(finding.Start + finding.Length, "]").Insert(finding.Start, "[");
            }
        }

        return text;
    }
}
