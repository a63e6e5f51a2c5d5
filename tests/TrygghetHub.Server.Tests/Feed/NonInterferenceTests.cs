using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Client;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;
using Agreeing = TrygghetHub.Agreements.V1.AgreementService;
using Audits = TrygghetHub.Audit.V1.AuditService;
using Environment = TrygghetHub.Reports.V1.Environment;
using Feeds = TrygghetHub.Feed.V1.FeedService;
using Reading = TrygghetHub.Incidents.V1.IncidentService;
using Picturing = TrygghetHub.Pictures.V1.PictureService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>
/// Non-interference: everything that a partner can ask of a hub is the same whether or not there are reports that it may
/// not see. Two hubs run one script on one clock; the second also takes reports that are denied to the partner by every
/// book of rules and at every time of the script, for every purpose, records and counts.
/// </summary>
/// <remarks>
/// Left out of the comparison are tokens and cursors, random ids, and hashes of those. <c>CsCheck_Seed</c> runs a seed
/// again; <c>TRYGGHETHUB_PAIRS</c> says how many pairs of hubs run.
/// </remarks>
public sealed partial class NonInterferenceTests
{
    private static readonly string[] Areas = ["01", "0139", "0139-bro", "0139-bro-exempeltorget", "0139-ovriga"];
    private static readonly string[] Categories = ["graffiti", "robbery", "arson"];
    private static readonly string[] Senders = ["polisen", "raddning"];

    [Fact]
    public async Task Output_WithReportsThatAPartnerMayNotSee_IsTheSame() => await Gen.Int[0, int.MaxValue - 1].SampleAsync(
        async seed => await CompareAsync(seed),
        iter: int.Parse(System.Environment.GetEnvironmentVariable("TRYGGHETHUB_PAIRS") ?? "2", CultureInfo.InvariantCulture),
        threads: 1);

    private static async Task CompareAsync(int seed)
    {
        var random = new Random(seed);
        var observer = random.Next(3) == 0 ? "hyra" : "upplands-bro";
        var script = Script(random, observer);
        await using var without = await OneHub.StartAsync(observer, seed);
        await without.RunAsync(script, []);
        var hidden = Hidden(random, observer, without.Rules).ToList();
        Assert.NotEmpty(hidden);

        await using var with = await OneHub.StartAsync(observer, seed);
        await with.RunAsync(script, hidden);

        Assert.Equal(without.Output, with.Output);
        Assert.True(without.Entries > 0, "Nothing was told of anything, which proves nothing.");
    }

