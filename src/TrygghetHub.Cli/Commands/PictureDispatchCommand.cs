using System.CommandLine;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture dispatch</c>: sends the draft to named partners, as a registered step.</summary>
internal static class PictureDispatchCommand
{
    public static Command Create()
    {
        var number = PictureArguments.Number("dispatch");
        var to = PictureArguments.To("Partner id of a recipient, such as polisen.", required: true);
        var yes = Confirmation.Yes();
        return PictureArguments.Command(
            "dispatch", "Send the draft to specific partners. A draft that another public authority can fetch becomes a public record there.", [number, to, yes],
            async (call, cancellation) =>
            {
                call.RequireConfirmed(yes, "What is sent cannot be taken back.");
                var answer = await call.Client.Reviews.DispatchDraftAsync(
                    new DispatchDraftRequest
                    {
                        Name = call.Picture.Name,
                        Etag = call.Etag,
                        RegistrationNumber = call.Parsed.GetRequiredValue(number),
                        Recipients = { call.Parsed.GetRequiredValue(to) },
                    },
                    cancellationToken: cancellation);
                if (call.Json)
                {
                    call.Screen.WriteJson(answer);
                    return ExitCode.Fine;
                }

                call.Screen.Line($"Sent the draft of {call.Picture.Name} by {TextCell.Printable(call.Parsed.GetRequiredValue(number))} to:");
                ReviewPrinter.Sent(call.Screen, answer.Deliveries);
                call.Screen.Note(call.Next("approve", "--approver NAME --number NUMBER"));
                return ExitCode.Fine;
            });
    }
}
