using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention hold</c>: keeps reports of the caller in spite of a decision to dispose of them.</summary>
internal static class RetentionHoldCommand
{
    public static Command Create()
    {
        var reference = Text("--reference", "REF", "The controller's decision, such as KS2026/124; at most 60 characters.");
        reference.Required = true;
        var reason = Text("--reason", "TEXT", "Why, at most 200 characters. It points at nobody.");
        reason.Required = true;
        var area = Text("--area", "CODE", "Only reports from there, such as 0139-bro.");
        var category = Text("--category", "CODE", "Only of this category, such as graffiti.");
        var from = TimeArgument.Of("--from", "Only those received at this time or later; a day is its first instant.");
        var to = TimeArgument.Of("--to", "Only those received before this time; a day is its first instant.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("hold", "Keep contents of your reports until the hold is lifted: all, or those that fit.")
        {
            reference, reason, area, category, from, to, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var scope = new HoldScope
            {
                Area = parsed.GetValue(area) ?? "",
                Category = parsed.GetValue(category) ?? "",
                ReceivedFrom = TimeArgument.Read(parsed.GetValue(from), "--from"),
                ReceivedTo = TimeArgument.Read(parsed.GetValue(to), "--to"),
            };
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Retention.PlaceLegalHoldAsync(
                new PlaceLegalHoldRequest
                {
                    Scope = scope,
                    Reference = parsed.GetRequiredValue(reference),
                    Reason = parsed.GetRequiredValue(reason),
                },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line(TextCell.Printable(answer.Hold.Name));
            screen.Line($"  Kept: {RetentionWords.Scope(answer.Hold.Scope)}, by {TextCell.Printable(answer.Hold.Reference)}");
            screen.Note("Next: thub retention preview");
            return ExitCode.Fine;
        });
    }

    private static Option<string> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
