using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention hold</c>: keeps reports of the caller in spite of a decision to dispose of them.</summary>
internal static class RetentionHoldCommand
{
    public static Command Create()
    {
        var reference = Text("--reference", "REF", "Reference to the controller's decision, such as KS2026/124; at most 60 characters.");
        reference.Required = true;
        var reason = Text("--reason", "TEXT", "Reason, at most 200 characters. Must not identify a person.");
        reason.Required = true;
        var area = Text("--area", "CODE", "Include only reports from this area, such as 0139-bro.");
        var category = Text("--category", "CODE", "Include only reports of this category, such as graffiti.");
        var from = TimeArgument.Of("--from", "Include only reports received at or after this time. A date without a time means the start of the day.");
        var to = TimeArgument.Of("--to", "Include only reports received before this time. A date without a time means the start of the day.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("hold", "Keep the contents of your reports until the hold is lifted. Filters limit the hold to matching reports.")
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
