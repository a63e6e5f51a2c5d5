using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture deliveries</c>: what you were sent, or what you have sent.</summary>
internal static class PictureDeliveriesCommand
{
    public static Command Create()
    {
        var sent = new Option<bool>("--sent") { Description = "List pictures that you have sent, instead of pictures delivered to you." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("deliveries", "List pictures that were delivered to you, newest first.") { sent, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var isSent = parsed.GetValue(sent);
            var deliveries = new List<Delivery>();
            for (var token = ""; ;)
            {
                var page = await client.Deliveries.ListDeliveriesAsync(
                    new ListDeliveriesRequest { Sent = isSent, PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
                deliveries.AddRange(page.Deliveries);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }

            if (parsed.GetValue(json))
            {
                screen.WriteJson(deliveries);
                return ExitCode.Fine;
            }

            if (deliveries.Count == 0)
            {
                screen.Line(isSent ? "You have sent no pictures yet." : "You have been sent no pictures yet.");
                return ExitCode.Fine;
            }

            foreach (var delivery in deliveries)
            {
                var other = isSent ? $"to {ReviewPrinter.RecipientOf(delivery)}" : $"from {delivery.Sender}";
                screen.Line($"{Words.Minute(delivery.DeliverTime)}  {ReviewPrinter.Of(delivery.Kind),-8} {other}: {delivery.Picture}, "
                    + $"{TextCell.Printable(delivery.RegistrationNumber)}, {Received(delivery)}");
                screen.Line($"  {delivery.Name}");
            }

            if (!isSent && deliveries.FirstOrDefault(d => d.AcknowledgeTime is null) is { } waiting)
            {
                screen.Note($"Next: thub picture receive {waiting.Name} --out FILE.picture");
            }

            return ExitCode.Fine;
        });
    }

    private static string Received(Delivery delivery) =>
        delivery.AcknowledgeTime is { } acknowledged ? $"acknowledged {Words.Minute(acknowledged)}"
        : delivery.ReadTime is { } read ? $"read {Words.Minute(read)}, not acknowledged"
        : "not read";
}
