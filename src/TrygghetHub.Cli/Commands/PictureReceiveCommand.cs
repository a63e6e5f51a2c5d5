using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture receive</c>: gets a delivery, verifies its seal, keeps it in files and acknowledges it.</summary>
internal static class PictureReceiveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("DELIVERY") { Description = "Resource name of the delivery, as listed by `thub picture deliveries`." };
        var output = new Option<string>("--out")
        {
            Description = "New file for the picture's exact bytes. The seal is written beside it, as FILE.picture.seal.",
            HelpName = "FILE.picture",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("receive", "Download a picture that was delivered to you, save it with its seal, and acknowledge it.")
        {
            name, output, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            // Before it is fetched: the first reading is on record, and what cannot be kept need not be read.
            var path = parsed.GetRequiredValue(output);
            NewFile.Require(path);
            NewFile.Require(path + ".seal");
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var delivery = (await client.Deliveries.GetDeliveryAsync(
                new GetDeliveryRequest { Name = parsed.GetRequiredValue(name) }, cancellationToken: cancellation)).Delivery;
            if (delivery.Content.IsEmpty)
            {
                throw new UsageException(
                    $"{delivery.Name} is of your own sending: its contents are its recipient's.", "Look at it with thub picture deliveries --sent.");
            }

            // What does not hold is not kept, and not said to have come.
            var verified = PictureVerification.Verify(delivery.Content.Memory, delivery.Seal.Memory, identity.Roots);
            if (!verified.Holds)
            {
                throw new UsageException($"The hub's seal on {delivery.Name} does not hold: {verified.Fault}", "Nothing was kept. Tell the hub's operator.");
            }

            await NewFile.WriteAsync(path + ".seal", delivery.Seal.ToByteArray(), cancellation);
            await NewFile.WriteAsync(path, delivery.Content.ToByteArray(), cancellation);
            var acknowledged = (await client.Deliveries.AcknowledgeDeliveryAsync(
                new AcknowledgeDeliveryRequest { Name = delivery.Name }, cancellationToken: cancellation)).Delivery;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(acknowledged);
                return ExitCode.Fine;
            }

            var picture = SituationalPicture.Parser.ParseFrom(delivery.Content);
            screen.Line($"Received {ReviewPrinter.Of(delivery.Kind)} {delivery.Picture} from {delivery.Sender}, sealed by the hub "
                + $"{Words.Time(Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(verified.SealTime!.Value))}; acknowledged.");
            screen.Line($"Wrote {path} and {path}.seal. SHA-256 {verified.ContentSha256}");
            if (picture.Review?.Diff is { } diff)
            {
                screen.Line($"It takes the place of revision {diff.FromRevision}: {TextCell.Printable(picture.Review.RevisionReason)}");
                PicturePrinter.Diff(screen, diff);
            }

            screen.Note($"Next: thub picture get --delivery {delivery.Name} --format html --out week.html");
            return ExitCode.Fine;
        });
    }
}
