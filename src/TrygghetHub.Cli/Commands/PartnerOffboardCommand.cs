using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner offboard</c>: ends a partner's part for good.</summary>
internal static class PartnerOffboardCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var reason = PartnerArguments.Reason("The hub stores and shows it");
        var recall = PartnerArguments.Recall();
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("offboard", "Remove a partner from the hub permanently.") { id, reason, recall, yes, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var name = parsed.GetRequiredValue(id);
            var request = new OffboardPartnerRequest
            {
                Name = "partners/" + name,
                RecallReports = parsed.GetValue(recall),
                Reason = parsed.GetRequiredValue(reason),
            };

            // All that the hub would refuse it refuses before the question.
            var checkedOnly = await client.Partners.OffboardPartnerAsync(
                new OffboardPartnerRequest(request) { ValidateOnly = true }, cancellationToken: cancellation);
            if (checkedOnly.Partner.State != PartnerState.Left || request.RecallReports)
            {
                Confirmation.Require(screen, parsed.GetValue(yes), name,
                    $"This ends the part of {checkedOnly.Partner.DisplayName} in the hub for good: {PartnerArguments.Ends(checkedOnly.Departure)}.");
            }

            var answer = await client.Partners.OffboardPartnerAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line(PartnerShowCommand.StateSentence(answer.Partner));
            PartnerArguments.ShowDeparture(screen, answer.Departure);
            screen.Note("Its id is not given out again. Agreements that name it: thub agreement list");
            return ExitCode.Fine;
        });
    }
}
