using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub report list</c>: the caller's own reports that count, by the references under which they were sent.</summary>
internal static class ReportListCommand
{
    private const int PageSize = 1_000;

    public static Command Create()
    {
        var week = CallerOptions.InWeek(required: false);
        var area = new Option<string?>("--area") { Description = "Include only reports in this area, such as 0139-bro.", HelpName = "CODE" };
        var exercise = new Option<bool>("--exercise") { Description = "Include only reports from exercises." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List your own current reports. Withdrawn reports are not included.")
        {
            week, area, exercise, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var only = parsed.GetValue(week) is { } text ? Week.Parse(text).Wire : null;
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (self.Partner is not { } partner)
            {
                throw new UsageException($"{self.Principal} is no partner, and sends no reports.", "Use a partner's identity with --as.");
            }

            var names = new HubNames(client);
            var reports = new List<(Report Report, IMessage Message)>();
            await ReadAllAsync(async token =>
            {
                var page = await client.Incidents.ListIncidentsAsync(new ListIncidentsRequest
                {
                    Parent = partner.Name,
                    Purpose = Purpose.WeeklyPicture,
                    Area = parsed.GetValue(area) ?? "",
                    Week = only,
                    Exercise = parsed.GetValue(exercise),
                    PageSize = PageSize,
                    PageToken = token,
                }, cancellationToken: cancellation);
                reports.AddRange(page.Incidents.Select(i => (i.Report, (IMessage)i)));
                return page.NextPageToken;
            });
            await ReadAllAsync(async token =>
            {
                var page = await client.Observations.ListObservationsAsync(new ListObservationsRequest
                {
                    Parent = partner.Name,
                    Purpose = Purpose.WeeklyPicture,
                    Area = parsed.GetValue(area) ?? "",
                    Week = only,
                    Exercise = parsed.GetValue(exercise),
                    PageSize = PageSize,
                    PageToken = token,
                }, cancellationToken: cancellation);
                reports.AddRange(page.Observations.Select(o => (o.Report, (IMessage)o)));
                return page.NextPageToken;
            });

            reports.Sort((a, b) => Comparer<DateTimeOffset?>.Default.Compare(
                a.Report.Occurred?.From?.ToDateTimeOffset(), b.Report.Occurred?.From?.ToDateTimeOffset()));
            if (parsed.GetValue(json))
            {
                screen.WriteJson(reports.Select(r => r.Message));
                return ExitCode.Fine;
            }

            if (reports.Count == 0)
            {
                screen.Line("You have no report that counts" + (only is null ? "." : $" in {parsed.GetValue(week)}."));
                return ExitCode.Fine;
            }

            var table = Screen.Table("Source ref", "Rev>", "When", "What", "Area");
            foreach (var (report, _) in reports)
            {
                table.AddRow(
                    TextCell.Of(report.SourceRef), TextCell.Of(report.Revision.ToString(CultureInfo.InvariantCulture)),
                    TextCell.Of(ReportWords.When(report)), TextCell.Of(ReportWords.What(report)),
                    TextCell.Of(await names.AreaAsync(report.Place?.Area ?? "", cancellation)));
            }

            screen.Show(table);
            screen.Line($"{Screen.Figure(reports.Count)} report{(reports.Count == 1 ? "" : "s")}.");
            screen.Note("Next: thub report show SOURCE_REF");
            return ExitCode.Fine;
        });
    }

    private static async Task ReadAllAsync(Func<string, Task<string>> readPage)
    {
        for (var token = await readPage(""); token.Length > 0; token = await readPage(token))
        {
        }
    }
}
