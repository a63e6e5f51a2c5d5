using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub doctor</c>: looks at each link between an identity folder and its hub.</summary>
internal static class DoctorCommand
{
    // What fails between two that are well: another identity would not help.
    private static readonly string[] OfTheWay = ["TCP", "HTTP/2", "Clock"];

    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("doctor",
            "Check each step of the connection to the hub, and suggest how to fix problems. Exit code 0: healthy, 1: warnings, 2: failures.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var checks = new List<HubCheck>();
            await foreach (var check in HubDoctor.ExamineAsync(
                parsed.Directory(caller), passphrase: parsed.KeyPassphrase(), cancellation: cancellation))
            {
                checks.Add(check);
                if (parsed.GetValue(json))
                {
                    continue;
                }

                screen.Line($"{Mark(check.Outcome)}  {check.Subject,-18}  {check.Text}");
                if (check.Remedy is { } remedy)
                {
                    screen.Line($"{"",-22}→ {remedy}");
                }
            }

            var failed = checks.Count(c => c.Outcome == CheckOutcome.Failed);
            var warned = checks.Count(c => c.Outcome == CheckOutcome.Warning);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(checks.Select(c => new Check(c.Subject, Word(c.Outcome), c.Text, c.Remedy)));
            }

            screen.Note(failed > 0 ? "The first failure is the one to begin with."
                : warned > 0 ? "It works, but something needs a look."
                : "All is well. Next: thub send FILE.json");
            if (checks.FirstOrDefault(c => c.Outcome == CheckOutcome.Failed) is { } first && !OfTheWay.Contains(first.Subject)
                && first.Fault is not (IdentityFault.Passphrase or IdentityFault.Unreadable)
                && LostOperator.Remedy(parsed.Directory(caller)) is { } lost)
            {
                screen.Note(lost);
            }

            return failed > 0 ? ExitCode.Failure : warned > 0 ? ExitCode.Warnings : ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints of each link.</summary>
    /// <param name="Subject">What was looked at.</param>
    /// <param name="Outcome"><c>fine</c>, <c>warning</c>, <c>failed</c> or <c>not-made</c>.</param>
    /// <param name="Text">What was found.</param>
    /// <param name="Remedy">What to do; null where nothing is to be done.</param>
    private sealed record Check(string Subject, string Outcome, string Text, string? Remedy);

    private static string Word(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Fine => "fine",
        CheckOutcome.Warning => "warning",
        CheckOutcome.Failed => "failed",
        _ => "not-made",
    };

    private static string Mark(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Fine => "✓",
        CheckOutcome.Warning => "!",
        CheckOutcome.Failed => "✗",
        _ => "–",
    };
}
