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
        var nothing = new Option<bool>("--nothing") { Description = "There is nothing to report." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("confirm", "Say that you have reported all there is of a week, or that there is nothing.")
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