    /// <summary>Steps that both hubs take, each to be done on a hub.</summary>
    private static List<Func<OneHub, Task>> Script(Random random, string observer)
    {
        var steps = new List<Func<OneHub, Task>>();
        var (agreements, sent) = (0, new List<(string Sender, string SourceRef, int Revision)>());

        // Something is to be seen, whatever else is agreed.
        var always = Examples.Agreement("always", "raddning", observer);
        always.SharingTerms.Flows[0].Areas.Clear();
        always.SharingTerms.Flows[0].Areas.Add("0139-ovriga");
        steps.Add(hub => hub.AgreeAsync(always));
        var seen = Examples.Incident("seen");
        seen.Report.Place.Area = "0139-ovriga";
        steps.Add(hub => hub.SubmitAsync("raddning", seen));
        for (var i = 0; i < 4; i++)
        {
            Agree("a" + i.ToString(CultureInfo.InvariantCulture), Any(random, Senders));
            agreements++;
        }

        for (var i = 0; i < 35; i++)
        {
            var id = "a" + random.Next(agreements).ToString(CultureInfo.InvariantCulture);
            switch (random.Next(20))
            {
                case < 9:
                    var incident = Examples.Incident("r" + i.ToString(CultureInfo.InvariantCulture));
                    var sender = Any(random, Senders);
                    Vary(random, incident.Report);
                    sent.Add((sender, incident.Report.SourceRef, 1));
                    steps.Add(hub => hub.SubmitAsync(sender, incident));
                    break;
                case < 12 when sent.Count > 0:
                    var index = random.Next(sent.Count);
                    sent[index] = sent[index] with { Revision = sent[index].Revision + 1 };
                    var (by, sourceRef, revision) = sent[index];
                    var corrected = Examples.Incident(sourceRef);
                    Vary(random, corrected.Report);
                    corrected.Report.Revision = revision;
                    steps.Add(hub => hub.SubmitAsync(by, corrected));
                    break;
                case < 13 when sent.Count > 0:
                    var gone = sent[random.Next(sent.Count)];
                    sent.Remove(gone);
                    steps.Add(hub => hub.WithdrawAsync(gone.Sender, gone.SourceRef));
                    break;
                case < 15:
                    Agree(id, Senders[id[1] % 2]);
                    break;
                case < 17:
                    steps.Add(hub => hub.SuspendOrResumeAsync(id));
                    break;
                default:
                    var time = Any(random, TimeSpan.FromMinutes(20), TimeSpan.FromHours(3), TimeSpan.FromHours(11), TimeSpan.FromHours(30));
                    steps.Add(hub => hub.PassAsync(time));
                    break;
            }

            if (i is 17)
            {
                steps.Add(hub => hub.AskAsync());
            }
        }

        steps.Add(hub => hub.AskAsync());
        return steps;

        void Agree(string id, string from)
        {
            var agreement = Examples.Agreement(id, from, observer, "skolan");
            var terms = agreement.SharingTerms;
            terms.Purposes.Clear();
            terms.Purposes.Add(random.Next(3) == 0 ? Purpose.Evaluation : Purpose.WeeklyPicture);
            var flow = terms.Flows[0];
            flow.To.Remove("skolan");
            flow.Categories.Clear();
            flow.Categories.Add(Categories.Where(_ => random.Next(3) > 0));
            flow.Areas.Clear();
            flow.Areas.Add(Any(random, Areas));
            flow.StrictestTlp = Any(random, Tlp.Green, Tlp.Amber, Tlp.AmberStrict);
            if (random.Next(4) == 0)
            {
                flow.Form = SharingForm.Counts;
                flow.SmallestCell = random.Next(4);
                flow.FinestPrecision = Any(random, Precision.District, Precision.Municipality);
                flow.Fields.Clear();
                flow.Fields.Add(ReportField.Category);
                flow.RetentionDays = 0;
                flow.FinestTime = TimeGranularity.Unspecified;
                flow.FreeText = FreeText.Unspecified;
            }
            else
            {
                flow.FinestPrecision = Any(random, Precision.Point, Precision.District, Precision.Municipality);
                flow.FinestTime = Any(random, TimeGranularity.Minute, TimeGranularity.PartOfDay, TimeGranularity.Day);
                flow.Delay = Duration.FromTimeSpan(Any(random, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(2)));
                foreach (var field in flow.Fields.Where(_ => random.Next(5) == 0).ToList())
                {
                    flow.Fields.Remove(field);
                }
            }

            if (random.Next(4) == 0)
            {
                terms.Prohibitions.Add(new Prohibition
                {
                    Clause = "§9",
                    From = { from },
                    To = { observer },
                    Areas = { Any(random, "0139-bro", "0139-bro-exempeltorget") },
                    Categories = { Any(random, Categories) },
                });
            }

            steps.Add(hub => hub.AgreeAsync(agreement));
        }
    }

