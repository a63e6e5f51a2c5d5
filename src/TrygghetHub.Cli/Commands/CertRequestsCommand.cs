using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert requests</c>: what waits for a partner's consent, or for the operator for that of all partners.</summary>
internal static class CertRequestsCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Include requests that have been decided (operator)." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("requests", "List additional certificates and wider roles that are waiting for a partner's consent.")
        {
            all, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            var (items, changes) = self.Partner is null
                ? await ListAsync(client, parsed.GetValue(all), cancellation)
                : (self.OpenRequests.Select(r => new ListConsentRequestsResponse.Types.Item { Request = r }).ToList(), []);
            if (parsed.GetValue(json))
            {
                if (self.Partner is null)
                {
                    // What there is to send goes with it.
                    screen.WriteJson(new ListConsentRequestsResponse { Items = { items }, ContactChanges = { changes } });
                }
                else
                {
                    screen.WriteJson(items.Select(i => i.Request));
                }

                return ExitCode.Fine;
            }

            foreach (var item in items)
            {
                ConsentWords.Show(screen, identity, item.Request);
                ConsentWords.Show(screen, item.Letter);
            }

            foreach (var letter in changes)
            {
                screen.Line();
                screen.Line("A partner changed its contacts:");
                ConsentWords.Show(screen, letter);
            }

            if (items.Count == 0)
            {
                screen.Line("Nothing waits for consent.");
            }
            else if (self.Partner is not null)
            {
                screen.Note("Next: thub cert consent ID, if you know the request; else thub cert object ID --reason TEXT, at once.");
            }

            return ExitCode.Fine;
        });
    }

    private static async Task<(IReadOnlyList<ListConsentRequestsResponse.Types.Item> Items, IReadOnlyList<ContactLetter> Changes)> ListAsync(
        HubClient client, bool closed, CancellationToken cancellation)
    {
        var items = new List<ListConsentRequestsResponse.Types.Item>();
        var changes = new List<ContactLetter>();
        var request = new ListConsentRequestsRequest { IncludeClosed = closed, PageSize = 1000 };
        do
        {
            var page = await client.Partners.ListConsentRequestsAsync(request, cancellationToken: cancellation);
            items.AddRange(page.Items);
            changes.AddRange(page.ContactChanges);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return (items, changes);
    }
}
