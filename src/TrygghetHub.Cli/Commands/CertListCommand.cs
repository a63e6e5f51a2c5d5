using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert list</c>: a partner's own certificates, or for the operator those of one or of all.</summary>
internal static class CertListCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "Id of a partner (operator). Default: your own certificates; for the operator, all certificates.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List certificates and when they expire.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var partners = await PartnersAsync(client, parsed.GetValue(id), cancellation);
            var certificates = partners.SelectMany(p => p.Certificates.Select(c => (p.Id, c))).ToList();
            if (parsed.GetValue(json))
            {
                screen.WriteJson(certificates.Select(c => c.c));
            }
            else if (certificates.Count == 0)
            {
                screen.Line("There are no certificates.");
                screen.Note("Next: thub partner code ID, for a code with which a partner gets one.");
            }
            else
            {
                PartnerArguments.ShowCertificates(screen, certificates);
            }

            return ExitCode.Fine;
        });
    }

    private static async Task<IReadOnlyList<Partner>> PartnersAsync(
        HubClient client, string? id, CancellationToken cancellation)
    {
        if (id is not null)
        {
            var one = await client.Partners.GetPartnerAsync(
                new GetPartnerRequest { Name = "partners/" + id }, cancellationToken: cancellation);
            return [one.Partner];
        }

        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        return self.Partner is { } partner ? [partner] : await PartnerArguments.AllAsync(client, cancellation);
    }
}
