using Grpc.Core;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Benchmarks;

/// <summary>Answers each message from memory, with results of the size that the hub's have.</summary>
internal sealed class InMemoryEcho : EchoService.EchoServiceBase
{
    private static readonly Google.Protobuf.ByteString Receipt = Google.Protobuf.ByteString.CopyFrom(new byte[69]);

    public override async Task Echo(
        IAsyncStreamReader<StreamIncidentsRequest> requestStream,
        IServerStreamWriter<StreamIncidentsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var response = new StreamIncidentsResponse();
            foreach (var incident in request.Incidents)
            {
                response.Results.Add(new ReportResult
                {
                    SourceRef = incident.Report.SourceRef,
                    Revision = incident.Report.Revision,
                    Accepted = new Accepted
                    {
                        Name = "partners/polisen/incidents/00000000-0000-0000-0000-000000000000",
                        Receipt = Receipt,
                    },
                });
            }

            await responseStream.WriteAsync(response);
        }
    }
}
