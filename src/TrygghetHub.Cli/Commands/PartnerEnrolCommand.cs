using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner enrol</c>: makes a key here, has the hub certify it, and writes the identity folder.</summary>
internal static class PartnerEnrolCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The partner's id: a–z, 0–9 and hyphens, such as polisen." };
        var name = new Option<string>("--name") { Description = "Display name of the partner.", HelpName = "NAME", Required = true };
        var kind = new Option<string>("--kind")
        {
            Description = "Kind of partner: " + string.Join(", ", Words.PartnerKinds) + ".",
            HelpName = "KIND",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The identity folder to create. An existing folder is never overwritten.",
            HelpName = "DIR",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("enrol", "Enrol a partner and create its identity folder here. For development only; in production, use `thub partner create`.") { id, name, kind, output, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var partner = new Partner
            {
                Id = parsed.GetRequiredValue(id),
                DisplayName = parsed.GetRequiredValue(name),
                Kind = Words.PartnerKindOf(parsed.GetRequiredValue(kind)),
            };
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            using var enrolled = await Enrolment.EnrolAsync(
                client, identity.Url, partner, parsed.GetRequiredValue(output), cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(MadeIdentity.Of(enrolled));
                return ExitCode.Fine;
            }

            screen.Line($"Enrolled {partner.DisplayName} as {enrolled.Id}.");
            screen.Line($"Identity folder: {enrolled.Path}; its certificate holds until "
                + Words.Day(Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(enrolled.Certificate.NotAfter.ToUniversalTime())) + ".");
            screen.Note("It holds the private key: give it to the partner in a safe way. Next: thub agreement apply FILE.json");
            return ExitCode.Fine;
        });
    }
}
