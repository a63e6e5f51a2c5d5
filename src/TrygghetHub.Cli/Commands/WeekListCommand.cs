using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub week list</c>: on which weeks the hub has the caller's word, and on which it waits for it.</summary>
internal static class WeekListCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality(required: false);
        var weeks = new Option<int?>("--weeks") { Description = "Number of weeks, including the current week. Default: 5.", HelpName = "N" };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "list", "List the weeks that you report for, and which of them you have not confirmed. Exit code 1: a week is unconfirmed after its soft deadline.")
        {
            municipality, weeks, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            if (parsed.GetValue(weeks) is < 1 or > 53)
            {
                throw new UsageException("--weeks must be 1 to 53.", "Leave it out for this week and the last four.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Pictures.ListWeeksAsync(
                new ListWeeksRequest { Municipality = parsed.GetValue(municipality) ?? "", PageSize = parsed.GetValue(weeks) ?? 0 },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
            }
            else
            {
                Show(screen, answer);
            }

            return answer.Weeks.Any(w => w.WordMissing && w.SoftDeadlineTime <= answer.HubTime) ? ExitCode.Warnings : ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, ListWeeksResponse answer)
    {
        if (answer.Weeks.Count == 0)
        {
            screen.Line("No agreement in force has you report of a municipality whose picture is made.");
            return;
        }

        var table = Screen.Table("Week", "Municipality", "You", "Reminded, Swedish time", "Soft deadline, Swedish time", "Freezes, Swedish time");
        foreach (var week in answer.Weeks)
        {
            table.AddRow(TextCell.Of(Week.Of(week.Week).ToString()),
                TextCell.Of($"{week.MunicipalityName} ({week.Municipality})"), TextCell.Of(Say(week)),
                TextCell.Of(Words.MomentOfColumn(week.ReminderTime)), TextCell.Of(Words.MomentOfColumn(week.SoftDeadlineTime)),
                TextCell.Of(Words.MomentOfColumn(week.FreezeTime)));
        }

        screen.Show(table);
        if (answer.Weeks.FirstOrDefault(w => w.WordMissing) is { } missing)
        {
            screen.Note($"Next: {WaitingWeeks.Confirm(missing)}, with --nothing where there was nothing.");
        }
    }

    private static string Say(ReportingWeek week) => week switch
    {
        { Statement: WeekStatement.Complete } => "said: complete",
        // A report that came after the word speaks against it, as in the picture.
        { HasReports: true } => "reported, not confirmed",
        { Statement: WeekStatement.NothingToReport } => "said: nothing to report",
        { WordMissing: true } => "silent: your word is missing",
        _ => "nothing yet",
    };
}
