using System.CommandLine;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement apply</c>: puts an agreement in force, from a file of protobuf JSON.</summary>
internal static class AgreementApplyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.json") { Description = "The agreement in protobuf JSON." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("apply", "Put an agreement, or a new version of it, in force (operator).") { file, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var agreement = ProtoJson.Open(parsed.GetRequiredValue(file)).Message<CooperationAgreement>();
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Agreements.ApplyAgreementAsync(
                new ApplyAgreementRequest { Agreement = agreement }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Agreement);
            }
            else
            {
                var now = TimeProvider.System.GetUtcNow();
                var state = now < answer.Agreement.ValidFrom.ToDateTimeOffset() ? "Applied, in force later"
                    : now >= answer.Agreement.ValidTo.ToDateTimeOffset() ? "Applied, but no longer in force"
                    : "In force";
                screen.Line($"{state}: {answer.Agreement.Id}, version {answer.Agreement.Version}, "
                    + $"{Words.Day(answer.Agreement.ValidFrom)} to {Words.Day(answer.Agreement.ValidTo)}, "
                    + $"applied {Words.Time(answer.Agreement.ApplyTime)}.");
            }

            return ExitCode.Fine;
        });
    }
}
