using System.CommandLine;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture review</c>: begins the review of a picture, or shows how far it has come.</summary>
internal static class PictureReviewCommand
{
    public static Command Create() => PictureArguments.Command(
        "review", "Start the review of your picture of a week, or show its progress.", [],
        async (call, cancellation) =>
        {
            // Whoever looks again begins nothing; an etag that is insisted on is the hub's to judge.
            var picture = call.Picture.State is PictureState.Collecting or PictureState.Compiled || call.Etag != call.Picture.Etag
                ? (await call.Client.Reviews.StartReviewAsync(
                    new StartReviewRequest { Name = call.Picture.Name, Etag = call.Etag }, cancellationToken: cancellation)).Picture
                : call.Picture;
            if (call.Json)
            {
                call.Screen.WriteJson(picture);
                return ExitCode.Fine;
            }

            // With what differs from the revision before, which an answer to a step does not tell.
            ReviewPrinter.Print(call.Screen, ReferenceEquals(picture, call.Picture)
                ? picture
                : (await call.Client.Pictures.GetPictureAsync(
                    new GetPictureRequest { Municipality = picture.Municipality, Week = picture.Week, Revision = picture.Revision },
                    cancellationToken: cancellation)).Picture);
            call.Screen.Note(picture.State switch
            {
                PictureState.InReview when ReviewPrinter.Undecided(picture) is [var first, ..] undecided =>
                    $"No level is decided for {string.Join(", ", undecided)}. {call.Next("level", $"--area {first} --level LEVEL")}",
                PictureState.InReview => call.Next("approve", "--approver NAME --number NUMBER"),
                PictureState.Approved => call.Next("distribute"),
                _ => "Next: thub picture deliveries --sent",
            });
            return ExitCode.Fine;
        });
}
