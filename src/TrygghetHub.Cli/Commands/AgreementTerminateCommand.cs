using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement terminate</c>: ends an agreement for good.</summary>
internal static class AgreementTerminateCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var reason = AgreementArguments.Reason();
        var at = TimeArgument.Of("--at", "Time at which the agreement ends, such as 2027-01-01. Default: now.");
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("terminate", "Terminate an agreement permanently, now or at a later time.")
        {
            id, reason, at, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var end = TimeArgument.Read(parsed.GetValue(at), "--at");
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var name = parsed.GetRequiredValue(id);
            var before = await AgreementArguments.GetAsync(client, name, null, cancellation);
            if (before.State is AgreementState.Terminated or AgreementState.Expired)
            {
                throw new UsageException($"{name} has ended already: {AgreementPrinter.State(before)}.", "An agreement ends once; a new one takes an id of its own.");
            }

            // All that the hub would refuse it refuses before the question.
            var request = new TerminateAgreementRequest
            {
                Name = AgreementArguments.Wire(name),
                Reason = parsed.GetRequiredValue(reason),
                EndTime = end,
            };
            await client.Agreements.TerminateAgreementAsync(
                new TerminateAgreementRequest(request) { ValidateOnly = true }, cancellationToken: cancellation);
            if (before.Agreement.NoticeDays is > 0 and var notice)
            {
                screen.Note($"The parties have agreed on {AgreementPrinter.Count(notice, "day", "days")} of notice. "
                    + $"The hub ends it {(end is null ? "at once" : Words.Time(end))} all the same.");
            }

            if (before.Agreement.SharingTerms is { RecallAtEnd: true })
            {
                screen.Note("Its recipients are then ordered to give up what they have received under it.");
            }

            Confirmation.Require(screen, parsed.GetValue(yes), name, "This ends the agreement for good.");
            var version = (await client.Agreements.TerminateAgreementAsync(request, cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line($"{name}, version {version.Version}: {AgreementPrinter.State(version)}.");
            screen.Note("Its id is not used again: a new agreement takes an id of its own.");
            return ExitCode.Fine;
        });
    }
}
