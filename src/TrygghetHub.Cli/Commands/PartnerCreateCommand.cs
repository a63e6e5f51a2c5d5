using System.CommandLine;
using System.Text.Json.Nodes;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner create</c>: makes a partner and the code with which it joins.</summary>
internal static class PartnerCreateCommand
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
        var contact = new Option<string?>("--contact")
        {
            Description = "E-mail address or phone number of a function at the partner, which is notified outside the hub of actions taken in "
                + "the partner's name. After creation, only the partner can change it.",
            HelpName = "ADDRESS",
        };
        var function = new Option<string>("--contact-function")
        {
            Description = "Function that the address belongs to, such as \"Vakthavande IT\". Must not be a person.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "IT",
        };
        var lifetime = PartnerCodeCommand.Lifetime();
        var file = PartnerCodeCommand.CodeFile();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("create", "Create a partner, and the enrolment code with which it joins.")
        {
            id, name, kind, contact, function, lifetime, file, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            PartnerCodeCommand.RequireNew(parsed.GetValue(file));
            var request = new CreatePartnerRequest
            {
                Partner = new Partner
                {
                    Id = parsed.GetRequiredValue(id),
                    DisplayName = parsed.GetRequiredValue(name),
                    Kind = Words.PartnerKindOf(parsed.GetRequiredValue(kind)),
                },
                Contact = parsed.GetValue(contact) is { } address
                    ? new PartnerContact { Function = parsed.GetRequiredValue(function), Address = address }
                    : null,
            };
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var created = await client.Partners.CreatePartnerAsync(request, cancellationToken: cancellation);
            // Also where making the code fails: the partner is there.
            (parsed.GetValue(json) ? screen.Aside() : screen).Line($"{created.Partner.DisplayName} is {created.Partner.Name}, "
                + $"with the roles {PartnerShowCommand.Roles(created.Partner)}.");
            var code = await PartnerCodeCommand.MakeAsync(
                client, created.Partner.Id, parsed.GetValue(lifetime), parsed.GetValue(file), cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Created(Screen.Node(created.Partner), Screen.Node(code)));
                return ExitCode.Fine;
            }

            PartnerCodeCommand.Show(screen, code, created.Partner.Id, parsed.GetValue(file));
            return ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints: the partner, and the answer with its code, which is empty where a file has it.</summary>
    private sealed record Created(JsonNode Partner, JsonNode EnrolmentCode);
}
