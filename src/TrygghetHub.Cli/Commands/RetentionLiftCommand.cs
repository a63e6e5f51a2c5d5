using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention lift</c>: lifts a legal hold.</summary>
internal static class RetentionLiftCommand
{
    public static Command Create()
    {
        var hold = new Argument<string>("HOLD") { Description = "Name of the hold, as listed by `thub retention holds`." };
        var reference = new Option<string>("--reference")
        {
            Description = "Reference to the controller's decision, such as KS2026/125; at most 60 characters.",
            HelpName = "REF",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("lift", "Lift a hold. Data that is due is permanently disposed of the next night or when the hub starts.")
        {
            hold, reference, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Retention.LiftLegalHoldAsync(
                new LiftLegalHoldRequest
                {
                    Name = parsed.GetRequiredValue(hold),
                    Reference = parsed.GetRequiredValue(reference),
                },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line($"{TextCell.Printable(answer.Hold.Name)} is lifted, by {TextCell.Printable(answer.Hold.LiftReference)}.");
            screen.Note("Next: thub retention preview");
            return ExitCode.Fine;
        });
    }
}
