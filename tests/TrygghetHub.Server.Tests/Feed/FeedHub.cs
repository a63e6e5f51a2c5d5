using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Feed;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;
using Audits = TrygghetHub.Audit.V1.AuditService;
using Feeds = TrygghetHub.Feed.V1.FeedService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>A hub on a clock of its own, from a Swedish noon on, and what the tests of the feed do with it.</summary>
internal sealed class FeedHub : IAsyncDisposable
{
    // A stream's hour and tokens go by in steps, as they do.
    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(6);
    private readonly CancellationTokenSource deadline;

    private FeedHub(TestHub hub, FakeTimeProvider time, TimeSpan patience)
    {
        Test = hub;
        Time = time;
        deadline = new CancellationTokenSource(patience);
    }

    public TestHub Test { get; }

    public FakeTimeProvider Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Only so that what hangs has a name: nothing is timed.</summary>
    public CancellationToken Token => deadline.Token;

    /// <summary>Yesterday's noon, so that certificates of then hold now.</summary>
    public static DateTimeOffset Noon { get; } =
        SwedishTime.ToUtc(SwedishTime.ToLocal(TimeProvider.System.GetUtcNow()).Date.AddDays(-1).AddHours(12));

    /// <param name="patience">How long it may take.</param>
    /// <param name="daysBefore">Days before <see cref="Noon"/>: what is certified on the way must hold for clients now.</param>
    public static async Task<FeedHub> StartAsync(TimeSpan? patience = null, int daysBefore = 0)
    {
        var time = new FakeTimeProvider(Noon.AddDays(-daysBefore));
        return new FeedHub(await TestHub.StartAsync(time), time, patience ?? RunningStream.Patience);
    }

    /// <summary>The police, a municipality and a municipal company; the first two with an agreement where one is given.</summary>
    public async Task<HubClient> ThreeAsync(params CooperationAgreement[] agreements)
    {
        var police = await Test.PartnerAsync("polisen", PartnerKind.Police);
        await Test.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await Test.PartnerAsync("bostad", PartnerKind.MunicipalCompany);
        foreach (var agreement in agreements)
        {
            await Test.AgreeAsync(agreement);
        }

        return police;
    }

    /// <summary>Lets time pass, and the hub look at what it has brought.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= LongestStep)
        {
            Time.Advance(left < LongestStep ? left : LongestStep);
            await LookAsync();
        }
    }

    public Task LookAsync() => Test.Hub.Services.GetRequiredService<FeedClock>().LookAsync(Token);

    public async Task<FeedReader> SubscribeAsync(string id, SubscribeRequest? request = null) =>
        FeedReader.Open(await Test.OpenChannelAsAsync(id), request);

    /// <summary>What a subscription is told until it has been told all; then it is left, and the hub has noticed.</summary>
    public async Task<FeedReader> ReadAsync(string id, SubscribeRequest? request = null)
    {
        var others = Streams;
        var feed = await SubscribeAsync(id, request);
        await using (feed)
        {
            await feed.CaughtUpAsync(Token);
        }

        while (Streams > others)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return feed;
    }

    /// <summary>How many streams run.</summary>
    public int Streams => Test.Hub.Services.GetRequiredService<RunningCalls>().Count;

    public async Task<T> CallAsync<T>(string id, Func<ChannelBase, AsyncUnaryCall<T>> call)
    {
        using var channel = await Test.OpenChannelAsAsync(id);
        return await call(channel);
    }

    /// <summary>Asserts that a call is refused, and why.</summary>
    public async Task RefusedAsync<T>(string reason, string id, Func<ChannelBase, AsyncUnaryCall<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(id, call));
        Assert.Equal(reason, refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
    }

    /// <summary>Who has seen a report, as its sender is told.</summary>
    public async Task<IReadOnlyList<Viewer>> ViewersAsync(string report, string sender = "polisen") =>
        (await CallAsync(sender, c => new Audits.AuditServiceClient(c).ListViewersAsync(
            new ListViewersRequest { Report = report }))).Viewers;

    public async Task<IReadOnlyList<Recall>> RecallsAsync(string id, ListRecallsRequest? request = null) =>
        (await CallAsync(id, c => new Feeds.FeedServiceClient(c).ListRecallsAsync(
            request ?? new ListRecallsRequest()))).Recalls;

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        deadline.Dispose();
    }
}
