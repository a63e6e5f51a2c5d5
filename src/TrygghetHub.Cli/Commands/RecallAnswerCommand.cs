using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub recall answer</c>: says what was done with what was recalled.</summary>
internal static class RecallAnswerCommand
{
    private const string Choices = "Give one of --blocked, --deleted, --kept and --not-found.";

    public static Command Create()
    {
        var recall = new Argument<string>("RECALL") { Description = "Name of the recall, as listed by `thub recall list`." };
        var blocked = new Option<bool>("--blocked") { Description = "The report is blocked: it is no longer shown or counted." };
        var deleted = new Option<bool>("--deleted") { Description = "The report is deleted. A public authority must also specify --decision." };
        var decision = new Option<string>("--decision")
        {
            Description = "With --deleted: reference to the disposal decision (gallringsbeslut), at most 120 characters.",
            HelpName = "REF",
        };
        var kept = new Option<bool>("--kept") { Description = "The report is kept under a legal rule. Requires --rule." };
        var rule = new Option<string>("--rule")
        {
            Description = "With --kept: the legal rule, such as \"Arkivlagen 10 §\", at most 200 characters.",
            HelpName = "TEXT",
        };
        var notFound = new Option<bool>("--not-found") { Description = "You do not have the report." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("answer", "Report what you have done with the recalled report. A later answer replaces an earlier one.")
        {
            recall, blocked, deleted, decision, kept, rule, notFound, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var outcome = Outcome(parsed.GetValue(blocked), parsed.GetValue(deleted), parsed.GetValue(kept), parsed.GetValue(notFound));
            var (reference, law) = (parsed.GetValue(decision), parsed.GetValue(rule));
            Check(outcome, reference, law);
            var given = parsed.GetRequiredValue(recall);

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answered = await client.Feed.AnswerRecallAsync(
                given.StartsWith("recalls/", StringComparison.Ordinal) ? given : "recalls/" + given,
                outcome, reference, law, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answered);
                return ExitCode.Fine;
            }
            var said = string.Join("; ", answered.Answers.Select(RecallWords.Answer).Select(TextCell.Printable));
            screen.Line($"{TextCell.Printable(answered.Name)}  {await RecallWords.WhatAsync(answered, new HubNames(client), cancellation)}");
            screen.Line($"  Your answer: {said}");
            screen.Note("Next: thub recall list --unanswered");
            return ExitCode.Fine;
        });
    }

    private static RecallOutcome Outcome(bool blocked, bool deleted, bool kept, bool notFound) =>
        (blocked, deleted, kept, notFound) switch
        {
            (true, false, false, false) => RecallOutcome.Blocked,
            (false, true, false, false) => RecallOutcome.Deleted,
            (false, false, true, false) => RecallOutcome.Kept,
            (false, false, false, true) => RecallOutcome.NotFound,
            (false, false, false, false) => throw new UsageException("The answer is missing.", Choices),
            _ => throw new UsageException("There are several answers.", Choices),
        };

    private static void Check(RecallOutcome outcome, string? decision, string? rule)
    {
        if (decision is not null && outcome != RecallOutcome.Deleted)
        {
            throw new UsageException("--decision belongs to --deleted.", "Add --deleted, or take --decision away.");
        }

        if (rule is not null && outcome != RecallOutcome.Kept)
        {
            throw new UsageException("--rule belongs to --kept.", "Add --kept, or take --rule away.");
        }

        if (outcome == RecallOutcome.Kept && string.IsNullOrWhiteSpace(rule))
        {
            throw new UsageException("What is kept is kept under a rule.", "Add --rule TEXT, such as --rule \"Arkivlagen 10 §\".");
        }
    }
}
