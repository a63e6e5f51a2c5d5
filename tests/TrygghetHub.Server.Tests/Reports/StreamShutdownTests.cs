using Grpc.Core;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class StreamShutdownTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hub_StoppedUnderAnOpenStream_EndsItAsUnavailable()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        using var stream = police.Incidents.StreamIncidents(cancellationToken: Cancellation);
        await stream.RequestStream.WriteAsync(
            new StreamIncidentsRequest { Incidents = { Examples.Incidents("a", 3) } }, Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(3, stream.ResponseStream.Current.Results.Count);

        var restarted = hub.RestartAsync();
        var ended = await Assert.ThrowsAsync<HubException>(() => stream.ResponseStream.MoveNext(Cancellation));
        await restarted;

        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
        Assert.Equal("UNAVAILABLE", ended.Reason);
    }
}
