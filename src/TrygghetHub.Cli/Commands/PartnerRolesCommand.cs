using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner roles</c>: sets what the systems of a partner may do.</summary>
internal static class PartnerRolesCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var set = new Option<string>("--set")
        {
            Description = "Comma-separated list of roles, which replaces the partner's current roles: " + string.Join(", ", Words.PartnerRoles)
                + "; or none.",
            HelpName = "ROLES",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("roles", "Set the roles of a partner's systems.") { id, set, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var request = new SetPartnerRolesRequest { Name = "partners/" + parsed.GetRequiredValue(id) };
            var text = parsed.GetRequiredValue(set);
            if (text.Trim() != "none")
            {
                request.Roles.Add(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(Words.PartnerRoleOf));
                if (request.Roles.Count == 0)
                {
                    throw new UsageException("--set names no role.", "Write the roles with commas between, or none.");
                }
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var before = (await client.Partners.GetPartnerAsync(
                new GetPartnerRequest { Name = request.Name }, cancellationToken: cancellation)).Partner;
            var answer = await client.Partners.SetPartnerRolesAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            var removed = before.Roles.Except(answer.Partner.Roles).ToList();
            if (removed.Count > 0)
            {
                screen.Line($"Removed at once: {string.Join(", ", removed.Select(Words.Of))}.");
            }

            screen.Line($"{answer.Partner.Id} has now: {PartnerShowCommand.Roles(answer.Partner)}.");
            if (answer.ConsentRequest is { } waiting)
            {
                var added = Consents.Read(waiting, identity).Roles.Added;
                screen.Line($"Waits for the consent of {answer.Partner.Id}: {string.Join(", ", added.Select(Words.Of))}, request {waiting.Id}.");
                if (answer.Partner.Roles.Count == 0)
                {
                    screen.Note($"Until {answer.Partner.Id} consents it may only ask who it is, decide on requests and renew its certificate.");
                    screen.Note("To let it keep its roles until then: thub partner roles "
                        + $"{answer.Partner.Id} --set {string.Join(",", before.Roles.Union(added).Select(Words.Of))}");
                }

                ConsentWords.Show(screen, answer.Letter);
                screen.Note($"Next, at {answer.Partner.Id}: thub cert consent {waiting.Id}");
            }
            else if (answer.Partner.Roles.Count == 0)
            {
                screen.Note("It may do nothing now but ask who it is and renew its certificate.");
            }

            return ExitCode.Fine;
        });
    }
}
