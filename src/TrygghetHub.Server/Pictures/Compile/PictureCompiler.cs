using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Makes the weekly picture of what one partner may see. Pure: same inputs, same bytes. Thread-safe.
/// </summary>
/// <remarks>
/// Every report, of the week and of the weeks that it is compared with, is decided by <see cref="Disclosure"/> before
/// it is counted; what the compiler may not see is in no figure.
/// </remarks>
internal static class PictureCompiler
{
    private const int TrendWeeks = 13;

    /// <summary>The content of the picture: the message without name, revision, state, times and hash.</summary>
    public static SituationalPicture Compile(PictureInputs inputs, PartnerId compiler)
    {
        var counts = new Counts(inputs, compiler);
        inputs.Rules.Areas.TryGet(inputs.Municipality, out var municipality);
        return new SituationalPicture
        {
            Municipality = inputs.Municipality,
            MunicipalityName = municipality!.DisplayName,
            Week = ToWire(inputs.Week),
            WeekStart = inputs.Week.Start.ToTimestamp(),
            WeekEnd = inputs.Week.End.ToTimestamp(),
            Compiler = compiler.Value,
            Totals = counts.Totals,
            Coverage = { Coverage(inputs, compiler, counts) },
            Cells = { counts.Cells(published: false) },
            PublishedEvents = { counts.Cells(published: true) },
            Trend = { counts.Trend(TrendWeeks) },
            Basis = counts.Basis(),
        };
    }

