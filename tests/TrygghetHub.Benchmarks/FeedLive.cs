using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// A thousand reports a second to a hundred live subscribers, each over a connection and with a token of its own: from the
/// sender's answer to each delivery. Rounds with one more subscriber that reads nothing alternate with rounds without.
/// </summary>
internal static class FeedLive
{
    private const int Subscribers = 100;
    private const int ReportsASecond = 1_000;

    // Until what runs is compiled for good.
    private const int WarmUpSeconds = 10;
    private const int Pairs = 3;

    // Long enough for the slowest delivery; what has not come by then never comes.
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(TestHub hub, int seconds)
    {
        Console.Error.WriteLine($"opening {Subscribers} connections");
        var channels = new List<GrpcChannel>();
        try
        {
            for (var i = 0; i < Subscribers; i++)
            {
                channels.Add(await hub.OpenChannelAsAsync("upplands-bro"));
            }

            var round = 0;
            await RoundAsync(hub, channels, WarmUpSeconds, stalled: false, "w");
            var (alone, beside) = (new List<Latencies>(), new List<Latencies>());
            for (var pair = 0; pair < Pairs; pair++)
            {
                // Which of the two comes first alternates, too.
                foreach (var stalled in pair % 2 == 0 ? new[] { false, true } : [true, false])
                {
                    var latencies = await RoundAsync(hub, channels, seconds, stalled, $"r{++round}");
                    Console.Error.WriteLine($"round {round} of {2 * Pairs}, {(stalled ? "one stalled" : "none stalled")}: {latencies}");
                    (stalled ? beside : alone).Add(latencies);
                }
            }

            var (all, others) = (Latencies.Of(alone), Latencies.Of(beside));
            Console.WriteLine(
                $"From answer to delivery, {ReportsASecond:N0} reports a second, {Subscribers} subscribers, {Pairs} × {seconds} s each.");
            Console.WriteLine($"none stalled                {all}");
            Console.WriteLine($"one stalled, the others     {others}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{others.At(0.99) / all.At(0.99),8:0.00} × p99 with none stalled: p99 with one stalled"));
        }
        finally
        {
            channels.ForEach(c => c.Dispose());
        }
    }

    private static async Task<Latencies> RoundAsync(
        TestHub hub, List<GrpcChannel> channels, int seconds, bool stalled, string prefix)
    {
        var count = seconds * ReportsASecond;
        using var police = await hub.OpenChannelAsAsync("polisen");
        using var stalledChannel = stalled ? await hub.OpenChannelAsAsync("upplands-bro") : null;
        using var stalledCall = stalledChannel is null ? null : await SubscribeAsync(stalledChannel);
        var deliveries = channels.Select(_ => new Delivery[count]).ToList();
        var calls = await Task.WhenAll(channels.Select(SubscribeAsync));
        try
        {
            GC.Collect();
            using var stop = new CancellationTokenSource();
            var reading = calls.Zip(deliveries, (call, into) => Task.Run(() => ReadAsync(call, into, stop.Token))).ToList();
            var answers = await SendAsync(police, count, prefix);
            stop.CancelAfter(LongestDelivery);
            await Task.WhenAll(reading);
            return Latencies.Of(answers, deliveries);
        }
        finally
        {
            Array.ForEach(calls, c => c.Dispose());
        }
    }

    private static async Task<AsyncServerStreamingCall<SubscribeResponse>> SubscribeAsync(GrpcChannel channel)
    {
        var call = new FeedService.FeedServiceClient(channel).Subscribe(new SubscribeRequest
        {
            Purpose = Purpose.WeeklyPicture,
            FromNow = true,
        });

        // The first message tells that it runs.
        await call.ResponseStream.MoveNext(CancellationToken.None);
        return call;
    }

    private static async Task ReadAsync(
        AsyncServerStreamingCall<SubscribeResponse> call, Delivery[] into, CancellationToken cancellation)
    {
        for (var count = 0; count < into.Length;)
        {
            if (!await call.ResponseStream.MoveNext(cancellation))
            {
                throw new InvalidOperationException("The stream ended too soon.");
            }

            var now = Stopwatch.GetTimestamp();
            foreach (var entry in call.ResponseStream.Current.Entries)
            {
                into[count++] = new Delivery(IdOf(entry.Incident.Name), now);
            }
        }
    }

    /// <summary>Sends at an even pace, one report a message; gives the time of each answer.</summary>
    private static async Task<Dictionary<Guid, long>> SendAsync(GrpcChannel channel, int count, string prefix)
    {
        using var call = new IncidentService.IncidentServiceClient(channel).StreamIncidents();
        var answers = new Dictionary<Guid, long>(count);
        var reading = Task.Run(async () =>
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync())
            {
                var now = Stopwatch.GetTimestamp();
                foreach (var result in response.Results)
                {
                    answers.Add(IdOf(result.Accepted.Name), now);
                }
            }
        });
        var watch = Stopwatch.StartNew();
        var sent = 0;
        foreach (var incident in Examples.Incidents($"{prefix}-", count))
        {
            // In steps of the timer's, some milliseconds; behind, it catches up.
            while (sent >= watch.Elapsed.TotalSeconds * ReportsASecond)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }

            await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { incident } });
            sent++;
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        var rate = count / watch.Elapsed.TotalSeconds;
        if (rate < ReportsASecond * 0.95)
        {
            Console.Error.WriteLine($"only {rate:N0} reports a second were taken");
        }

        return answers;
    }

    // A name ends with the report's id.
    private static Guid IdOf(string name) => Guid.Parse(name.AsSpan(name.Length - 36));

    private readonly record struct Delivery(Guid Report, long At);

    /// <summary>Milliseconds, in order.</summary>
    private sealed class Latencies(double[] sorted)
    {
        public static Latencies Of(Dictionary<Guid, long> answers, List<Delivery[]> deliveries) => Of(
            deliveries.SelectMany(d => d).Select(d =>
                // Who is told before the sender has read its answer is told at once.
                Math.Max(0, (d.At - answers[d.Report]) * 1_000.0 / Stopwatch.Frequency)));

        public static Latencies Of(List<Latencies> rounds) => Of(rounds.SelectMany(r => r.Sorted));

        public double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {At(0.50):0.0} ms, p99 {At(0.99):0.0} ms, longest {sorted[^1]:0.0} ms, {sorted.Length:N0} deliveries");

        private double[] Sorted => sorted;

        private static Latencies Of(IEnumerable<double> latencies)
        {
            var sorted = latencies.ToArray();
            Array.Sort(sorted);
            return new Latencies(sorted);
        }
    }
}
