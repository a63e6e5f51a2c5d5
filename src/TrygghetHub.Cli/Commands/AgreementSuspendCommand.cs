using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement suspend</c>: an agreement permits nothing until it is resumed.</summary>
internal static class AgreementSuspendCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var reason = AgreementArguments.Reason();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("suspend", "Suspend an agreement immediately. It permits no sharing until you resume it.")
        {
            id, reason, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var name = parsed.GetRequiredValue(id);
            var version = (await client.Agreements.SuspendAgreementAsync(
                new SuspendAgreementRequest { Name = AgreementArguments.Wire(name), Reason = parsed.GetRequiredValue(reason) },
                cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line($"Suspended: {name}, version {version.Version}. It permits nothing now; its prohibitions hold.");
            foreach (var suspension in version.Suspensions)
            {
                AgreementPrinter.Wrapped(screen, "  ", $"by {suspension.By} since {Words.Time(suspension.SuspendTime)}: {suspension.Reason}");
            }

            screen.Note($"To take it back: thub agreement resume {name}");
            return ExitCode.Fine;
        });
    }
}
