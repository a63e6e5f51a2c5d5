using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;
using Environment = TrygghetHub.Reports.V1.Environment;
using Feeds = TrygghetHub.Feed.V1.FeedService;
using Revision = TrygghetHub.Server.Tests.Feed.FeedModel.Revision;
using Terms = TrygghetHub.Server.Tests.Feed.FeedModel.Terms;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>One run of the history checker: the script, what subscribers were told, and what holds of it.</summary>
internal sealed class FeedHistory : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Senders = ["polisen", "raddning"];
    private static readonly string[] Categories = ["graffiti", "robbery", "vandalism"];
    private readonly FeedHub hub;
    private readonly Random random;
    private readonly FeedModel model = new();
    private readonly Dictionary<string, HubClient> senders = [];
    private readonly Subscriber[] subscribers =
    [
        new("upplands-bro", PartnerKind.MunicipalUnit, isKept: false), new("bostad", PartnerKind.MunicipalCompany, isKept: true),
        new("hyra", PartnerKind.HousingCompany, isKept: false),
    ];

    private readonly string[] categories;
    private int numbers;

    private FeedHistory(FeedHub hub, int seed)
    {
        this.hub = hub;
        random = new Random(seed);
        categories = [.. Categories.Where(Examples.Categories.Contains), .. Examples.Categories.Except(Categories).Where(c => c != "housing-disturbance" && c != "threat-against-staff").Take(1)];
    }

    /// <summary>What was done, for whoever reads a failure.</summary>
    public List<string> Script { get; } = [];

    public static async Task<FeedHistory> StartAsync(int seed)
    {
        var history = new FeedHistory(await FeedHub.StartAsync(Patience, daysBefore: 40), seed);
        await history.BeginAsync();
        return history;
    }

    public async Task RunAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            await StepAsync();
        }

        // All that was held back is over; then everybody reads to the end.
        await PassAsync(TimeSpan.FromHours(40));
        foreach (var subscriber in subscribers)
        {
            await LeaveAsync(subscriber);
            await ConnectAsync(subscriber);
            await ReadAsync(subscriber);
            await LeaveAsync(subscriber);
            CheckComplete(subscriber);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscriber in subscribers)
        {
            await LeaveAsync(subscriber);
        }

        await hub.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        model.Happened(hub.Now, ImmutableDictionary<string, Terms>.Empty);
        await hub.Test.PartnerAsync("skolan", PartnerKind.School);
        senders["polisen"] = await hub.Test.PartnerAsync("polisen", PartnerKind.Police);
        senders["raddning"] = await hub.Test.PartnerAsync("raddning", PartnerKind.RescueService);
        foreach (var sender in Senders)
        {
            // Lets it send, whatever else is agreed.
            await hub.Test.AgreeAsync(Examples.Agreement("base-" + sender, sender, "skolan"));
        }

        foreach (var subscriber in subscribers)
        {
            await hub.Test.PartnerAsync(subscriber.Id, subscriber.Kind);
            foreach (var sender in Senders)
            {
                await AgreeAsync(RandomTerms("a" + Next(), sender, subscriber.Id));
            }
        }
    }

    private async Task StepAsync()
    {
        var subscriber = Any(subscribers);
        switch (random.Next(100))
        {
            case < 25:
                await SubmitAsync();
                break;
            case < 35:
                await CorrectAsync();
                break;
            case < 40:
                await WithdrawAsync();
                break;
            case < 47 when model.Agreements.Count > 0:
                var amended = Any([.. model.Agreements.Values]);
                await AgreeAsync(RandomTerms(amended.Id, amended.From, amended.To) with { IsSuspended = amended.IsSuspended });
                break;
            case < 53:
                await SuspendOrResumeAsync(Any([.. model.Agreements.Values]));
                break;
            case < 56:
                await ReplaceAsync(Any([.. model.Agreements.Values]));
                break;
            case < 66:
                await PassAsync(Any(
                    TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(7), TimeSpan.FromHours(24)));
                break;
            case < 68:
                Script.Add("restart");
                await hub.Test.RestartAsync();
                break;
            case < 70:
                await RevokeAsync(subscriber);
                break;
            case < 80:
                await LeaveAsync(subscriber);
                break;
            case < 84 when subscriber.Last is { } last && subscriber.IsKept:
                Script.Add($"{subscriber.Id} acknowledges");
                await hub.CallAsync(subscriber.Id, c => new Feeds.FeedServiceClient(c).AcknowledgeFeedAsync(
                    new AcknowledgeFeedRequest { CursorName = "kept", Cursor = last.Cursor }));
                subscriber.Kept = last;
                break;
            default:
                await ConnectAsync(subscriber);
                await ReadAsync(subscriber);
                break;
        }
    }

    private async Task SubmitAsync()
    {
        var incident = Examples.Incident("r" + Next());
        Vary(incident.Report);
        await SubmitAsync(Any(Senders), incident);
    }

    private async Task CorrectAsync()
    {
        if (AnyStanding() is { } standing)
        {
            var incident = Examples.Incident(standing.SourceRef);
            Vary(incident.Report);
            incident.Report.Revision = standing.Number + 1;
            await SubmitAsync(standing.Sender, incident);
        }
    }

    private async Task SubmitAsync(string sender, Incident incident)
    {
        var report = incident.Report;
        var name = (await senders[sender].SubmitAsync(incident)).Name;
        model.Happened(hub.Now);
        model.Revisions.Add(new Revision(
            name, report.SourceRef, sender, report.Revision, model.Revisions.Count, model.Last, hub.Now, report.Category,
            report.Environment, report.Tlp, IsWithdrawn: false));
        Script.Add($"{sender} sends {report.SourceRef} {report.Revision}: {report.Category} {report.Environment} {report.Tlp} = {name}");
    }

    private async Task WithdrawAsync()
    {
        if (AnyStanding() is { } standing)
        {
            await senders[standing.Sender].WithdrawIncidentAsync(standing.SourceRef);
            model.Happened(hub.Now);
            model.Revisions.Add(standing with
            {
                Number = standing.Number + 1,
                Order = model.Revisions.Count,
                State = model.Last,
                At = hub.Now,
                IsWithdrawn = true,
            });
            Script.Add($"{standing.Sender} withdraws {standing.SourceRef}");
        }
    }

    private async Task AgreeAsync(Terms terms)
    {
        var agreement = Examples.Agreement(terms.Id, terms.From, terms.To);
        var flow = agreement.SharingTerms.Flows[0];
        flow.Categories.Clear();
        flow.Categories.Add(terms.Categories);
        flow.FinestPrecision = terms.Finest;
        flow.Delay = Duration.FromTimeSpan(terms.Delay);
        flow.FinestTime = terms.ByDay ? TimeGranularity.Day : TimeGranularity.Minute;
        flow.StrictestTlp = terms.StrictestTlp;
        if (!terms.ShowsCategory)
        {
            flow.Fields.Remove(ReportField.Category);
        }

        terms = terms with { Version = (await hub.Test.AgreeAsync(agreement)).Version };
        model.Versions[(terms.Id, terms.Version)] = terms;
        model.Happened(hub.Now, model.Agreements.SetItem(terms.Id, terms));
        Script.Add($"agreed {terms.Id} {terms.Version} {terms.From} to {terms.To}: {string.Join(',', terms.Categories)} {terms.Finest} after {terms.Delay}, by day {terms.ByDay}, {terms.StrictestTlp}");
    }

    private async Task SuspendOrResumeAsync(Terms terms)
    {
        Script.Add((terms.IsSuspended ? "resumed " : "suspended ") + terms.Id);
        var name = "agreements/" + terms.Id;
        if (terms.IsSuspended)
        {
            await hub.Test.Operator.Agreements.ResumeAgreementAsync(
                new ResumeAgreementRequest { Name = name }, cancellationToken: hub.Token);
        }
        else
        {
            await hub.Test.Operator.Agreements.SuspendAgreementAsync(
                new SuspendAgreementRequest { Name = name, Reason = "The script." }, cancellationToken: hub.Token);
        }

        model.Happened(hub.Now, model.Agreements.SetItem(terms.Id, terms with { IsSuspended = !terms.IsSuspended }));
    }

    private async Task ReplaceAsync(Terms terms)
    {
        Script.Add("ended " + terms.Id);
        await hub.Test.Operator.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/" + terms.Id, Reason = "The script." }, cancellationToken: hub.Token);
        model.Happened(hub.Now, model.Agreements.Remove(terms.Id));
        await AgreeAsync(RandomTerms("a" + Next(), terms.From, terms.To));
    }

    private async Task PassAsync(TimeSpan time)
    {
        Script.Add($"{time} pass");
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromHours(6))
        {
            await hub.AdvanceAsync(left < TimeSpan.FromHours(6) ? left : TimeSpan.FromHours(6));
            model.Happened(hub.Now);
        }
    }

    private async Task RevokeAsync(Subscriber subscriber)
    {
        Script.Add($"{subscriber.Id} gets another certificate");
        string thumbprint;
        using (var identity = IdentityFolder.Load(hub.Test.IdentityPath(subscriber.Id)))
        {
            thumbprint = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256);
        }

        await (await hub.Test.PartnerAsync(subscriber.Id, subscriber.Kind)).RenewAsync(hub.Token);
        await hub.Test.Operator.Partners.RevokeCertificateAsync(
            new RevokeCertificateRequest { ThumbprintSha256 = thumbprint, Reason = "The script." }, cancellationToken: hub.Token);
    }

    private async Task ConnectAsync(Subscriber subscriber)
    {
        if (subscriber.Feed is not null)
        {
            return;
        }

        var request = new SubscribeRequest { EntriesPerMessage = random.Next(1, 4) };
        if (subscriber.IsKept)
        {
            request.CursorName = "kept";
            subscriber.Start = subscriber.Kept;
        }
        else if (subscriber.Last is { } last)
        {
            // Not always the last: a client that has lost what it did since goes back.
            subscriber.Start = random.Next(5) == 0 && last.Before is { } earlier ? earlier : last;
            request.Cursor = subscriber.Start.Cursor;
        }

        Script.Add($"{subscriber.Id} connects");
        subscriber.Last = subscriber.Start;
        subscriber.Feed = await hub.SubscribeAsync(subscriber.Id, request);
        subscriber.Taken = 0;
        subscriber.Since = model.Last;
    }

    /// <summary>Reads until all is told that there is, or the hub ends the stream. Time goes by meanwhile.</summary>
    private async Task ReadAsync(Subscriber subscriber)
    {
        Script.Add($"{subscriber.Id} reads");
        var feed = subscriber.Feed!;
        try
        {
            do
            {
                var next = feed.NextAsync(hub.Token);
                while (!next.IsCompleted)
                {
                    await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, hub.Token));
                    if (!next.IsCompleted)
                    {
                        hub.Time.Advance(TimeSpan.FromSeconds(5));
                        await hub.LookAsync();
                        model.Happened(hub.Now);
                    }
                }

                Assert.True(await next);
                Take(subscriber, feed.Messages[subscriber.Taken++]);
            }
            while (!feed.Messages[^1].CaughtUp);
        }
        catch (HubException ended)
        {
            Script.Add($"{subscriber.Id} is cut off: {ended.Reason}");
            Assert.Contains(
                ended.Reason,
                new[] { null, "AGREEMENT_NOT_ACTIVE", "CERTIFICATE_REVOKED", "STREAM_TIME_OVER", "UNAVAILABLE", "SUBSCRIBER_TOO_SLOW" });
            await LeaveAsync(subscriber);
        }
    }

    private static async Task LeaveAsync(Subscriber subscriber)
    {
        if (subscriber.Feed is { } feed)
        {
            subscriber.Feed = null;
            await feed.DisposeAsync();
        }
    }

    private void Take(Subscriber subscriber, SubscribeResponse message)
    {
        var told = new Told(message.Cursor, subscriber.Last, [.. message.Entries]);
        subscriber.Last = told;
        for (var i = 0; i < told.Entries.Length; i++)
        {
            var entry = told.Entries[i];
            Script.Add(entry.Recall is { } r
                ? $"  {subscriber.Id} is told of recall {r.Cause} {r.Report}"
                : $"  {subscriber.Id} is told {entry.Change} {entry.Incident.Name} {entry.Incident.Report.Revision}");
            var before = told.EntriesBefore(i).ToList();
            if (entry.Recall is { } recall)
            {
                Assert.True(
                    model.Revisions.Any(v => v.Name == recall.Report && model.WasEverVisible(v, subscriber.Id, 0, model.Last)),
                    "A recall of what it never might see.");
            }
            else
            {
                CheckTold(subscriber, entry, before);
            }
        }
    }

    private void CheckTold(Subscriber subscriber, FeedEntry entry, List<FeedEntry> before)
    {
        var (id, report) = (subscriber.Id, entry.Incident.Report);
        var revision = model.Revisions.Single(v => v.Name == entry.Incident.Name && v.Number == report.Revision);
        Assert.True(
            model.WasEverVisible(revision, id, subscriber.Since, model.Last),
            $"{revision} was told to {id} on a stream during which it was never visible.");

        // No finer than what its grounds name, which must be what was in force.
        var terms = model.Versions[(entry.Grounds.Agreement, entry.Grounds.Version)];
        Assert.Equal((revision.Sender, id), (terms.From, terms.To));
        Assert.True(report.Place.Precision >= terms.Finest, "Finer than agreed.");
        var showsCategory = terms.ShowsCategory && !FeedModel.IsPoliceToPrivate(revision, id);
        Assert.Equal(showsCategory ? revision.Category : "", report.Category);
        Assert.Equal("", report.Summary + report.SourceRef);
        if (terms.ByDay || FeedModel.IsUnderTheHomeCeiling(revision) || FeedModel.IsPoliceToPrivate(revision, id))
        {
            Assert.NotEqual(TimeCertainty.Exact, report.Occurred?.Certainty);
        }

        var same = before.Where(e => e.Incident?.Name == revision.Name).ToList();
        Assert.True(same.All(e => e.Incident.Report.Revision <= report.Revision), $"{revision} after a later one.");
        Assert.True(
            same.All(e => e.Incident.Report.Revision < report.Revision) || model.WasInvisibleAfterVisible(revision, id),
            $"{revision} twice to {id}, past its cursor.");

        if (model.IsVisibleThroughout(revision, id))
        {
            var earlier = before.Where(e => e.Incident is not null)
                .Select(e => model.Revisions.Single(v => v.Name == e.Incident.Name && v.Number == e.Incident.Report.Revision))
                .Where(v => model.IsVisibleThroughout(v, id));
            Assert.True(earlier.All(v => v.Order < revision.Order), $"{revision} is not in the order of the journal.");
        }
    }

    /// <summary>What was processed up to the last cursor holds all that may be seen, and every recall of what it holds.</summary>
    private void CheckComplete(Subscriber subscriber)
    {
        var (id, told) = (subscriber.Id, subscriber.Last?.EntriesBefore(int.MaxValue).ToList() ?? []);
        foreach (var name in model.Revisions.Select(r => r.Name).Distinct())
        {
            var standing = model.Standing(name);
            var had = told.Where(e => e.Incident?.Name == name).Select(e => e.Incident.Report.Revision).ToList();
            if (model.IsVisible(standing, id, model.Last))
            {
                Assert.True(had.Contains(standing.Number), $"{id} was never told {standing}.");
            }

            var gone = model.Revisions.Where(r => r.Name == name && (r.IsWithdrawn || !model.IsVisibleSoon(r, id, r.State)))
                .Where(r => had.Any(h => h < r.Number)).ToList();
            if (gone.Count > 0)
            {
                Assert.True(told.Any(e => e.Recall?.Report == name), $"{id} had {name}, and was never told of {gone[0]}.");
            }
        }
    }

    private Revision? AnyStanding()
    {
        var standing = model.Revisions.Select(r => r.Name).Distinct().Select(model.Standing).Where(r => !r.IsWithdrawn).ToArray();
        return standing.Length == 0 ? null : Any(standing);
    }

    private Terms RandomTerms(string id, string from, string to) => new(
        id, from, to, [.. categories.Where(_ => random.Next(4) > 0)],
        Any(Precision.Point, Precision.District, Precision.Municipality),
        Any(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(20), TimeSpan.FromHours(5), TimeSpan.FromHours(30)),
        random.Next(4) == 0, random.Next(3) > 0, Any(Tlp.Green, Tlp.AmberStrict, Tlp.AmberStrict), 0, IsSuspended: false);

    private void Vary(Report report)
    {
        report.Category = Any(categories);
        report.Environment = Any(Environment.Street, Environment.Street, Environment.Dwelling);
        report.Tlp = Any(Tlp.Green, Tlp.Amber, Tlp.Amber, Tlp.Red);
    }

    private T Any<T>(params T[] values) => values[random.Next(values.Length)];

    private string Next() => (++numbers).ToString(CultureInfo.InvariantCulture);

    /// <summary>A message that was taken, and those that were processed before it.</summary>
    private sealed record Told(ByteString Cursor, Told? Before, ImmutableArray<FeedEntry> Entries)
    {
        /// <summary>All that was told before one of its entries, by whoever reads on without going back.</summary>
        public IEnumerable<FeedEntry> EntriesBefore(int index)
        {
            foreach (var entry in Entries.Take(index))
            {
                yield return entry;
            }

            for (var message = Before; message is not null; message = message.Before)
            {
                foreach (var entry in message.Entries)
                {
                    yield return entry;
                }
            }
        }
    }

    private sealed class Subscriber(string id, PartnerKind kind, bool isKept)
    {
        public string Id => id;

        public PartnerKind Kind => kind;

        /// <summary>The hub keeps its cursor; otherwise it does itself.</summary>
        public bool IsKept => isKept;

        public FeedReader? Feed { get; set; }

        public int Taken { get; set; }

        /// <summary>The state in which it connected.</summary>
        public int Since { get; set; }

        public Told? Start { get; set; }

        public Told? Last { get; set; }

        public Told? Kept { get; set; }
    }
}
