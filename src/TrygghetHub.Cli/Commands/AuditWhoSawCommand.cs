using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Audit.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub audit who-saw</c>: who has seen a report, which revision, when and by what.</summary>
internal static class AuditWhoSawCommand
{
    public static Command Create()
    {
        var report = new Argument<string>("REPORT")
        {
            Description = "Resource name of the report, such as partners/polisen/incidents/ID. Withdrawn reports can also be specified.",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("who-saw", "List who has seen one of your reports, and which agreement clause permitted it.") { report, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Audit.ListViewersAsync(
                new ListViewersRequest { Report = parsed.GetRequiredValue(report) }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }
            if (answer.Viewers.Count == 0)
            {
                screen.Line("Nobody has been shown it.");
                return ExitCode.Fine;
            }
            Show(screen, answer.Viewers);
            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, IReadOnlyCollection<Viewer> viewers)
    {
        var table = Screen.Table("Partner", "Rev>", "Seen", "How, and for what", "By", "Left out");
        foreach (var viewer in viewers)
        {
            table.AddRow(TextCell.Of(HubNames.Partner(viewer.Partner, viewer.PartnerName)),
                TextCell.Of(viewer.Revision.ToString(CultureInfo.InvariantCulture)), TextCell.Of(Seen(viewer)),
                TextCell.Of($"{How(viewer.Path)}, {Words.Of(viewer.Purpose).Replace('-', ' ')}"),
                TextCell.Of(ReportWords.By(viewer.Grounds)),
                TextCell.Of(viewer.Grounds is { Withheld.Count: > 0 } grounds ? string.Join(", ", grounds.Withheld) : "nothing"));
        }

        screen.Show(table);
        var sure = viewers.Where(v => !v.Possibly).Select(v => v.Partner).Distinct().ToList();
        var unsure = viewers.Where(v => v.Possibly).Select(v => v.Partner).Distinct().Except(sure).Count();
        screen.Line($"{sure.Count} partner{(sure.Count == 1 ? " has" : "s have")} seen it" + (unsure > 0
            ? $"; {unsure} more may have: a stream broke or still runs, and whether it arrived is not known." : "."));
    }

    private static string Seen(Viewer viewer)
    {
        var from = Words.Minute(viewer.EarliestTime);
        var to = viewer.LatestTime is null ? "now" : Words.Minute(viewer.LatestTime);
        return (viewer.Possibly ? "may have: " : "") + (from == to ? from : $"{from} to {to}");
    }

    private static string How(ViewingPath path) => path switch
    {
        ViewingPath.Feed => "feed",
        ViewingPath.Read => "read",
        _ => "unknown",
    };
}
