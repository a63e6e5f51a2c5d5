using TrygghetHub.Agreements.V1;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli;

/// <summary>The names of partners and areas, as far as the caller may know them; each is asked for once.</summary>
/// <remarks>
/// A name that is not to be had is no fault: the code or id stands in its place, and where the hub was away it is asked
/// for again the next time. Not thread-safe.
/// </remarks>
internal sealed class HubNames(HubClient client)
{
    private readonly Dictionary<string, string> areas = new(StringComparer.Ordinal);
    private Dictionary<string, string>? partners;

    /// <summary>An area as people call it; its code where nobody knows.</summary>
    public async Task<string> AreaAsync(string code, CancellationToken cancellation)
    {
        if (code.Length == 0)
        {
            return "–";
        }

        if (areas.TryGetValue(code, out var known))
        {
            return known;
        }

        try
        {
            var answer = await client.Areas.GetAreaAsync(
                new GetAreaRequest { Name = "areas/" + code }, cancellationToken: cancellation);
            if (answer.Area is { DisplayName.Length: > 0 } area)
            {
                return areas[code] = TextCell.Printable(area.DisplayName);
            }
        }
        catch (HubException exception) when (exception.IsTransient)
        {
            return code;
        }
        catch (HubException)
        {
            // The code has to do from here on.
        }
        return areas[code] = TextCell.Printable(code);
    }

    /// <summary>A partner: its name with its id behind, or the id alone.</summary>
    public async Task<string> PartnerAsync(string id, CancellationToken cancellation)
    {
        partners ??= await PartnersAsync(cancellation);
        return partners?.GetValueOrDefault(id) is { } name ? $"{name} ({id})" : TextCell.Printable(id);
    }

    /// <summary>A name that the hub gives with the id.</summary>
    public static string Partner(string id, string name) => name.Length == 0 ? id : $"{name} ({id})";

    /// <summary>The partner whose a resource is: the second part of <c>partners/{partner}/…</c>.</summary>
    public static string SenderOf(string resource) => resource.Split('/') is ["partners", var partner, ..] ? partner : "";

    // Partners may not list each other: who answers for whose data stands in the agreements that they share.
    private async Task<Dictionary<string, string>?> PartnersAsync(CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (var token = ""; ;)
            {
                var page = await client.Agreements.ListAgreementsAsync(
                    new ListAgreementsRequest { PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
                foreach (var party in page.Versions.SelectMany(v => v.Agreement.Parties))
                {
                    names[party.Partner] = TextCell.Printable(party.Controller);
                }

                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }

            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (self.Partner is { DisplayName.Length: > 0 } partner)
            {
                names[partner.Id] = TextCell.Printable(partner.DisplayName);
            }
        }
        catch (HubException exception) when (exception.IsTransient)
        {
            return null;
        }
        catch (HubException)
        {
            // What the caller may not ask, it does without.
        }
        return names;
    }
}
