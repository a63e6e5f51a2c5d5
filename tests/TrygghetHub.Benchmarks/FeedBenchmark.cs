using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Server;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// How fast a subscriber catches up with a long journal, beside the same messages out of memory over the same endpoint;
/// and how soon a report is with a hundred live subscribers, with and without one among them that does not read.
/// </summary>
internal static class FeedBenchmark
{
    private const int WarmUps = 1;
    private const int Rounds = 5;
    private const int ReportsAMessage = 500;

    // Enough to be none of a cache; few enough not to burden the collector in the hub's turns.
    private const int Replayed = 20_000;

    // Those that no ceiling holds back until the day is over.
    private static readonly string[] Categories =
        [.. Examples.Categories.Except(["housing-disturbance", "threat-against-staff"])];

    /// <param name="records">Reports in the journal to catch up with.</param>
    /// <param name="seconds">Seconds of each live round.</param>
    public static async Task<int> RunAsync(int records, int seconds)
    {
        var replay = new InMemoryFeed();
        await using var hub = await TestHub.StartAsync(
            addMore: services => services.AddSingleton(replay),
            mapMore: app => app.MapGrpcService<InMemoryFeed>(),
            settings: new HubSettings
            {
                // What is measured is not to end with a token, or at a quota.
                Tokens = new TokenSettings { LifetimeMinutes = 60 },
                Quotas = new QuotaSettings { ConcurrentStreams = 1_000, RequestsPerSecond = 10_000, KibPerSecond = 1_000_000 },
            });
        await hub.AgreedPairAsync();
        if (records > 0)
        {
            await CatchUpAsync(hub, replay, records);
        }

        if (seconds > 0)
        {
            await FeedLive.RunAsync(hub, seconds);
        }

        return 0;
    }

    private static async Task CatchUpAsync(TestHub hub, InMemoryFeed replay, int records)
    {
        using var channel = await hub.OpenChannelAsAsync("upplands-bro");
        var watch = Stopwatch.StartNew();
        await WriteAsync(hub, records);
        Console.Error.WriteLine($"wrote {records:N0} reports in {watch.Elapsed.TotalSeconds:0} s");

        var feed = new FeedService.FeedServiceClient(channel);
        var memory = new ReplayService.ReplayServiceClient(channel);
        foreach (var aMessage in new[] { 1, 100 })
        {
            replay.Keep(aMessage, await FirstAsync(feed, aMessage, Math.Min(records, Replayed)));
            var hubs = new Measured($"hub, from the journal, mTLS, {aMessage} a message");
            var memorys = new Measured($"in-memory stream, same channel, {aMessage} a message");
            for (var round = 1 - WarmUps; round <= Rounds; round++)
            {
                Console.Error.WriteLine(round <= 0 ? "warming up" : $"round {round} of {Rounds}, {aMessage} a message");
                await MeasureAsync(memorys, round, records, () => memory.Replay(new ReplayRequest
                {
                    Entries = records,
                    EntriesPerMessage = aMessage,
                }));
                await MeasureAsync(hubs, round, records, () => feed.Subscribe(FromStart(aMessage)));
            }

            Console.WriteLine($"Records a second; median of {Rounds} rounds (lowest to highest) after warm-up.");
            Console.WriteLine(memorys.Line);
            Console.WriteLine(hubs.Line);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{hubs.Median / memorys.Median,8:0.00} × {memorys.Name}: {hubs.Name}"));
            Console.WriteLine();
        }
    }

    private static async Task MeasureAsync(
        Measured measured, int round, int records, Func<AsyncServerStreamingCall<SubscribeResponse>> open)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        using var call = open();
        for (var told = 0; told < records; told += call.ResponseStream.Current.Entries.Count)
        {
            if (!await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                throw new InvalidOperationException("The stream ended too soon.");
            }
        }

        if (round > 0)
        {
            measured.Add(records, watch.Elapsed);
        }
    }

    /// <summary>The feed's first messages, as the hub makes them.</summary>
    private static async Task<IReadOnlyList<SubscribeResponse>> FirstAsync(
        FeedService.FeedServiceClient feed, int aMessage, int entries)
    {
        var first = new List<SubscribeResponse>();
        using var call = feed.Subscribe(FromStart(aMessage));
        for (var told = 0; told < entries; told += first[^1].Entries.Count)
        {
            await call.ResponseStream.MoveNext(CancellationToken.None);
            first.Add(call.ResponseStream.Current);
        }

        return first;
    }

    private static SubscribeRequest FromStart(int aMessage) =>
        new() { Purpose = Purpose.WeeklyPicture, EntriesPerMessage = aMessage };

    /// <summary>Reports of many categories, through the endpoint like any other.</summary>
    private static async Task WriteAsync(TestHub hub, int records)
    {
        using var channel = await hub.OpenChannelAsAsync("polisen");
        using var call = new IncidentService.IncidentServiceClient(channel).StreamIncidents();
        var answered = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync())
            {
                answered += response.Results.Count(r => r.Accepted is not null
                    ? true
                    : throw new InvalidOperationException($"{r.SourceRef} was refused: {r.Refused}"));
            }
        });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        foreach (var chunk in Examples.Incidents("kept-", records).Select(Varied).Chunk(ReportsAMessage))
        {
            await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { chunk } });
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        if (answered != records)
        {
            throw new InvalidOperationException("Some reports were not answered.");
        }
    }

    private static Incident Varied(Incident incident, int number)
    {
        incident.Report.Category = Categories[number % Categories.Length];
        return incident;
    }
}
