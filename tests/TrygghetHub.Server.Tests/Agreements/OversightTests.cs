using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Operations.V1;
using TrygghetHub.Oversight.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;
using Over = TrygghetHub.Server.Agreements.OverseenFigures;

namespace TrygghetHub.Server.Tests.Agreements;

/// <summary>
/// Those who oversee the hub get rules and bands of base cells. The operator and auditors may ask as often as they like; all
/// answers together tell the bands and no more.
/// </summary>
public sealed class OversightTests
{
    private static readonly string[] Senders = ["polisen", "raddning"];
    private static readonly string[] Categories = ["graffiti", "robbery", "arson"];
    private static readonly string[] Municipalities = ["01", "0114", "0139"];
    private static readonly string[] Areas =
        ["01", "0114", "0139", "0139-bro", "0139-bro-exempeltorget", "0139-kungsangen", "0139-ovriga"];

    // The ends of each band; the last one is open.
    private static readonly (int Low, int High)[] Bands = [(0, 4), (5, 19), (20, 99), (100, 499), (500, 9_000)];

    [Fact]
    public void Quarters_OfManyYears_DoNotOverlapAndLeaveNoWeekOut()
    {
        var week = new IsoWeek(2001, 1);
        for (var quarter = IsoQuarter.Of(week); quarter.Year < 2099; quarter = quarter.Next)
        {
            Assert.Equal(week, quarter.FirstWeek);
            Assert.InRange(quarter.LastWeek.Week - quarter.FirstWeek.Week, 12, 13);
            for (; week != quarter.LastWeek.Plus(1); week = week.Plus(1))
            {
                Assert.Equal(quarter, IsoQuarter.Of(week));
            }

            Assert.Equal(quarter, quarter.Next.Previous);
        }
    }

    [Theory]
    [InlineData(0, "2026-W27–2026-W39")]
    [InlineData(9, "2026-W27–2026-W39")]
    [InlineData(24, "2026-W14–2026-W26 2026-W27–2026-W39")]
    [InlineData(52, "2025-W40–2025-W52 2026-W01–2026-W13 2026-W14–2026-W26 2026-W27–2026-W39")]
    public void Quarters_OfTheLastWeeks_AreThoseThatAreOver(int weeks, string expected)
    {
        var at = new IsoWeek(2026, 49).Start.AddDays(3);

        Assert.Equal(expected, string.Join(' ', Over.QuartersFrom(IsoWeek.Of(at).Plus(1 - weeks), at)));
    }

    [Fact]
    public void Band_OfEveryNumber_IsTheOneThatHoldsIt()
    {
        for (var count = 0; count < 600; count++)
        {
            var band = Bands[(int)Over.BandOf(count) - 1];
            Assert.InRange(count, band.Low, band.High);
        }
    }

    /// <summary>
    /// What a solver can make of the answers to all questions is, for each base cell, its band: whatever the numbers are within
    /// their bands, the answers are the same bytes.
    /// </summary>
    [Fact]
    public async Task Answers_ToAllWindowsAreasAndDrafts_AreTheSameForAllNumbersInTheSameBands()
    {
        await using var hub = await AgreedHubAsync();
        var now = TimeProvider.System.GetUtcNow();
        var last = IsoQuarter.Of(IsoWeek.Of(now)).Previous;
        var quarters = Enumerable.Range(0, 9).Select(i => Back(last, i)).ToList();
        await Gen.Int[0, int.MaxValue - 1].SampleAsync(
            async seed =>
            {
                var random = new Random(seed);
                var cells = (from sender in Senders
                             from category in Categories
                             from municipality in Municipalities
                             from quarter in quarters
                             select (Cell: new BaseCell(new PartnerId(sender), category, municipality), quarter)).ToList();
                var bands = cells.ToDictionary(c => c, _ => Bands[random.Next(Bands.Length)]);
                var stores = new[]
                {
                    new CountedReports(bands.ToDictionary(b => b.Key, b => b.Value.Low)),
                    new CountedReports(bands.ToDictionary(b => b.Key, b => b.Value.High)),
                    new CountedReports(bands.ToDictionary(b => b.Key, b => random.Next(b.Value.Low, b.Value.High + 1))),
                };
                var reviews = stores.Select(s => ReviewsOf(hub, s)).ToList();
                var told = new Dictionary<(BaseCell, IsoQuarter), (int Low, int High)>();
                foreach (var question in Questions(random, now))
                {
                    var answers = reviews.Select(question).ToList();
                    Assert.All(answers, a => Assert.Equal(answers[0].ToByteString(), a.ToByteString()));
                    Note(told, answers[0]);
                }

                // All statements about a cell are about the whole of it, and say its band.
                Assert.NotEmpty(told);
                foreach (var (cell, interval) in told)
                {
                    Assert.Equal(bands.GetValueOrDefault(cell, Bands[0]), interval);
                }

                await Task.CompletedTask;
            },
            iter: 2, threads: 1);

        static IsoQuarter Back(IsoQuarter quarter, int count) => count == 0 ? quarter : Back(quarter.Previous, count - 1);
    }

