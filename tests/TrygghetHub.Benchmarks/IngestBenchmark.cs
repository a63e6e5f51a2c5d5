using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// How fast the hub takes reports durably, beside what its parts cost by themselves. Five rounds after two to warm up;
/// in each round every contender runs once, so that a machine whose speed drifts drifts for all.
/// </summary>
internal static class IngestBenchmark
{
    private const int WarmUps = 2;
    private const int Rounds = 5;
    private const int SingleCount = 10_000;
    private const int BatchedCount = 10_000;
    private const int BareCount = 10_000;
    private const int EfCoreCount = 2_000;

    public static async Task<int> RunAsync()
    {
        await using var hub = await TestHub.StartAsync(mapMore: app => app.MapGrpcService<InMemoryEcho>());
        await hub.AgreedPairAsync();
        using var channel = await hub.OpenChannelAsAsync("polisen");
        var incidents = new IncidentService.IncidentServiceClient(channel);
        var echo = new EchoService.EchoServiceClient(channel);
        using var bare = new BareSqlite(Path.Combine(hub.Directory, "bare.db"));
        using var efCore = new PlainEfCore(Path.Combine(hub.Directory, "ef.db"));

        var hubSingle = new Measured("hub, durable, mTLS, 1 a message");
        var hubBatched = new Measured("hub, durable, mTLS, 100 a message");
        var echoSingle = new Measured("in-memory echo, same channel, 1 a message");
        var echoBatched = new Measured("in-memory echo, same channel, 100 a message");
        var bareSqlite = new Measured("bare SQLite group commit, 1,000 a commit");
        var plainEfCore = new Measured("EF Core, a context and a SaveChanges a message");

        for (var round = 1 - WarmUps; round <= Rounds; round++)
        {
            Console.Error.WriteLine(round <= 0 ? "warming up" : $"round {round} of {Rounds}");
            var singles = Messages($"s{round}-", SingleCount, 1);
            var batches = Messages($"b{round}-", BatchedCount, 100);
            var rows = ReportValues.Make(BareCount);
            var few = ReportValues.Make(EfCoreCount);

            await MeasureAsync(hubSingle, SingleCount, () => StreamAsync(incidents.StreamIncidents(), singles));
            await MeasureAsync(echoSingle, SingleCount, () => StreamAsync(echo.Echo(), singles));
            await MeasureAsync(hubBatched, BatchedCount, () => StreamAsync(incidents.StreamIncidents(), batches));
            await MeasureAsync(echoBatched, BatchedCount, () => StreamAsync(echo.Echo(), batches));
            await MeasureAsync(bareSqlite, BareCount, () => Run(() => bare.Write(rows)));
            await MeasureAsync(plainEfCore, EfCoreCount, () => Run(() => efCore.Write(few)));

            async Task MeasureAsync(Measured measured, int count, Func<Task> work)
            {
                GC.Collect();
                var watch = Stopwatch.StartNew();
                await work();
                if (round > 0)
                {
                    measured.Add(count, watch.Elapsed);
                }
            }
        }

        Console.WriteLine($"Reports a second; median of {Rounds} rounds (lowest to highest) after warm-up.");
        foreach (var measured in new[] { hubSingle, hubBatched, echoSingle, echoBatched, bareSqlite, plainEfCore })
        {
            Console.WriteLine(measured.Line);
        }

        Console.WriteLine();
        Ratio(hubSingle, bareSqlite);
        Ratio(hubBatched, bareSqlite);
        Ratio(hubSingle, echoSingle);
        Ratio(hubBatched, echoBatched);
        Ratio(hubSingle, plainEfCore);
        Ratio(hubBatched, plainEfCore);
        return 0;
    }

    private static void Ratio(Measured one, Measured other) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{one.Median / other.Median,8:0.00} × {other.Name}: {one.Name}"));

    private static Task Run(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private static List<StreamIncidentsRequest> Messages(string prefix, int count, int aMessage) =>
        [.. Examples.Incidents(prefix, count).Chunk(aMessage).Select(c => new StreamIncidentsRequest { Incidents = { c } })];

    /// <summary>Sends all and waits for every answer, as a sender that never waits for one before the next.</summary>
    private static async Task StreamAsync(
        AsyncDuplexStreamingCall<StreamIncidentsRequest, StreamIncidentsResponse> call,
        List<StreamIncidentsRequest> messages)
    {
        using (call)
        {
            var answered = 0;
            var reading = Task.Run(async () =>
            {
                await foreach (var response in call.ResponseStream.ReadAllAsync())
                {
                    foreach (var result in response.Results)
                    {
                        if (result.Accepted is null)
                        {
                            throw new InvalidOperationException($"{result.SourceRef} was refused: {result.Refused}");
                        }
                    }

                    answered += response.Results.Count;
                }
            });

            // More follows at once, so that nothing is gained by a packet of its own for each message.
            call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
            await reading;
            if (answered != messages.Sum(m => m.Incidents.Count))
            {
                throw new InvalidOperationException("Some reports were not answered.");
            }
        }
    }
}
