using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention decide</c>: enters the controller's decision on how long contents are kept.</summary>
internal static class RetentionDecideCommand
{
    public static Command Create()
    {
        var @class = new Option<string>("--class")
        {
            Description = "Class of data: report, or access-log (operator).",
            HelpName = "CLASS",
            Required = true,
        };
        var days = new Option<int?>("--days")
        {
            Description = "Number of days to keep data after the day of receipt, 1 to 36500.",
            HelpName = "N",
        };
        var keep = new Option<bool>("--keep") { Description = "Do not dispose of anything. Replaces an earlier decision to dispose." };
        var reference = new Option<string>("--decision")
        {
            Description = "Reference to the controller's disposal decision (gallringsbeslut), such as KS2026/123, at most 60 characters.",
            HelpName = "REF",
            Required = true,
        };
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "decide", "Record a retention decision. It takes effect immediately: data that is due is permanently disposed of the next night or when the hub starts.")
        {
            @class, days, keep, reference, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var request = new DecideRetentionRequest
            {
                RetentionClass = Words.ValueOf<RetentionClass>(parsed.GetRequiredValue(@class), "class"),
                Days = parsed.GetValue(days) ?? 0,
                Keep = parsed.GetValue(keep),
                DecisionReference = parsed.GetRequiredValue(reference),
            };
            if (request.Keep == parsed.GetValue(days) is not null)
            {
                throw new UsageException("A decision says how long, or that nothing goes.", "Give one of --days N and --keep.");
            }

            if (!request.Keep)
            {
                Confirmation.Require(screen, parsed.GetValue(yes), request.DecisionReference,
                    $"What is older than {request.Days} days goes the next night, for good.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Retention.DecideRetentionAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            var decision = answer.Decision;
            var whose = decision.Partner.Length > 0 ? $" of {decision.Partner}" : "";
            screen.Line($"{RetentionWords.Of(decision.RetentionClass)}{whose}: {RetentionWords.Time(decision.Days)}, "
                + $"by {TextCell.Printable(decision.DecisionReference)}, since {Words.Minute(decision.DecideTime)}.");
            if (!decision.Keep)
            {
                screen.Note("What is due goes the next night, for good. Look before it does.");
                screen.Note("Next: thub retention preview");
            }

            return ExitCode.Fine;
        });
    }
}
