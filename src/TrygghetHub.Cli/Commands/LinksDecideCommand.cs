using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Links.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub links confirm</c>, <c>reject</c> and <c>reopen</c>: decides about a pair of reports.</summary>
internal static class LinksDecideCommand
{
    public static Command CreateConfirm() => Create(
        "confirm", "Confirm that two reports describe the same event. Your pictures then count it once, and say so.", LinkDecision.Same,
        "Confirmed. Your pictures count the event once from the next compilation on; both reports stay as they are.");

    public static Command CreateReject() => Create(
        "reject", "Decide that two reports describe different events.", LinkDecision.Different, "Rejected: they are counted apart.");

    public static Command CreateReopen() => Create(
        "reopen", "Revoke the decision about two reports.", LinkDecision.Open, "Open again: they are counted apart.");

    private static Command Create(string name, string description, LinkDecision decision, string done)
    {
        var report = new Argument<string>("REPORT") { Description = "Resource name of one report, as listed by `thub links list`." };
        var other = new Argument<string>("OTHER") { Description = "Resource name of the other report." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(name, description) { report, other, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var link = (await client.Links.DecideLinkAsync(
                new DecideLinkRequest
                {
                    Report = parsed.GetRequiredValue(report),
                    Other = parsed.GetRequiredValue(other),
                    Purpose = Agreements.V1.Purpose.WeeklyPicture,
                    Decision = decision,
                },
                cancellationToken: cancellation)).Link;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(link);
                return ExitCode.Fine;
            }

            screen.Line(done);
            return ExitCode.Fine;
        });
    }
}