    /// <summary>Every figure in an overseer's answer is of the rules, or a band.</summary>
    [Fact]
    public void Answers_ForThoseWhoOversee_HaveNoFieldForANumberOfReports()
    {
        string[] ofRules = ["version", "ceilings_version", "flow_order_version", "retention_days", "year", "week"];
        foreach (var message in new[] { ReachedReports.Descriptor, ReachChange.Descriptor, Quarter.Descriptor })
        {
            AssertNone(message);
        }

        void AssertNone(Google.Protobuf.Reflection.MessageDescriptor message)
        {
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                switch (field.FieldType)
                {
                    case Google.Protobuf.Reflection.FieldType.Message:
                        AssertNone(field.MessageType);
                        break;
                    case Google.Protobuf.Reflection.FieldType.String or Google.Protobuf.Reflection.FieldType.Enum:
                        break;
                    default:
                        Assert.Contains(field.Name, ofRules);
                        break;
                }
            }
        }
    }

    [Fact]
    public async Task Attacks_BySlidingWindowsAndDraftsWithADistrictLess_TellTheOperatorAndAnAuditorNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var auditor = await hub.PartnerAsync("auditor", PartnerKind.School);
        await hub.SetRolesAsync("auditor", PartnerRole.Auditor);
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow());
        await SendAsync(police, "a", 4, week.Plus(-2), "0139-bro");
        await SendAsync(police, "b", 3, week.Plus(-3), "0139-kungsangen");
        await SendAsync(police, "c", 1, week.Plus(-3), "0139-bro");
        var less = Examples.Agreement("est", "polisen", "upplands-bro");
        less.SharingTerms.Flows[0].Areas.Clear();
        less.SharingTerms.Flows[0].Areas.Add(["0139-bro", "0139-ovriga"]);
        var before = await TellAsync();

        // In the quarter that runs nothing shows; in the one that is over, the band.
        await SendAsync(police, "d", 9, week.Plus(-3), "0139-kungsangen");
        Assert.Equal(before, await TellAsync());
        await ShiftBackAsync(hub);
        var over = await TellAsync();
        Assert.NotEqual(before, over);
        Assert.Contains(over, a => a.Contains("COUNT_BAND_FROM_5\"", StringComparison.Ordinal));
        Assert.DoesNotContain(over, a => a.Contains("\"reports\"", StringComparison.Ordinal));
        await police.WithdrawIncidentAsync("a0");
        Assert.Equal(over, await TellAsync());

        // Its own figures a partner has as before.
        Assert.Equal(16, (await ReviewAsync(municipality, 4)).Visible.Sum(v => v.Reports));

        async Task<List<string>> TellAsync()
        {
            var answers = new List<string>();
            foreach (var by in new[] { hub.Operator, auditor })
            {
                var reviews = new List<ReviewAccessResponse>();
                foreach (var weeks in new[] { 1, 2, 3, 4 })
                {
                    reviews.Add(await ReviewAsync(by, weeks));
                }

                Assert.All(reviews, r => Assert.Equal(reviews[0], r));
                var rehearsals = new List<RehearseAgreementResponse>();
                foreach (var weeks in new[] { 3, 4 })
                {
                    rehearsals.Add(await by.Agreements.RehearseAgreementAsync(
                        new RehearseAgreementRequest { Agreement = less, Weeks = weeks }, cancellationToken: Token));
                }

                Assert.Equal(rehearsals[0], rehearsals[1]);
                Assert.Empty(rehearsals[0].Changes);
                Assert.Empty(reviews[0].Visible);
                // The bands of the draft's cells are those of the review's.
                var bands = reviews[0].Reached.Where(r => r.Category == "graffiti").SelectMany(r => r.Municipalities)
                    .Where(m => m.Municipality == "0139").Select(m => m.Bands).Distinct().ToList();
                Assert.Equal(bands, rehearsals[0].ReachChanges.Where(c => c.Category == "graffiti")
                    .SelectMany(c => c.Municipalities).Select(m => m.Bands).Distinct());
                answers.AddRange(reviews.Select(r => r.ToString()));
                answers.AddRange(rehearsals.Select(r => r.ToString()));
                answers.Add(string.Join('\n', (await by.Operations.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token)).Items));
                answers.Add((await by.Retention.PreviewDisposalAsync(new PreviewDisposalRequest(), cancellationToken: Token)).ToString());
                answers.Add((await by.Retention.ListDisposalsAsync(new ListDisposalsRequest(), cancellationToken: Token)).ToString());
            }

            return answers;
        }
    }

    [Fact]
    public async Task Rehearsal_ForTheOperator_SaysWhereWhatIsGainedLostAndShownOtherwise()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        var draft = Examples.Agreement("est", "polisen", "upplands-bro", "habo");
        var flow = draft.SharingTerms.Flows[0];
        flow.Categories.Clear();
        flow.Categories.Add(["graffiti", "arson"]);
        flow.Fields.Clear();
        flow.Fields.Add(ReportField.Category);
        flow.FinestPrecision = Precision.District;
        flow.Areas.Clear();
        flow.Areas.Add(["0139-bro", "0114"]);
        flow.FreeText = FreeText.Full;

        var answer = await hub.Operator.Agreements.RehearseAgreementAsync(
            new RehearseAgreementRequest { Agreement = draft }, cancellationToken: Token);

        Assert.Single(answer.Quarters);
        const string then = "est §1: district, week; category, summary";
        Assert.Equal(
            [("0114", then), ("0139", then + " (in 0139-bro)")],
            answer.ReachChanges.Where(c => c is { Recipient: "habo", Category: "graffiti" })
                .SelectMany(c => c.Municipalities.Select(m => (m.Municipality, c.After))));
        var lost = answer.ReachChanges.Where(c => c is { Recipient: "upplands-bro", Category: "robbery" }).ToList();
        Assert.Equal(("", "0139"), (Assert.Single(lost).After, lost[0].Municipalities.Single().Municipality));
        Assert.Equal([CountBand.Under5], lost[0].Municipalities.Single().Bands);
        Assert.StartsWith("est §1: ", lost[0].Before, StringComparison.Ordinal);
        Assert.Empty((await hub.Operator.Agreements.RehearseAgreementAsync(
            new RehearseAgreementRequest { Agreement = Examples.Agreement("est", "polisen", "upplands-bro") },
            cancellationToken: Token)).ReachChanges);
    }

    [Fact]
    public async Task Disposals_ForAnAuditor_AreQuartersWhetherOrNotAnythingWent()
    {
        var hub = await TestHub.StartAsync();
        await using var disposed = hub;
        var (police, _) = await hub.AgreedPairAsync();
        var auditor = await hub.PartnerAsync("auditor", PartnerKind.School);
        await hub.SetRolesAsync("auditor", PartnerRole.Auditor);
        await police.Retention.DecideRetentionAsync(
            new DecideRetentionRequest { RetentionClass = RetentionClass.Report, Days = 30, DecisionReference = "KS2026/1" },
            cancellationToken: Token);
        var decision = Sql<long>(hub, "SELECT MAX(seq) FROM retention_decision");
        Sql<long>(hub, $"UPDATE retention_decision SET at = at - {ToQuarterBefore} RETURNING seq");

        var none = await ListAsync();
        var quarter = Assert.Single(none);
        Assert.Equal(("polisen", "KS2026/1", CountBand.Under5, 0L), (quarter.Partner, quarter.DecisionReference, quarter.CountBand, quarter.Count));
        for (var went = 1; went <= 5; went++)
        {
            Sql<long>(hub, $"""
                INSERT INTO disposal SELECT {1_000_000 + went}, at + 1000000, randomblob(16), 1, 'polisen', {decision}, 'KS2026/1', 1, 1, 1, randomblob(32)
                FROM retention_decision WHERE seq = {decision} RETURNING seq
                """);
            var told = Assert.Single(await ListAsync());
            Assert.Equal(went < 5 ? quarter : null, went < 5 ? told : null);
            Assert.Equal(Over.BandOf(went), told.CountBand);
        }

        async Task<IReadOnlyList<Disposal>> ListAsync() =>
            (await auditor.Retention.ListDisposalsAsync(new ListDisposalsRequest(), cancellationToken: Token)).Disposals;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<TestHub> AgreedHubAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("raddning", PartnerKind.RescueService);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.AgreeAsync(Draft(new Random(1), "est"));
        await hub.AgreeAsync(Draft(new Random(2), "other"));
        return hub;
    }

    // A document of random areas, categories, forms, values, purposes and prohibitions.
    private static CooperationAgreement Draft(Random random, string id)
    {
        var draft = Examples.Agreement(id, "polisen", "raddning", "upplands-bro", "bostad");
        draft.SharingTerms.Purposes.Clear();
        draft.SharingTerms.Purposes.Add(Some([Purpose.WeeklyPicture, Purpose.Evaluation], atLeast: 1));
        draft.SharingTerms.Flows.Clear();
        foreach (var sender in Senders)
        {
            var flow = Examples.Flow("§" + sender, sender, [.. Some(["upplands-bro", "bostad"], atLeast: 1)]);
            flow.Areas.Clear();
            flow.Areas.Add(Some(Areas, atLeast: 1));
            flow.Categories.Clear();
            flow.Categories.Add(Some(Categories, atLeast: 1));
            flow.FinestPrecision = random.Next(2) == 0 ? Precision.Point : Precision.District;
            if (random.Next(3) == 0)
            {
                flow.Fields.Remove(ReportField.Category);
            }

            if (random.Next(3) == 0)
            {
                (flow.Form, flow.SmallestCell) = (SharingForm.Counts, random.Next(6));
            }

            draft.SharingTerms.Flows.Add(flow);
        }

        if (random.Next(2) == 0)
        {
            draft.SharingTerms.Prohibitions.Add(new Prohibition
            {
                Clause = "§9",
                From = { "polisen" },
                To = { "upplands-bro" },
                Areas = { Areas[random.Next(1, Areas.Length)] },
                Categories = { Categories[random.Next(Categories.Length)] },
            });
        }

        return draft;

        T[] Some<T>(IReadOnlyList<T> all, int atLeast)
        {
            var some = all.Where(_ => random.Next(2) == 0).ToArray();
            return some.Length >= atLeast ? some : [all[random.Next(all.Count)]];
        }
    }

    // Every number of weeks, at now and at other times, for every recipient and purpose; and drafts, each with one area or category less.
    private static IEnumerable<Func<AccessReviews, IMessage>> Questions(Random random, DateTimeOffset now)
    {
        var caller = new Principal(Principal.OperatorUri + "operator", "operator", [Role.Operator], Permissions.Of([Role.Operator]));
        for (var weeks = 0; weeks <= 52; weeks++)
        {
            var request = new ReviewAccessRequest
            {
                Recipient = random.Next(2) == 0 ? "upplands-bro" : "bostad",
                Purpose = random.Next(3) == 0 ? Purpose.Evaluation : Purpose.WeeklyPicture,
                Weeks = weeks,
                Time = random.Next(2) == 0 ? null : now.AddHours(-random.Next(1, 24 * 300)).ToTimestamp(),
            };
            yield return reviews => reviews.Review(request, caller, Token);
            request = request.Clone();
            request.Time = null;
            yield return reviews => reviews.Review(request, caller, Token);
        }

        for (var i = 0; i < 8; i++)
        {
            var draft = Draft(random, random.Next(2) == 0 ? "est" : "new");
            var less = draft.Clone();
            var flow = less.SharingTerms.Flows[0];
            flow.Areas.RemoveAt(0);
            var fewer = draft.Clone();
            fewer.SharingTerms.Flows[1].Categories.RemoveAt(0);
            foreach (var each in new[] { draft, less, fewer })
            {
                var weeks = random.Next(0, 53);
                yield return reviews => reviews.Rehearse(each, weeks, caller, Token);
            }
        }
    }

    private static void Note(Dictionary<(BaseCell, IsoQuarter), (int Low, int High)> told, IMessage answer)
    {
        var (quarters, statements) = answer switch
        {
            ReviewAccessResponse review => (review.Quarters, review.Reached.SelectMany(
                r => r.Municipalities.Select(m => (r.Sender, r.Category, Place: m)))),
            RehearseAgreementResponse rehearsal => (rehearsal.Quarters, rehearsal.ReachChanges.SelectMany(
                r => r.Municipalities.Select(m => (r.Sender, r.Category, Place: m)))),
            _ => throw new InvalidOperationException(),
        };
        foreach (var (sender, category, place) in statements)
        {
            Assert.True(place.Municipality.Length is 2 or 4);
            Assert.Equal(quarters.Count, place.Bands.Count);
            foreach (var (quarter, band) in quarters.Zip(place.Bands))
            {
                var key = (
                    new BaseCell(new PartnerId(sender), category, place.Municipality),
                    IsoQuarter.Of(new IsoWeek(quarter.FirstWeek.Year, quarter.FirstWeek.Week)));
                var interval = Bands[(int)band - 1];
                var known = told.GetValueOrDefault(key, (Low: 0, High: int.MaxValue));
                told[key] = (Math.Max(known.Low, interval.Low), Math.Min(known.High, interval.High));
            }
        }
    }

    private static AccessReviews ReviewsOf(TestHub hub, IHeldReports reports) => new(
        hub.Hub.Services.GetRequiredService<AgreementRegister>(), hub.Hub.Services.GetRequiredService<AccessExplanations>(),
        reports, new BandedCells(reports), TimeProvider.System);

    private static async Task SendAsync(HubClient sender, string prefix, int count, IsoWeek week, string area)
    {
        for (var i = 0; i < count; i++)
        {
            var incident = Examples.Incident(prefix + i, week.Start.AddDays(2));
            incident.Report.Place.Area = area;
            await sender.SubmitAsync(incident);
        }
    }

    private static async Task<ReviewAccessResponse> ReviewAsync(HubClient by, int weeks) =>
        await by.Agreements.ReviewAccessAsync(
            new ReviewAccessRequest { Recipient = "upplands-bro", Purpose = Purpose.WeeklyPicture, Weeks = weeks }, cancellationToken: Token);

    // As if all had come in the quarter before: the hub's clock cannot go back, and certificates are judged by the machine's.
    private static Task ShiftBackAsync(TestHub hub) => hub.RestartAsync(meanwhile: () =>
        Sql<long>(hub, $"UPDATE journal_entry SET at = at - {ToQuarterBefore} RETURNING seq"));

    // In microseconds.
    private static long ToQuarterBefore
    {
        get
        {
            var week = IsoWeek.Of(TimeProvider.System.GetUtcNow());
            return (week.Week - IsoQuarter.Of(week).FirstWeek.Week + 1) * 7L * 24 * 60 * 60 * 1_000_000;
        }
    }

    private static T Sql<T>(TestHub hub, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(hub.DataDirectory, "hub.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>So many reports in each cell and quarter, of which some are in each of the municipality's districts.</summary>
    private sealed class CountedReports(IReadOnlyDictionary<(BaseCell Cell, IsoQuarter Quarter), int> counts) : IHeldReports
    {
        public HeldReport? Find(string name, long asOfSeq) => null;

        public IEnumerable<HeldReport> Standing(IsoWeek from, long asOfSeq, PartnerId? sender, CancellationToken cancellation) =>
            throw new InvalidOperationException("Those who oversee are told nothing of single reports.");

        public IReadOnlyDictionary<BaseCell, int> FirstReceived(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
        {
            var quarter = IsoQuarter.Of(IsoWeek.Of(from));
            Assert.Equal((quarter.FirstWeek.Start, quarter.LastWeek.End), (from, to));
            return counts.Where(c => c.Key.Quarter == quarter && c.Value > 0).ToDictionary(c => c.Key.Cell, c => c.Value);
        }
    }
}
