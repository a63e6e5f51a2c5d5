using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub recall list</c>: what the caller has to answer, or how its own recalls are answered.</summary>
internal static class RecallListCommand
{
    public static Command Create()
    {
        var ordered = new Option<bool>("--ordered")
        {
            Description = "List recalls of your own reports, and who has answered. Without this option, list recalls that you must answer.",
        };
        var overdue = new Option<bool>("--overdue") { Description = "Include only recalls with an overdue answer." };
        var unanswered = new Option<bool>("--unanswered") { Description = "Include only recalls with a missing answer." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List recalls, newest first. Exit code 1: an answer is overdue.")
        {
            ordered, overdue, unanswered, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var recalls = await client.Feed.ListRecallsAsync(parsed.GetValue(ordered), parsed.GetValue(unanswered),
                parsed.GetValue(overdue), cancellation).ToListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(recalls);
            }
            else if (recalls.Count == 0)
            {
                var narrowed = parsed.GetValue(overdue) ? " is overdue" : parsed.GetValue(unanswered) ? " is unanswered" : "";
                screen.Line(parsed.GetValue(ordered)
                    ? $"No recall of your own reports{(narrowed.Length > 0 ? narrowed : " was ordered")}."
                    : $"No recall{(narrowed.Length > 0 ? narrowed : " was sent to you")}.");
            }
            else if (parsed.GetValue(ordered))
            {
                await ShowOrderedAsync(screen, recalls, new HubNames(client), cancellation);
            }
            else
            {
                await ShowReceivedAsync(screen, recalls, new HubNames(client), cancellation);
            }

            return recalls.SelectMany(r => r.Answers).Any(a => a.Overdue) ? ExitCode.Warnings : ExitCode.Fine;
        });
    }

    private static async Task ShowReceivedAsync(
        Screen screen, List<Recall> recalls, HubNames names, CancellationToken cancellation)
    {
        foreach (var recall in recalls)
        {
            await ShowAsync(screen, recall, names, cancellation);
            screen.Line("  Your answer: " + (recall.Answers.Count == 0
                ? "not answered"
                : string.Join("; ", recall.Answers.Select(RecallWords.Answer).Select(TextCell.Printable))));
        }

        if (recalls.FirstOrDefault(r => r.Answers.All(a => a.AnswerTime is null)) is { } open)
        {
            screen.Note("Give it up, and say so: neither show it nor count it any more (--blocked), delete it "
                + "(--deleted, an authority with --decision), or name the rule under which you keep it (--kept --rule).");
            screen.Note($"Next: thub recall answer {TextCell.Printable(open.Name)} --blocked");
        }
    }

    private static async Task ShowOrderedAsync(
        Screen screen, List<Recall> recalls, HubNames names, CancellationToken cancellation)
    {
        foreach (var recall in recalls)
        {
            await ShowAsync(screen, recall, names, cancellation);
            var answered = recall.Answers.Count(a => a.AnswerTime is not null);
            var late = recall.Answers.Count(a => a.Overdue);
            screen.Line(recall.Answers.Count == 0
                ? "  Sent to nobody: nobody had been shown it."
                : $"  {answered} of {recall.Answers.Count} answered" + (late > 0 ? $", {late} OVERDUE" : ""));
            var told = new List<(string Partner, string Answer)>();
            foreach (var answer in recall.Answers)
            {
                told.Add((await names.PartnerAsync(answer.Partner, cancellation), TextCell.Printable(RecallWords.Answer(answer))));
            }

            var width = told.Select(t => t.Partner.Length).DefaultIfEmpty(0).Max();
            foreach (var (partner, answer) in told)
            {
                screen.Line($"    {partner.PadRight(width)}  {answer}");
            }
        }
    }

    private static async Task ShowAsync(Screen screen, Recall recall, HubNames names, CancellationToken cancellation)
    {
        screen.Line($"{TextCell.Printable(recall.Name)}  {await RecallWords.WhatAsync(recall, names, cancellation)}");
        screen.Line($"  Why:         {RecallWords.Why(recall.Cause)}");
        screen.Line($"  Ordered:     {Words.Minute(recall.OrderTime)}, to be answered by {Words.Minute(recall.DueTime)}");
    }
}
