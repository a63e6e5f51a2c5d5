using System.CommandLine;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture distribute</c>: each partner that may see something gets its own projection.</summary>
internal static class PictureDistributeCommand
{
    public static Command Create()
    {
        var to = PictureArguments.To(
            "Deliver only to this partner, and to partners that have an earlier revision. Default: every partner that may see any part.", required: false);
        var yes = Confirmation.Yes();
        return PictureArguments.Command(
            "distribute", "Deliver the approved picture. Each partner receives the parts that its agreements permit.", [to, yes],
            async (call, cancellation) =>
            {
                var recipients = call.Parsed.GetValue(to) ?? [];
                call.Screen.Note(recipients.Length == 0
                    ? $"To everybody whom an agreement with you lets see something of {call.Picture.Municipality} for the weekly picture."
                    : $"To {string.Join(", ", recipients.Select(TextCell.Printable))}, and to whoever holds an earlier revision.");
                call.RequireConfirmed(yes, "What is delivered cannot be taken back.");
                var answer = await call.Screen.WorkAsync("Delivering", async () => await call.Client.Reviews.DistributePictureAsync(
                    new DistributePictureRequest
                    {
                        Name = call.Picture.Name,
                        Etag = call.Etag,
                        Recipients = { recipients },
                        Everyone = recipients.Length == 0,
                    },
                    cancellationToken: cancellation));
                if (call.Json)
                {
                    call.Screen.WriteJson(answer);
                    return ExitCode.Fine;
                }

                call.Screen.Line(answer.Deliveries.Count == 0
                    ? $"Everybody has {call.Picture.Name} already: nothing was sent."
                    : $"Delivered {call.Picture.Name} to:");
                ReviewPrinter.Sent(call.Screen, answer.Deliveries);
                var others = call.Picture.Coverage.Select(c => c.Partner)
                    .Except(answer.Deliveries.Select(ReviewPrinter.RecipientOf)).Where(p => p != call.Picture.Compiler).ToList();
                if (others.Count > 0)
                {
                    call.Screen.Line($"Not sent to {string.Join(", ", others.Select(TextCell.Printable))}: no agreement with you lets them see "
                        + "something of it, they have it already, or they were not named.");
                }

                call.Screen.Note("Next: thub picture deliveries --sent");
                return ExitCode.Fine;
            });
    }
}
