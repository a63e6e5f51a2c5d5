using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// From the operator's revocation, as it is sent, to the end of the running streams that rest on the certificate, as
/// their client sees it: over mutual TLS, durable, with the reason.
/// </summary>
internal static class RevokeBenchmark
{
    private const int WarmUps = 3;

    public static async Task<int> RunAsync()
    {
        await using var hub = await TestHub.StartAsync(settings: new HubSettings
        {
            Quotas = new QuotaSettings { ConcurrentStreams = 1_000 },
        });
        await MeasureAsync(hub, "one", streams: 1, rounds: 200);
        await MeasureAsync(hub, "many", streams: 100, rounds: 20);
        return 0;
    }

    private static async Task MeasureAsync(TestHub hub, string name, int streams, int rounds)
    {
        var times = new List<double>();
        for (var round = -WarmUps; round < rounds; round++)
        {
            // Letters: three of them and three digits would be like a registration plate.
            var number = round + WarmUps;
            var id = $"{name}-{(char)('a' + (number / 26))}{(char)('a' + (number % 26))}";
            await hub.PartnerAsync(id, PartnerKind.Police);
            using var identity = IdentityFolder.Load(hub.IdentityPath(id));
            using var channel = await hub.OpenChannelAsAsync(id);
            var service = new IncidentService.IncidentServiceClient(channel);
            var calls = Enumerable.Range(0, streams).Select(_ => service.StreamIncidents()).ToList();

            // An answer to each, so that it runs for certain.
            await Task.WhenAll(calls.Select(async call =>
            {
                await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { Examples.Incident("one") } });
                await call.ResponseStream.MoveNext(CancellationToken.None);
            }));

            var watch = Stopwatch.StartNew();
            var ends = calls.Select(async call =>
            {
                try
                {
                    await call.ResponseStream.MoveNext(CancellationToken.None);
                    throw new InvalidOperationException("The stream went on, or ended without a reason.");
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
                {
                    return watch.Elapsed.TotalMilliseconds;
                }
            }).ToList();
            await hub.Operator.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
            {
                ThumbprintSha256 = identity.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256),
                Reason = "Measured",
            });
            var ended = await Task.WhenAll(ends);
            if (round >= 0)
            {
                times.AddRange(ended);
            }

            calls.ForEach(call => call.Dispose());
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"revocation to end, {streams,3} streams at a time, {times.Count} ends: p50 {At(0.50):0.0} ms, p99 {At(0.99):0.0} ms, longest {times[^1]:0.0} ms"));

        double At(double share) => times[Math.Min(times.Count - 1, (int)(times.Count * share))];
    }
}
