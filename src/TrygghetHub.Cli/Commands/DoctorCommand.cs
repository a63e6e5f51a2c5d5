using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub doctor</c>: looks at each link between an identity folder and its hub.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var command = new Command("doctor",
            "Look at each link between you and the hub, and say what to do. Exit 0 well, 1 warnings, 2 failures.") { caller };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var checks = new List<HubCheck>();
            await foreach (var check in HubDoctor.ExamineAsync(
                parsed.Directory(caller), passphrase: parsed.KeyPassphrase(), cancellation: cancellation))
            {
                checks.Add(check);
                screen.Line($"{Mark(check.Outcome)}  {check.Subject,-18}  {check.Text}");
                if (check.Remedy is { } remedy)
                {
                    screen.Line($"{"",-22}→ {remedy}");
                }
            }

            var failed = checks.Count(c => c.Outcome == CheckOutcome.Failed);
            var warned = checks.Count(c => c.Outcome == CheckOutcome.Warning);
            screen.Note(failed > 0 ? "The first failure is the one to begin with."
                : warned > 0 ? "It works, but something needs a look."
                : "All is well. Next: thub send FILE.json");
            return failed > 0 ? ExitCode.Failure : warned > 0 ? ExitCode.Warnings : ExitCode.Fine;
        });
    }

    private static string Mark(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Fine => "✓",
        CheckOutcome.Warning => "!",
        CheckOutcome.Failed => "✗",
        _ => "–",
    };
}
