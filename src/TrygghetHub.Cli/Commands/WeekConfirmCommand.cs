using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub week confirm</c>: says that the caller's own reporting of a week is complete, or that there is none.</summary>
internal static class WeekConfirmCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality();
        var week = CallerOptions.InWeek();
        var nothing = new Option<bool>("--nothing") { Description = "Confirm that you have nothing to report." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("confirm", "Confirm that you have reported everything for a week, or that you have nothing to report.")
        {
            municipality, week, nothing, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asked = Week.Parse(parsed.GetRequiredValue(week));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Pictures.ConfirmWeekAsync(new ConfirmWeekRequest
            {
                Municipality = parsed.GetRequiredValue(municipality),
                Week = asked.Wire,
                Statement = parsed.GetValue(nothing) ? WeekStatement.NothingToReport : WeekStatement.Complete,
            }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            var said = answer.Confirmation;
            screen.Line($"{said.Partner} says of {said.Municipality}, {Week.Of(said.Week)}: "
                + (said.Statement == WeekStatement.NothingToReport ? "nothing to report" : "complete")
                + $" ({Words.Time(said.ConfirmTime)}).");
            if (!Week.Of(said.Week).IsOver(TimeProvider.System.GetUtcNow()))
            {
                screen.Warn(
                    "The week is not over yet.",
                    "Report what is still to come as usual, and say it again on Monday: the last word counts.");
                return ExitCode.Warnings;
            }

            return ExitCode.Fine;
        });
    }
}
