using System.CommandLine;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture approve</c>: from here on the picture changes no more.</summary>
internal static class PictureApproveCommand
{
    public static Command Create()
    {
        var approver = new Option<string>("--approver")
        {
            Description = "Name or role of the approver.",
            HelpName = "NAME",
            Required = true,
        };
        var number = PictureArguments.Number("approval");
        var tlp = new Option<string>("--tlp")
        {
            Description = "Traffic Light Protocol (TLP) marking: green, amber or amber-strict. green requires agreements that permit free redistribution.",
            HelpName = "TLP",
            DefaultValueFactory = _ => Words.Of(Tlp.Amber),
        };
        var reason = PictureArguments.Reason("Reason for this revision. Required if an earlier revision is approved. Recipients can read it.");
        var yes = Confirmation.Yes();
        return PictureArguments.Command(
            "approve", "Approve the picture as it is. An approved picture cannot be changed; later changes create a new revision.", [approver, number, tlp, reason, yes],
            async (call, cancellation) =>
            {
                call.RequireConfirmed(yes, $"This approves revision {call.Picture.Revision}, which changes no more.");
                var picture = (await call.Client.Reviews.ApprovePictureAsync(
                    new ApprovePictureRequest
                    {
                        Name = call.Picture.Name,
                        Etag = call.Etag,
                        Approver = call.Parsed.GetRequiredValue(approver),
                        RegistrationNumber = call.Parsed.GetRequiredValue(number),
                        Tlp = Words.ValueOf<Tlp>(call.Parsed.GetRequiredValue(tlp), "TLP"),
                        Reason = call.Parsed.GetValue(reason) ?? "",
                    },
                    cancellationToken: cancellation)).Picture;
                if (call.Json)
                {
                    call.Screen.WriteJson(picture);
                    return ExitCode.Fine;
                }

                call.Screen.Line($"Approved {picture.Name} by {TextCell.Printable(picture.Review.Approver)}, "
                    + $"{TextCell.Printable(picture.Review.RegistrationNumber)}, {Words.Time(picture.Review.ApproveTime)}. It is sealed, and changes no more.");
                if (ReviewPrinter.Undecided(picture) is { Count: > 0 } undecided)
                {
                    call.Screen.Line($"No level was decided for {string.Join(", ", undecided)}: there the picture has the suggestion alone.");
                }

                if (picture.Review.Diff is { } diff)
                {
                    call.Screen.Line($"Since revision {diff.FromRevision}: {Screen.Figure(diff.Figures.Count)} figures differ, "
                        + $"{diff.SignalsNew.Count} signals are new, {diff.SignalsGone.Count} are no more.");
                }

                call.Screen.Note(call.Next("distribute"));
                return ExitCode.Fine;
            });
    }
}
