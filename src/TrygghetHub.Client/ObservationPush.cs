using Grpc.Core;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client;

/// <summary>One run of <see cref="HubClient.PushObservationsAsync"/>.</summary>
internal static class ObservationPush
{
    private const int MaxPerMessage = 500;
    private const int MaxPerCall = 5_000;

    /// <summary>Pushes everything, call by call.</summary>
    public static async Task<IReadOnlyList<ReportResult>> RunAsync(
        ObservationService.ObservationServiceClient service, IEnumerable<Observation> observations,
        StreamOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var results = new List<ReportResult>();
        foreach (var chunk in observations.Chunk(MaxPerCall))
        {
            var reconnection = new Reconnection(options, time);
            while (true)
            {
                try
                {
                    results.AddRange(await CallAsync(service, chunk, options, cancellation).ConfigureAwait(false));
                    break;
                }
                catch (HubException exception) when (exception.IsTransient)
                {
                    if (!await reconnection.WaitAsync(exception, hasProgressed: false, cancellation).ConfigureAwait(false))
                    {
                        throw;
                    }
                }
            }
        }
        return results;
    }

    private static async Task<ReportResult[]> CallAsync(
        ObservationService.ObservationServiceClient service, Observation[] observations, StreamOptions options,
        CancellationToken cancellation)
    {
        var results = new ReportResult[observations.Length];
        var sent = new List<int>(observations.Length);
        using var call = service.PushObservations(cancellationToken: cancellation);
        try
        {
            var request = new PushObservationsRequest();
            var bytes = 0;
            for (var i = 0; i < observations.Length; i++)
            {
                var size = LocalRefusal.Measure(observations[i]);
                if (LocalRefusal.Of(observations[i].Report, size, options.Screening) is { } refused)
                {
                    results[i] = refused;
                    continue;
                }
                if (request.Observations.Count == MaxPerMessage || bytes + size > LocalRefusal.MaxMessageBytes)
                {
                    await call.RequestStream.WriteAsync(request, cancellation).ConfigureAwait(false);
                    request = new PushObservationsRequest();
                    bytes = 0;
                }
                request.Observations.Add(observations[i]);
                bytes += size;
                sent.Add(i);
            }
            if (request.Observations.Count > 0)
            {
                await call.RequestStream.WriteAsync(request, cancellation).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is HubException or RpcException or IOException or InvalidOperationException
            && !cancellation.IsCancellationRequested)
        {
            // Whatever stops the writing has also ended the call, and the answer below carries the reason.
        }

        var answer = await call.ResponseAsync.ConfigureAwait(false);
        if (answer.Results.Count != sent.Count)
        {
            throw new HubException(StatusCode.Internal,
                $"The hub answered {answer.Results.Count} of {sent.Count} observations.",
                remedy: "Report it to the hub's operator; sending again is harmless.");
        }

        for (var i = 0; i < sent.Count; i++)
        {
            results[sent[i]] = answer.Results[i];
            results[sent[i]].SourceRef = observations[sent[i]].Report?.SourceRef ?? "";
        }

        return results;
    }
}