    /// <summary>Reports that are denied whenever and for whatever, each with where in the script it goes and what it becomes.</summary>
    private static IEnumerable<HiddenReport> Hidden(
        Random random, string observer, IReadOnlyList<(RuleBook Rules, DateTimeOffset At)> rules)
    {
        for (var i = 0; i < 12; i++)
        {
            var sender = Any(random, Senders);
            var revisions = new List<Incident>();
            for (var tries = 0; tries < 200 && revisions.Count < 1 + (i % 3); tries++)
            {
                var incident = Examples.Incident("hidden" + i.ToString(CultureInfo.InvariantCulture));
                Vary(random, incident.Report);
                incident.Report.Revision = revisions.Count + 1;
                if (IsHidden(incident.Report, sender))
                {
                    revisions.Add(incident);
                }
            }

            var steps = revisions.Select(_ => random.Next(35)).Order().ToList();
            for (var r = 0; r < revisions.Count; r++)
            {
                yield return new HiddenReport(steps[r], sender, revisions[r], r == revisions.Count - 1 && i % 2 == 0);
            }
        }

        bool IsHidden(Report report, string sender)
        {
            foreach (var (book, at) in rules)
            {
                var envelope = EnvelopeOf(report, sender, book);
                foreach (var purpose in System.Enum.GetValues<Purpose>().Where(p => p != Purpose.Unspecified))
                {
                    foreach (var form in new[] { SharingForm.Records, SharingForm.Counts })
                    {
                        // As old as no hold is.
                        if (Disclosure.Decide(envelope, at.AddDays(-200), new PartnerId(observer), purpose, form, book, at).Projection is not null)
                        {
                            return false;
                        }
                    }
                }
            }

            return true;
        }
    }

    private static ReportEnvelope EnvelopeOf(Report report, string sender, RuleBook rules)
    {
        Assert.True(rules.Areas.TryResolve(report.Place.Area, out var area));
        return new ReportEnvelope
        {
            Sender = new PartnerId(sender),
            Category = report.Category,
            Family = CategoryList.Embedded.Find(report.Category)!.Family,
            Severity = report.Severity,
            Environment = report.Environment,
            Area = area,
            Precision = report.Place.Precision,
            Tlp = report.Tlp,
            Week = new IsoWeek(2024, 20),
            Published = false,
            Exercise = report.Exercise,
            ContextOnly = false,
            Text = TextState.None,
        };
    }

    private static void Vary(Random random, Report report)
    {
        report.Category = Any(random, Categories);
        report.Environment = Any(random, Environment.Street, Environment.Street, Environment.Dwelling);
        report.Tlp = Any(random, Tlp.Clear, Tlp.Amber, Tlp.AmberStrict, Tlp.Red);
        report.Severity = Any(random, Severity.Minor, Severity.Serious);
        report.Place.Area = Any(random, Areas);
        report.Place.Precision = report.Place.Area switch
        {
            "01" => Precision.County,
            "0139" => Precision.Municipality,
            "0139-bro-exempeltorget" => Precision.Street,
            _ => Precision.District,
        };
    }

    private static T Any<T>(Random random, params T[] values) => values[random.Next(values.Length)];

    /// <param name="Step">Before which step of the script it is sent.</param>
    /// <param name="Sender">By whom.</param>
    /// <param name="Incident">A revision of it.</param>
    /// <param name="IsWithdrawnAfter">It is withdrawn at once.</param>
    private sealed record HiddenReport(int Step, string Sender, Incident Incident, bool IsWithdrawnAfter);

    /// <summary>A hub that runs the script, and all that the partner got out of it.</summary>
    private sealed partial class OneHub : IAsyncDisposable
    {
        private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation());
        private readonly FeedHub hub;
        private readonly string observer;
        private readonly Random random;
        private readonly Dictionary<string, HubClient> senders = [];
        private readonly Dictionary<string, string> aliases = [];
        private readonly List<string> hiddenNames = [];
        private readonly List<string> output = [];

        private OneHub(FeedHub hub, string observer, int seed)
        {
            this.hub = hub;
            this.observer = observer;
            random = new Random(seed);
        }

        /// <summary>Every book of rules there was, at every time that the clock showed with it.</summary>
        public List<(RuleBook Rules, DateTimeOffset At)> Rules { get; } = [];

        /// <summary>Entries of feeds.</summary>
        public int Entries { get; private set; }

        public string Output => string.Join('\n', output);

