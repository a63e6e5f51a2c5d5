using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement review</c>: how much a partner may see of the last weeks.</summary>
internal static class AgreementReviewCommand
{
    public static Command Create()
    {
        var partner = AgreementArguments.Recipient();
        var purpose = AgreementArguments.Purpose();
        var weeks = AgreementArguments.Weeks();
        var at = TimeArgument.Of("--at", "Use the rules and the reports as of this time, such as 2026-11-23T08:00. Default: now.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("review", "Count how much of the reports of recent weeks a partner may see, or could have seen.")
        {
            partner, purpose, weeks, at, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var recipient = parsed.GetRequiredValue(partner);
            var request = new ReviewAccessRequest
            {
                Recipient = recipient,
                Purpose = Words.ValueOf<Purpose>(parsed.GetRequiredValue(purpose), "purpose"),
                Weeks = parsed.GetValue(weeks),
                Time = TimeArgument.Read(parsed.GetValue(at), "--at"),
            };
            var answer = await client.Agreements.ReviewAccessAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            if (answer.Quarters.Count > 0)
            {
                ShowReached(screen, request, answer);
            }

            if (answer.Quarters.Count > 0 && answer.Visible.Count == 0)
            {
                return ExitCode.Fine;
            }

            screen.Line($"What {recipient} may see for {Words.Of(request.Purpose).Replace('-', ' ')}, "
                + $"{AgreementPrinter.Count(request.Weeks, "week", "weeks")} up to {(request.Time is null ? "now" : Words.Time(request.Time))}:");
            if (answer.Visible.Count == 0)
            {
                screen.Line("Nothing.");
                screen.Note($"Why: thub agreement explain --partner {recipient}");
                return ExitCode.Fine;
            }

            var table = Screen.Table("Sender", "Category", "By", "Form", "Place", "Time", "Reports>");
            foreach (var row in answer.Visible)
            {
                table.AddRow(TextCell.Of(row.Sender), TextCell.Of(row.Category),
                    TextCell.Of(row.Grounds is { Agreement.Length: > 0 } g ? $"{g.Agreement} v{g.Version} {g.Clause}" : "its own"),
                    TextCell.Of(Words.Of(row.Form)), TextCell.Of(Words.Of(row.Precision)), TextCell.Of(Words.Of(row.Time)),
                    TextCell.Of(Screen.Figure(row.Reports)));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }

    private static void ShowReached(Screen screen, ReviewAccessRequest request, ReviewAccessResponse answer)
    {
        screen.Line($"What the agreements show {request.Recipient} for {Words.Of(request.Purpose).Replace('-', ' ')}, "
            + $"{(request.Time is null ? "now" : Words.Time(request.Time))}, and how many reports the hub has received:");
        if (answer.Reached.Count == 0)
        {
            screen.Line("Nothing.");
            screen.Note($"Why: thub agreement explain --partner {request.Recipient}");
            return;
        }

        var table = Screen.Table(
            ["Sender", "Category", "By", "Form", "Place", "Time", "Where", .. answer.Quarters.Select(q => BandWords.Of(q) + ">")]);
        foreach (var row in answer.Reached)
        {
            foreach (var place in row.Municipalities)
            {
                table.AddRow(
                [
                    TextCell.Of(row.Sender), TextCell.Of(row.Category),
                    TextCell.Of($"{row.Grounds.Agreement} v{row.Grounds.Version} {row.Grounds.Clause}"),
                    TextCell.Of(Words.Of(row.Form)), TextCell.Of(Words.Of(row.Precision)), TextCell.Of(Words.Of(row.Time)),
                    TextCell.Of(BandWords.Place(place)), .. place.Bands.Select(b => TextCell.Of(BandWords.Of(b))),
                ]);
            }
        }

        screen.Show(table);
        screen.Line(BandWords.Note + " They are of all reports of the sender and category in the municipality.");
    }
}
