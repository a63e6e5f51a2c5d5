using System.Text.Json;
using TrygghetHub.Client;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests;

/// <summary>
/// A hub that holds the police's public feed of two years, brought in by <c>thub connect polisen</c> under one
/// agreement that gives one recipient the areas named.
/// </summary>
public sealed class PoliceFeedHub : IAsyncDisposable
{
    private PoliceFeedHub(TestHub hub, HubClient recipient)
    {
        Hub = hub;
        Recipient = recipient;
    }

    public TestHub Hub { get; }

    /// <summary>The one that sees it all.</summary>
    public HubClient Recipient { get; }

    /// <summary>Starts a hub with the agreement, and nothing in it yet.</summary>
    public static async Task<PoliceFeedHub> StartAsync(IEnumerable<string> areas)
    {
        // Every municipality and week is asked for, at once.
        var hub = await TestHub.StartAsync(settings: new HubSettings
        {
            Quotas = new QuotaSettings { RequestsPerSecond = 10_000 },
        });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var recipient = await hub.PartnerAsync("lansstyrelsen", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("polisen-lansstyrelsen", "polisen", "lansstyrelsen");
        agreement.SharingTerms.Flows[0].Areas.Clear();
        agreement.SharingTerms.Flows[0].Areas.AddRange(areas);
        await hub.AgreeAsync(agreement);
        return new PoliceFeedHub(hub, recipient);
    }

    /// <summary>Runs the connector as a process, and gives its exit code and its summary.</summary>
    public async Task<(int ExitCode, JsonElement Summary)> ConnectAsync(string path)
    {
        var outcome = await Thub.RunAsync(
            "connect", "polisen", "--file", path, "--as", Hub.IdentityPath("polisen"), "--json");
        Assert.True(outcome.ExitCode is 0 or 1, outcome.ToString());
        return (outcome.ExitCode, JsonDocument.Parse(outcome.Output).RootElement);
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