    /// <summary>
    /// The partners whose reports the compiler may see of a municipality for the weekly picture, itself included when
    /// it reports. Zero from one of these means something; from others nothing is expected.
    /// </summary>
    public static IEnumerable<PartnerId> Senders(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        rules.Agreements.FlowsTo(compiler).Concat(rules.Agreements.FlowsFrom(compiler))
            .Where(f => f.Permits(at) && f.Agreement.Purposes.Contains(Purpose.WeeklyPicture) && Touches(f.Flow, municipality, rules))
            .Select(f => f.Flow.From)
            .Distinct().Order();

    /// <summary>Whether a flow says anything about a municipality: names it, what holds it, or a part of it.</summary>
    public static bool Touches(SharingFlow flow, string municipality, RuleBook rules) =>
        flow.Categories.Count > 0 && flow.Areas.Any(a => rules.Areas.Municipalities(a).Contains(municipality));

    private static IEnumerable<Coverage> Coverage(PictureInputs inputs, PartnerId compiler, Counts counts) =>
        Senders(inputs.Rules, compiler, inputs.Municipality, inputs.Frozen.At).Select(partner =>
        {
            var hasReported = counts.BySender.TryGetValue(partner, out var reports);
            var confirmed = inputs.Confirmations.TryGetValue(partner, out var said);
            return new Coverage
            {
                Partner = partner.Value,
                PartnerName = inputs.Rules.Partners.Partners[partner].DisplayName,
                Reports = reports,
                ConfirmTime = confirmed ? said.At.ToTimestamp() : null,
                Status = confirmed && said.Statement == WeekStatement.Complete ? CoverageStatus.Complete
                    // A report that came after "nothing to report" speaks against it.
                    : hasReported ? CoverageStatus.Reported
                    : confirmed ? CoverageStatus.NothingToReport
                    : CoverageStatus.Missing,
            };
        });

    private static WireWeek ToWire(IsoWeek week) => new() { Year = week.Year, Week = week.Week };

    /// <summary>What is counted on the way through the inputs.</summary>
    private sealed class Counts
    {
        private readonly PictureInputs inputs;
        private readonly Dictionary<CellKey, int[]> cells = [];
        private readonly Dictionary<IsoWeek, WeekTotal> weeks = [];
        private readonly SortedDictionary<string, (int Version, HashSet<string> Clauses)> agreements =
            new(StringComparer.Ordinal);

        // Of each event the report that is counted.
        private readonly Dictionary<int, ReportId> firsts = [];
        private readonly List<PictureInput> records = [];
        private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Counts(PictureInputs inputs, PartnerId compiler)
        {
            this.inputs = inputs;
            var reports = inputs.Reports.Select(r => (Report: r, Decision: Decide(r.Envelope, r.ReceivedAt, compiler))).ToList();
            var earlier = inputs.Earlier.Select(e => (Reports: e, Decision: Decide(e.Envelope, e.ReceivedAt, compiler))).ToList();
            var earlierOfSame = inputs.EarlierOfSameEvents
                .Select(r => (Report: r, Decision: Decide(r.Envelope, r.ReceivedAt, compiler))).ToList();
            ChooseFirst(earlierOfSame.Concat(reports.Where(r => !r.Report.Envelope.ContextOnly)));
            var small = SmallCells(
                reports.Where(r => !r.Report.Envelope.ContextOnly && IsFirstOfItsEvent(r.Report))
                    .Select(r => (r.Report.Envelope, r.Decision, 1))
                    .Concat(earlier.Select(e => (e.Reports.Envelope, e.Decision, e.Reports.Count)))
                    .Concat(earlierOfSame.Where(r => IsFirstOfItsEvent(r.Report)).Select(r => (r.Report.Envelope, r.Decision, 1))));

            // The earliest report of an event is the one that counts, in its own week.
            foreach (var (report, decision) in earlierOfSame)
            {
                if (decision.Projection is { } projection && KeyOf(projection, report.Envelope.Published) is { } key
                    && !small.Contains(SmallKey(report.Envelope, decision, key)) && IsFirstOfItsEvent(report))
                {
                    Add(key, report.Envelope, 1);
                }
            }

            foreach (var (report, decision) in reports)
            {
                Add(report, decision, compiler, small);
            }

            foreach (var (group, decision) in earlier)
            {
                if (decision.Projection is { } projection && KeyOf(projection, group.Envelope.Published) is { } key
                    && !small.Contains(SmallKey(group.Envelope, decision, key)))
                {
                    Add(key, group.Envelope, group.Count);
                }
            }

            Totals.SmallCells = small.Count(s => s.Week == inputs.Week);
            Totals.LastWeek = weeks.GetValueOrDefault(inputs.Week.Plus(-1))?.Reports ?? 0;
        }

        public Totals Totals { get; } = new();

        public Dictionary<PartnerId, int> BySender { get; } = [];

        public IEnumerable<Cell> Cells(bool published)
        {
            var earlierWeeks = EarlierWeeks();
            return cells
                .Where(c => c.Key.Published == published)
                .OrderBy(c => c.Key.Area, StringComparer.Ordinal)
                .ThenBy(c => c.Key.Family, StringComparer.Ordinal)
                .ThenBy(c => c.Key.Category, StringComparer.Ordinal)
                .Select(c => ToCell(c.Key, c.Value, earlierWeeks))
                .Where(c => c.ThisWeek > 0 || c.LastWeek > 0 || c.Usual?.High > 0);
        }

        public IEnumerable<WeekTotal> Trend(int length) => Enumerable.Range(1 - length, length)
            .Select(inputs.Week.Plus)
            .Select(week => weeks.GetValueOrDefault(week) ?? new WeekTotal { Week = ToWire(week) });

        public Basis Basis() => new()
        {
            Inputs = { records.OrderBy(r => r.Report, StringComparer.Ordinal) },
            InputsSha256 = Convert.ToHexStringLower(digest.GetCurrentHash()),
            Agreements =
            {
                agreements.Select(a => new PictureAgreement
                {
                    Agreement = a.Key,
                    Version = a.Value.Version,
                    Clauses =
                    {
                        inputs.Rules.Agreements.InForce(a.Key, inputs.Frozen.At)!.Flows.Select(f => f.Clause)
                            .Where(a.Value.Clauses.Contains),
                    },
                }),
            },
            CategoryListVersion = inputs.Rules.Categories.Version,
            CeilingsVersion = inputs.Rules.Ceilings.Version,
            AreaListVersion = inputs.Rules.Areas.Version,
        };

        // What an agreement lets be counted from so many on stays out of the cell and out of every total, from which it
        // could else be told.
        private static HashSet<(string Agreement, string Clause, IsoWeek Week, CellKey Key)> SmallCells(
            IEnumerable<(ReportEnvelope Envelope, Decision Decision, int Count)> decided) =>
        [
            .. decided.Where(d => d.Decision.Projection is { SmallestCell: > 1 })
                .Select(d => (d.Envelope, d.Decision, d.Count, Key: KeyOf(d.Decision.Projection!, d.Envelope.Published)))
                .Where(d => d.Key is not null)
                .GroupBy(d => SmallKey(d.Envelope, d.Decision, d.Key!.Value))
                .Where(g => g.Sum(d => d.Count) < g.First().Decision.Projection!.SmallestCell)
                .Select(g => g.Key),
        ];

        private static (string Agreement, string Clause, IsoWeek Week, CellKey Key) SmallKey(
            ReportEnvelope envelope, Decision decision, CellKey key) =>
            (decision.Receipt.Agreement, decision.Receipt.Clause, envelope.Week, key);

        private void Add(
            CountedReport report, Decision decision, PartnerId compiler,
            HashSet<(string Agreement, string Clause, IsoWeek Week, CellKey Key)> small)
        {
            var envelope = report.Envelope;
            if (decision.Projection is not { } projection || KeyOf(projection, envelope.Published) is not { } key)
            {
                return;
            }

            if (small.Contains(SmallKey(envelope, decision, key)))
            {
                // It has reported, whatever is shown of it.
                BySender.TryAdd(envelope.Sender, 0);
                return;
            }

            if (envelope.ContextOnly)
            {
                Totals.Context++;
                return;
            }

            var isFirst = IsFirstOfItsEvent(report);
            if (isFirst)
            {
                Totals.Reports++;
                Totals.PublishedEvents += envelope.Published ? 1 : 0;
                Totals.PartnerReports += envelope.Published ? 0 : 1;
                BySender[envelope.Sender] = BySender.GetValueOrDefault(envelope.Sender) + 1;
                Add(key, envelope, 1);
            }
            else
            {
                Totals.ConfirmedDoubles++;
                BySender.TryAdd(envelope.Sender, 0);
            }

            AddToDigest(report, isFirst);
            if (Disclosure.Decide(
                    envelope, report.ReceivedAt, compiler, Purpose.WeeklyPicture, SharingForm.Records, inputs.Rules,
                    inputs.Frozen.At)
                .Projection is not null)
            {
                records.Add(new PictureInput
                {
                    Report = ReportName.Of(envelope.Sender, report.Type, report.Id),
                    Revision = report.Revision,
                    CountedWithAnother = !isFirst,
                });
            }
        }

        // The earliest that the compiler may count at all.
        private void ChooseFirst(IEnumerable<(CountedReport Report, Decision Decision)> reports)
        {
            foreach (var (report, decision) in reports)
            {
                if (inputs.SameEvents.TryGetValue(report.Id, out var number)
                    && decision.Projection is { } projection && KeyOf(projection, report.Envelope.Published) is not null)
                {
                    firsts.TryAdd(number, report.Id);
                }
            }
        }

        private bool IsFirstOfItsEvent(CountedReport report) =>
            !inputs.SameEvents.TryGetValue(report.Id, out var number) || firsts.GetValueOrDefault(number) == report.Id;

        private void Add(CellKey key, ReportEnvelope envelope, int count)
        {
            if (!cells.TryGetValue(key, out var byAge))
            {
                cells.Add(key, byAge = new int[UsualCounts.MostWeeks + 1]);
            }

            byAge[AgeOf(envelope.Week)] += count;
            if (!weeks.TryGetValue(envelope.Week, out var total))
            {
                weeks.Add(envelope.Week, total = new WeekTotal { Week = ToWire(envelope.Week) });
            }

            total.Reports += count;
            total.PublishedEvents += envelope.Published ? count : 0;
        }

        // Coarsened beyond the municipality, a report belongs to none of its pictures.
        private static CellKey? KeyOf(Projection projection, bool published) =>
            (projection.Area.District ?? projection.Area.Municipality) is { } area
                ? new CellKey(published, area, projection.Family, projection.Category ?? "")
                : null;

        private Decision Decide(ReportEnvelope envelope, DateTimeOffset receivedAt, PartnerId compiler)
        {
            var decision = Disclosure.Decide(
                envelope, receivedAt, compiler, Purpose.WeeklyPicture, SharingForm.Counts, inputs.Rules, inputs.Frozen.At);
            var receipt = decision.Receipt;
            if (receipt.Agreement.Length > 0)
            {
                if (!agreements.TryGetValue(receipt.Agreement, out var used))
                {
                    agreements.Add(receipt.Agreement, used = (receipt.Version, new HashSet<string>(StringComparer.Ordinal)));
                }

                used.Clauses.Add(receipt.Clause);
            }

            return decision;
        }

        private void AddToDigest(CountedReport report, bool isFirst)
        {
            Span<byte> bytes = stackalloc byte[16 + sizeof(int)];
            report.Id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
            BinaryPrimitives.WriteInt32BigEndian(bytes[16..], report.Revision);
            digest.AppendData(bytes);
            if (!isFirst)
            {
                firsts[inputs.SameEvents[report.Id]].Value.TryWriteBytes(bytes, bigEndian: true, out _);
                digest.AppendData(bytes[..16]);
            }
        }

        private Cell ToCell(CellKey key, int[] byAge, int earlierWeeks)
        {
            inputs.Rules.Areas.TryGet(key.Area, out var area);
            var category = key.Category.Length == 0 ? null : inputs.Rules.Categories.Find(key.Category);
            return new Cell
            {
                Area = key.Area,
                AreaName = area!.DisplayName,
                Category = key.Category,
                CategoryName = category?.Name ?? inputs.Rules.Categories.FamilyName(key.Family),
                Family = key.Family,
                ThisWeek = byAge[0],
                LastWeek = byAge[1],
                Usual = UsualCounts.Over(byAge.AsSpan(1, earlierWeeks).ToArray().Sum(), earlierWeeks),
            };
        }

        // 0 for the picture's week, 1 for the week before, …
        private int AgeOf(IsoWeek week) =>
            (int)Math.Round((inputs.Week.Start - week.Start) / TimeSpan.FromDays(7), MidpointRounding.AwayFromZero);

        // Weeks before the first report tell nothing about what is usual.
        private int EarlierWeeks() => weeks.Count == 0
            ? 0
            : Math.Min(UsualCounts.MostWeeks, AgeOf(weeks.Keys.Min()));
    }

    private readonly record struct CellKey(bool Published, string Area, string Family, string Category);
}
