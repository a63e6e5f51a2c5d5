using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client.Tests;

/// <summary>A fake hub and a partner that is enrolled with it, in a directory of their own.</summary>
internal sealed class ConnectedPartner : IAsyncDisposable
{
    private readonly DirectoryInfo directory;
    private readonly FakeAuthority authority;
    private readonly IdentityFolder identity;

    private ConnectedPartner(DirectoryInfo directory, FakeAuthority authority, FakeHub hub, IdentityFolder identity,
        HubClient client)
    {
        this.directory = directory;
        this.authority = authority;
        this.identity = identity;
        Hub = hub;
        Client = client;
    }

    public FakeHub Hub { get; }

    public HubClient Client { get; }

    public static async Task<ConnectedPartner> StartAsync(TimeProvider? time = null)
    {
        var directory = Directory.CreateTempSubdirectory("client-tests-");
        var authority = new FakeAuthority();
        var hub = await FakeHub.StartAsync(authority);
        var identity = authority.Enrol(Path.Combine(directory.FullName, "polisen"), hub.Url);
        var client = HubClient.Connect(identity, new HubClientOptions { Time = time ?? TimeProvider.System });
        return new ConnectedPartner(directory, authority, hub, identity, client);
    }

    public static Incident Incident(int number, int revision = 1) =>
        new() { Report = new Report { SourceRef = $"k-{number}", Revision = revision } };

    public static Observation Observation(int number) =>
        new() { Report = new Report { SourceRef = $"f-{number}", Revision = 1 } };

    public static async IAsyncEnumerable<Incident> Incidents(int count, Action<int>? onPull = null)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            onPull?.Invoke(i);
            yield return Incident(i);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        identity.Dispose();
        await Hub.DisposeAsync();
        authority.Dispose();
        directory.Delete(recursive: true);
    }
}
