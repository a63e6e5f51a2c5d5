using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub quarantine discard</c>: gives a report up before its time.</summary>
internal static class QuarantineDiscardCommand
{
    public static Command Create()
    {
        var name = QuarantineArguments.Name();
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("discard", "Discard a quarantined report before it expires. Discarding it again has no effect.") { name, yes, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var id = parsed.GetRequiredValue(name).Split('/')[^1];
            Confirmation.Require(screen, parsed.GetValue(yes), id, $"This deletes {id} for good: nobody can decide on it any more.");
            await client.Quarantine.DiscardQuarantinedAsync(
                new DiscardQuarantinedRequest { Name = parsed.GetRequiredValue(name) }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Discarded(parsed.GetRequiredValue(name)));
                return ExitCode.Fine;
            }

            screen.Line("It is gone. The hub keeps what kind of thing was found, and nothing of the text.");
            return ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints.</summary>
    /// <param name="Name"><c>partners/{partner}/quarantine/{id}</c>.</param>
    private sealed record Discarded(string Name);
}
