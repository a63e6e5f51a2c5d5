using Grpc.Core;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class StreamShutdownTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hub_StoppedUnderOpenStreams_EndsEachSoThatItMayGoOn()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        // A connection each, which the hub closes in the moment in which its last stream ends: what the hub said is lost
        // on a client that has not read it by then. There are many, so that some have and some may not have.
        var clients = Enumerable.Range(0, 16).Select(_ => HubClient.Connect(identity)).ToList();
        var ending = new List<Task<HubException>>();
        foreach (var client in clients)
        {
            var stream = client.Incidents.StreamIncidents(cancellationToken: Cancellation);
            await stream.RequestStream.WriteAsync(
                new StreamIncidentsRequest { Incidents = { Examples.Incidents("a", 3) } }, Cancellation);
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(3, stream.ResponseStream.Current.Results.Count);
            ending.Add(Assert.ThrowsAsync<HubException>(() => stream.ResponseStream.MoveNext(Cancellation)));
        }

        var restarted = hub.RestartAsync();
        var ended = await Task.WhenAll(ending);
        await restarted;

        Assert.All(ended, e => Assert.Equal((StatusCode.Unavailable, true), (e.StatusCode, e.IsTransient)));
        Assert.Contains(ended, e => e.Reason == "UNAVAILABLE" && e.ResumeCursor is not null);
        clients.ForEach(client => client.Dispose());
    }
}
