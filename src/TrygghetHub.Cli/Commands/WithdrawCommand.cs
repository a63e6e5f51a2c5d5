using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub withdraw</c>: withdraws a report of one's own; whoever has it is told to give it up.</summary>
internal static class WithdrawCommand
{
    private static readonly Dictionary<string, WithdrawalReason> Reasons = new(StringComparer.Ordinal)
    {
        ["mistaken"] = WithdrawalReason.Mistaken,
        ["not-shareable"] = WithdrawalReason.NotShareable,
        ["source-withdrew"] = WithdrawalReason.SourceWithdrew,
    };

    public static Command Create()
    {
        var reference = new Argument<string>("SOURCE_REF") { Description = "Your own id of the report, as you sent it." };
        var reason = new Option<string>("--reason")
        {
            Description = "The reason: mistaken, not-shareable or source-withdrew.",
            HelpName = "REASON",
            Required = true,
        };
        var observation = new Option<bool>("--observation") { Description = "The report is an observation. Without this option, it is an incident." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("withdraw", "Withdraw one of your own reports. Partners that have received it are asked to stop using it.")
        {
            reference, reason, observation, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            if (!Reasons.TryGetValue(parsed.GetRequiredValue(reason), out var why))
            {
                throw new UsageException("There is no such reason.", $"Give one of {string.Join(", ", Reasons.Keys)}.");
            }

            var sourceRef = parsed.GetRequiredValue(reference);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var accepted = parsed.GetValue(observation)
                ? (await client.Observations.WithdrawObservationAsync(
                    new WithdrawObservationRequest { SourceRef = sourceRef, Reason = why },
                    cancellationToken: cancellation)).Accepted
                : (await client.Incidents.WithdrawIncidentAsync(
                    new WithdrawIncidentRequest { SourceRef = sourceRef, Reason = why },
                    cancellationToken: cancellation)).Accepted;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(accepted);
                return ExitCode.Fine;
            }

            screen.Line($"Withdrawn: {TextCell.Printable(sourceRef)}, {accepted.Name}.");
            screen.Note("Next: thub recall list --ordered, for who has given it up");
            return ExitCode.Fine;
        });
    }
}