        public static async Task<OneHub> StartAsync(string observer, int seed)
        {
            var hub = await FeedHub.StartAsync(TimeSpan.FromMinutes(3));

            // The weekly jobs fire beside the script, now before a step and now after it: what they make is not compared.
            await hub.Test.Hub.RunWeeklyPicturesAsync(cancellation: hub.Token);
            var scheduler = await hub.Test.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(hub.Token);
            await scheduler.Standby(hub.Token);

            var one = new OneHub(hub, observer, seed);
            await one.hub.Test.PartnerAsync("skolan", PartnerKind.School);
            await one.hub.Test.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
            await one.hub.Test.PartnerAsync("hyra", PartnerKind.HousingCompany);
            foreach (var (id, kind) in new[] { ("polisen", PartnerKind.Police), ("raddning", PartnerKind.RescueService) })
            {
                one.senders[id] = await one.hub.Test.PartnerAsync(id, kind);

                // Lets it send, whatever else is agreed.
                var agreement = Examples.Agreement("base-" + id, id, "skolan");
                agreement.SharingTerms.Flows[0].Areas.Add("01");
                await one.hub.Test.AgreeAsync(agreement);
            }

            return one;
        }

        public async Task RunAsync(List<Func<OneHub, Task>> script, List<HiddenReport> hidden)
        {
            for (var i = 0; i < script.Count; i++)
            {
                foreach (var report in hidden.Where(h => h.Step == i).OrderBy(h => h.Incident.Report.Revision))
                {
                    hiddenNames.Add((await senders[report.Sender].SubmitAsync(report.Incident)).Name);
                    if (report.IsWithdrawnAfter)
                    {
                        await senders[report.Sender].WithdrawIncidentAsync(report.Incident.Report.SourceRef);
                    }
                }

                await script[i](this);
                Rules.Add((hub.Test.Hub.Services.GetRequiredService<AgreementRegister>().Rules, hub.Now));
            }
        }

        public async Task SubmitAsync(string sender, Incident incident)
        {
            var name = (await senders[sender].SubmitAsync(incident)).Name;
            aliases[name] = $"{sender}'s {incident.Report.SourceRef}";
        }

        public Task<Accepted> WithdrawAsync(string sender, string sourceRef) => senders[sender].WithdrawIncidentAsync(sourceRef);

        public Task<AgreementVersion> AgreeAsync(CooperationAgreement agreement) => hub.Test.AgreeAsync(agreement);

        public async Task SuspendOrResumeAsync(string id)
        {
            var name = "agreements/" + id;
            var state = (await hub.Test.Operator.Agreements.GetAgreementAsync(new GetAgreementRequest { Name = name })).Version.State;
            if (state == AgreementState.Suspended)
            {
                await hub.Test.Operator.Agreements.ResumeAgreementAsync(new ResumeAgreementRequest { Name = name });
            }
            else
            {
                await hub.Test.Operator.Agreements.SuspendAgreementAsync(new SuspendAgreementRequest { Name = name, Reason = "The script." });
            }
        }

