using System.Globalization;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>A stream of incidents past the SDK, that a test keeps open and counts the answers of.</summary>
internal sealed class RunningStream : IDisposable
{
    // Only so that what hangs has a name: nothing is timed.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IdentityFolder identity;
    private readonly GrpcChannel channel;
    private readonly CancellationTokenSource deadline = new(Patience);
    private readonly AsyncDuplexStreamingCall<StreamIncidentsRequest, StreamIncidentsResponse> call;
    private ByteString? lastReceipt;
    private int sent;

    private RunningStream(IdentityFolder identity, GrpcChannel channel, string token)
    {
        this.identity = identity;
        this.channel = channel;
        call = new IncidentService.IncidentServiceClient(channel).StreamIncidents(
            new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: deadline.Token);
    }

    /// <summary>Every result so far, in the order of answering.</summary>
    public List<ReportResult> Results { get; } = [];

    public static async Task<RunningStream> OpenAsync(TestHub hub, string id)
    {
        var identity = IdentityFolder.Load(hub.IdentityPath(id));
        var token = HandMadeToken.Sign(hub, await HandMadeToken.ClaimsAsync(
            hub, identity.Certificate, "urn:trygghet:partner:" + id, "incidents.submit"));
        return new RunningStream(identity, hub.OpenChannel(identity.Certificate, identity.Issuers), token);
    }

    /// <summary>Sends incidents in one message and takes their answers.</summary>
    public async Task SendAsync(int count)
    {
        await WriteAsync(count);
        while (Results.Count < sent)
        {
            Assert.True(await call.ResponseStream.MoveNext(deadline.Token));
            Take(call.ResponseStream.Current);
        }
    }

    /// <summary>Sends incidents in one message and reads no answer.</summary>
    public async Task WriteAsync(int count)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"from{sent}-");
        sent += count;
        await call.RequestStream.WriteAsync(
            new StreamIncidentsRequest { Incidents = { Examples.Incidents(prefix, count) } }, deadline.Token);
    }

    public async Task CompleteAsync()
    {
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(deadline.Token));
    }

    /// <summary>Takes what is answered yet and asserts that the hub has ended the stream, why, and from where to go on.</summary>
    public async Task<RpcException> AssertEndedAsync(string reason, StatusCode code)
    {
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(deadline.Token))
            {
                Take(call.ResponseStream.Current);
            }
        });
        var info = ended.GetRpcStatus()?.GetDetail<ErrorInfo>();
        Assert.True(info is not null, ended.ToString());
        Assert.Equal(reason, info.Reason);
        Assert.Equal(code, ended.StatusCode);
        Assert.Equal(lastReceipt?.ToBase64(), info.Metadata.GetValueOrDefault("resume_cursor"));
        return ended;
    }

    public void Dispose()
    {
        call.Dispose();
        channel.Dispose();
        identity.Dispose();
        deadline.Dispose();
    }

    private void Take(StreamIncidentsResponse response)
    {
        Results.AddRange(response.Results);
        lastReceipt = response.Results.LastOrDefault(r => r.Accepted is not null)?.Accepted.Receipt ?? lastReceipt;
    }
}