        public async Task PassAsync(TimeSpan time)
        {
            for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromHours(6))
            {
                await hub.AdvanceAsync(left < TimeSpan.FromHours(6) ? left : TimeSpan.FromHours(6));
                Rules.Add((hub.Test.Hub.Services.GetRequiredService<AgreementRegister>().Rules, hub.Now));
            }
        }

        public async ValueTask DisposeAsync() => await hub.DisposeAsync();

        /// <summary>Everything there is to ask.</summary>
        public async Task AskAsync()
        {
            foreach (var purpose in new[] { Purpose.WeeklyPicture, Purpose.Evaluation })
            {
                await AskFeedsAsync(purpose);
                await AskListsAsync(purpose);
            }

            using var channel = await hub.Test.OpenChannelAsAsync(observer);
            await AskHiddenAsync(channel);
            await AskDescribedAsync(channel);
            Tell("agreements", await new Agreeing.AgreementServiceClient(channel).ListAgreementsAsync(
                new ListAgreementsRequest { AllVersions = true }, cancellationToken: hub.Token));
            Tell("recalls", await new Feeds.FeedServiceClient(channel).ListRecallsAsync(
                new ListRecallsRequest(), cancellationToken: hub.Token));
            if (observer == "upplands-bro")
            {
                await AskPicturesAsync(channel);
            }
        }

        private async Task AskFeedsAsync(Purpose purpose)
        {
            FeedFilter?[] filters =
            [
                null, new FeedFilter { Categories = { "graffiti" } }, new FeedFilter { Areas = { "0139-bro" } },
                new FeedFilter { LeastSeverity = Severity.Serious },
            ];
            foreach (var filter in filters)
            {
                var feed = await ReadAsync(new SubscribeRequest { Purpose = purpose, Filter = filter, EntriesPerMessage = 2 });
                if (filter is null)
                {
                    foreach (var message in feed.Where(m => m.Entries.Count > 0))
                    {
                        await ReadAsync(new SubscribeRequest { Purpose = purpose, EntriesPerMessage = 3, Cursor = message.Cursor });
                    }
                }
            }
        }

        private async Task<IReadOnlyList<SubscribeResponse>> ReadAsync(SubscribeRequest request)
        {
            var feed = await hub.ReadAsync(observer, request);
            Tell($"feed for {request.Purpose} {request.Filter} after {request.StartCase}", [.. feed.Messages.Where(m => m.Entries.Count > 0)]);
            Entries += feed.Entries.Count();
            return feed.Messages;
        }

        private async Task AskListsAsync(Purpose purpose)
        {
            using var channel = await hub.Test.OpenChannelAsAsync(observer);
            var client = new Reading.IncidentServiceClient(channel);
            foreach (var (size, area) in new[] { (1, ""), (2, ""), (100, ""), (2, "0139-bro"), (2, "0139") })
            {
                var (lengths, all) = (new List<int>(), new List<Incident>());
                var request = new ListIncidentsRequest { Purpose = purpose, PageSize = size, Area = area };
                do
                {
                    var page = await client.ListIncidentsAsync(request, cancellationToken: hub.Token);
                    lengths.Add(page.Incidents.Count);
                    all.AddRange(page.Incidents);
                    request.PageToken = page.NextPageToken;
                }
                while (request.PageToken.Length > 0);

                // In the order of ids, which are random.
                Tell($"list for {purpose} of {size} in {area}: {string.Join(',', lengths)}", [.. all.OrderBy(i => aliases.GetValueOrDefault(i.Name, i.Name), StringComparer.Ordinal)]);
            }

            foreach (var (name, alias) in aliases.OrderBy(a => a.Value, StringComparer.Ordinal))
            {
                await TryAsync($"get {alias} for {purpose}", async () => await client.GetIncidentAsync(
                    new GetIncidentRequest { Name = name, Purpose = purpose }, cancellationToken: hub.Token));
            }
        }

        // Names of reports that are there, or not: of both the same is said.
        private async Task AskHiddenAsync(ChannelBase channel)
        {
            foreach (var sender in Senders)
            {
                var name = hiddenNames.Find(n => n.StartsWith($"partners/{sender}/", StringComparison.Ordinal))
                    ?? $"partners/{sender}/incidents/{Guid.CreateVersion7(hub.Now)}";
                await TryAsync($"get hidden of {sender}", async () => await new Reading.IncidentServiceClient(channel).GetIncidentAsync(
                    new GetIncidentRequest { Name = name, Purpose = Purpose.WeeklyPicture }, cancellationToken: hub.Token));
                await TryAsync($"viewers of hidden of {sender}", async () => await new Audits.AuditServiceClient(channel).ListViewersAsync(
                    new ListViewersRequest { Report = name }, cancellationToken: hub.Token));
                foreach (var form in new[] { SharingForm.Records, SharingForm.Counts })
                {
                    await TryAsync($"explain hidden of {sender} {form}", async () => await new Agreeing.AgreementServiceClient(channel).ExplainAccessAsync(
                        new ExplainAccessRequest { Recipient = observer, Purpose = Purpose.WeeklyPicture, Form = form, Report = name },
                        cancellationToken: hub.Token));
                }
            }
        }

        private async Task AskDescribedAsync(ChannelBase channel)
        {
            for (var i = 0; i < 6; i++)
            {
                var described = new DescribedReport
                {
                    Sender = Any(random, Senders),
                    Category = Any(random, Categories),
                    Area = Any(random, Areas),
                    Tlp = Any(random, Tlp.Amber, Tlp.Red),
                };
                await TryAsync($"explain {described}", async () => await new Agreeing.AgreementServiceClient(channel).ExplainAccessAsync(
                    new ExplainAccessRequest { Recipient = observer, Purpose = Purpose.WeeklyPicture, Described = described },
                    cancellationToken: hub.Token));
            }
        }

        private async Task AskPicturesAsync(ChannelBase channel)
        {
            var client = new Picturing.PictureServiceClient(channel);
            foreach (var number in new[] { 19, 20, 21 })
            {
                var week = new Calendar.V1.IsoWeek { Year = 2024, Week = number };
                await TryAsync($"compile {number}", async () => await client.CompilePictureAsync(
                    new CompilePictureRequest { Municipality = "0139", Week = week }, cancellationToken: hub.Token));
                await TryAsync($"picture {number}", async () => await client.GetPictureAsync(
                    new GetPictureRequest { Municipality = "0139", Week = week }, cancellationToken: hub.Token));
            }

            await TryAsync("pictures", async () => await client.ListPicturesAsync(
                new ListPicturesRequest { Municipality = "0139" }, cancellationToken: hub.Token));
        }

        private async Task TryAsync(string what, Func<Task<IMessage>> call)
        {
            try
            {
                Tell(what, await call());
            }
            catch (RpcException refused)
            {
                // Byte for byte, but for the address of the hub, which the link to the reason's page has.
                var status = refused.GetRpcStatus() ?? new Google.Rpc.Status();
                var help = status.GetDetail<Google.Rpc.Help>();
                var page = help is null ? "" : hub.Test.Hub.OpenUrl.MakeRelativeUri(new Uri(Assert.Single(help.Links).Url)).ToString();
                foreach (var detail in status.Details.Where(d => d.Is(Google.Rpc.Help.Descriptor)).ToList())
                {
                    status.Details.Remove(detail);
                }

                output.Add($"{what}: {refused.StatusCode} {refused.Status.Detail} {page} {Convert.ToBase64String(status.ToByteArray())}");
            }
        }

        private void Tell(string what, params IMessage[] messages)
        {
            output.Add(what);
            output.AddRange(messages.Select(m => Plain(Json.Format(InTheOrderOfTheSender(m)))));
        }

        // A picture names its inputs in the order of their ids, which chance makes.
        private IMessage InTheOrderOfTheSender(IMessage message)
        {
            var picture = (message as CompilePictureResponse)?.Picture ?? (message as GetPictureResponse)?.Picture;
            if (picture?.Basis is { } basis)
            {
                var inputs = basis.Inputs.OrderBy(i => aliases.GetValueOrDefault(i.Report, i.Report), StringComparer.Ordinal).ToList();
                basis.Inputs.Clear();
                basis.Inputs.AddRange(inputs);
            }

            return message;
        }

        /// <summary>Names as the sender knows them; without what is random or grants only going on.</summary>
        private string Plain(string text)
        {
            text = ReportNames().Replace(text, m => aliases.TryGetValue(m.Value, out var alias) ? alias : "a report that is not to be seen");
            text = RecallNames().Replace(text, "a recall");
            return Opaque().Replace(text, "");
        }

        [GeneratedRegex("partners/[a-z-]+/incidents/[0-9a-f-]{36}")]
        private static partial Regex ReportNames();

        [GeneratedRegex("recalls/[0-9a-f-]{36}")]
        private static partial Regex RecallNames();

        [GeneratedRegex("\"(cursor|nextPageToken|contentSha256|inputsSha256|etag|caughtUp)\": (\"[^\"]*\"|true|false),?\\s*")]
        private static partial Regex Opaque();
    }
}
