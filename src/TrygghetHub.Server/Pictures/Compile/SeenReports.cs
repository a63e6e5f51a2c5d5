using System.Buffers.Binary;
using System.Security.Cryptography;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// What one reader may see of a picture's inputs, counted. Every report is decided by <see cref="Disclosure"/> before it is in
/// any figure. For one thread, and read alone once it is made.
/// </summary>
/// <remarks>
/// <code>
/// 1  decide about every report and every earlier cell
/// 2  of each confirmed event choose the report that counts, in its own week
/// 3  leave out what an agreement shows from a larger number on only
/// 4  count what is left: by cell, partner and week
/// 5  keep the reports that may be seen one by one, for places and times
/// </code>
/// </remarks>
internal sealed class SeenReports
{
    private readonly PictureInputs inputs;
    private readonly Decider counts;
    private readonly Decider records;
    private readonly SortedDictionary<string, (int Version, HashSet<string> Clauses)> agreements = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ReportId> firsts = [];
    private readonly Dictionary<int, HashSet<PartnerId>> witnesses = [];
    private readonly Dictionary<(CellKey, PartnerId), int[]> cells = [];
    private readonly List<SeenReport> single = [];
    private readonly List<PictureInput> named = [];
    private readonly HashSet<(PartnerId Partner, bool Published, int Age)> haveReported = [];
    private readonly HashSet<(PartnerId Partner, string Family)> withheld = [];
    private readonly (Decider Counts, Decider Records)? compiler;
    private readonly HashSet<(string Agreement, string Clause, IsoWeek Week, CellKey Key)> small;
    private readonly HashSet<(string Agreement, string Clause, IsoWeek Week, CellKey Key)> smallOfCompiler;
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="inputs">What there is.</param>
    /// <param name="audience">Who; and whose picture it is, which must be able to count all that is in it.</param>
    public SeenReports(PictureInputs inputs, PictureAudience audience)
    {
        this.inputs = inputs;
        (counts, records) = Deciders(audience.Reader);
        compiler = audience.Compiler == audience.Reader ? null : Deciders(audience.Compiler);

        var reports = inputs.Reports.Select(Decide).ToList();
        var recent = inputs.Recent.Select(Decide).ToList();
        var earlierOfSame = inputs.EarlierOfSameEvents.Select(Decide).ToList();
        ChooseFirst(earlierOfSame.Concat(reports.Where(r => !r.Report.Envelope.ContextOnly)));
        var earlier = inputs.Earlier.Select(e => (Reports: e, Seen: Decide(e.Envelope, e.ReceivedAt)))
            // Cells know no single report: one that is counted with another is taken out again.
            .Concat(earlierOfSame.Where(r => !IsFirstOfItsEvent(r.Report))
                .Select(r => (Reports: new EarlierReports(r.Report.Envelope, r.Report.ReceivedAt, -1), r.Seen)))
            .ToList();
        var counted = reports.Where(r => !r.Report.Envelope.ContextOnly && IsFirstOfItsEvent(r.Report))
            .Select(r => (r.Report.Envelope, r.Seen, Count: 1))
            .Concat(earlier.Select(e => (e.Reports.Envelope, e.Seen, e.Reports.Count))).ToList();
        small = SmallCells(counted.Select(c => (c.Envelope, c.Seen.Decision, c.Count)));
        smallOfCompiler = compiler is null ? [] : SmallCells(counted.Select(c => (c.Envelope, c.Seen.Compilers, c.Count)));

        foreach (var report in reports)
        {
            Add(report);
        }

        foreach (var (group, decided) in earlier)
        {
            if (KeyOf(decided.Decision, group.Envelope) is { } key)
            {
                haveReported.Add((group.Envelope.Sender, group.Envelope.Published, AgeOf(group.Envelope.Week)));
                if (!IsTooFew(group.Envelope, decided, key))
                {
                    Count(key, group.Envelope, group.Count);
                }
            }
        }

        foreach (var report in recent)
        {
            if (KeyOf(report.Seen.Decision, report.Report.Envelope) is { } key
                && !IsTooFew(report.Report.Envelope, report.Seen, key) && IsFirstOfItsEvent(report.Report))
            {
                Keep(report.Report, key);
            }
        }

        SmallCellsOfTheWeek = small.Count(s => s.Week == inputs.Week);
    }

    /// <summary>
    /// How many reports of each cell each partner has sent, in 54 weeks: this week at 0, the week before at 1, and so on.
    /// </summary>
    public IReadOnlyDictionary<(CellKey Cell, PartnerId Partner), int[]> Cells => cells;

    /// <summary>
    /// The counted reports of this week and of the eight before, and how much of each may be seen by itself.
    /// </summary>
    public IReadOnlyList<SeenReport> Single => single;

    /// <summary>The partners whose reports, or published events, of a week (this one at 0) were found, shown or not.</summary>
    public IReadOnlySet<(PartnerId Partner, bool Published, int Age)> HaveReported => haveReported;

    /// <summary>Of which partner and family there are reports of the week in cells that are too small to be shown.</summary>
    public IReadOnlySet<(PartnerId Partner, string Family)> Withheld => withheld;

    /// <summary>Reports that are context only.</summary>
    public int Context { get; private set; }

    /// <summary>Reports that are counted with another of the same event.</summary>
    public int ConfirmedDoubles { get; private set; }

    /// <summary>Cells of the week that an agreement shows from a larger number on only.</summary>
    public int SmallCellsOfTheWeek { get; }

    /// <summary>Whether a report of the week after may be seen by itself; how much of it.</summary>
    public Projection? Record(CountedReport report)
    {
        var decision = records.Decide(report.Envelope, report.ReceivedAt, inputs.Rules, inputs.DecidedAt);
        return (compiler is { } its
            ? Disclosure.InCommon(decision, its.Records.Decide(report.Envelope, report.ReceivedAt, inputs.Rules, inputs.DecidedAt))
            : decision).Projection;
    }

    /// <summary>How it was counted.</summary>
    /// <param name="namesReports">Whether the reports that may be seen one by one are named.</param>
    public Basis Basis(bool namesReports) => new()
    {
        Inputs = { namesReports ? named.OrderBy(r => r.Report, StringComparer.Ordinal) : [] },
        InputsSha256 = Convert.ToHexStringLower(digest.GetCurrentHash()),
        Agreements =
        {
            agreements.Select(a => new PictureAgreement
            {
                Agreement = a.Key,
                Version = a.Value.Version,
                Clauses =
                {
                    inputs.Rules.Agreements.InForce(a.Key, inputs.DecidedAt)!.Flows.Select(f => f.Clause)
                        .Where(a.Value.Clauses.Contains),
                },
            }),
        },
        CategoryListVersion = inputs.Rules.Categories.Version,
        CeilingsVersion = inputs.Rules.Ceilings.Version,
        AreaListVersion = inputs.Rules.Areas.Version,
    };

    private static (Decider Counts, Decider Records) Deciders(PartnerId reader) =>
        (new(reader, Purpose.WeeklyPicture, SharingForm.Counts), new(reader, Purpose.WeeklyPicture, SharingForm.Records));

    private readonly record struct Decided(CountedReport Report, DecidedFor Seen);

    // What is decided for the two in common, and for the compiler alone.
    private readonly record struct DecidedFor(Decision Decision, Decision Compilers);

    // What an agreement lets be counted from so many on stays out of the cell and out of every total, from which it
    // could else be told.
    private static HashSet<(string Agreement, string Clause, IsoWeek Week, CellKey Key)> SmallCells(
        IEnumerable<(ReportEnvelope Envelope, Decision Decision, int Count)> decided) =>
    [
        .. decided.Where(d => d.Decision.Projection is { SmallestCell: > 1 })
            .Select(d => (d.Envelope, d.Decision, d.Count, Key: KeyOf(d.Decision, d.Envelope)))
            .Where(d => d.Key is not null)
            .GroupBy(d => SmallKey(d.Envelope, d.Decision, d.Key!.Value))
            .Where(g => g.Sum(d => d.Count) < g.First().Decision.Projection!.SmallestCell)
            .Select(g => g.Key),
    ];

    private static (string Agreement, string Clause, IsoWeek Week, CellKey Key) SmallKey(
        ReportEnvelope envelope, Decision decision, CellKey key) =>
        (decision.Receipt.Agreement, decision.Receipt.Clause, envelope.Week, key);

    // Coarsened beyond the municipality, a report belongs to none of its pictures.
    private static CellKey? KeyOf(Decision decision, ReportEnvelope envelope) =>
        decision.Projection is { } projection && (projection.Area.District ?? projection.Area.Municipality) is { } area
            ? new CellKey(envelope.Published, area, projection.Family, projection.Category ?? "")
            : null;

    // A sum that holds what the compiler is not shown would tell it to the compiler, who is shown the rest.
    private bool IsTooFew(ReportEnvelope envelope, DecidedFor decided, CellKey key) =>
        small.Contains(SmallKey(envelope, decided.Decision, key))
        || (smallOfCompiler.Count > 0 && KeyOf(decided.Compilers, envelope) is { } its
            && smallOfCompiler.Contains(SmallKey(envelope, decided.Compilers, its)));

    private void Add(Decided decided)
    {
        var (report, envelope) = (decided.Report, decided.Report.Envelope);
        if (KeyOf(decided.Seen.Decision, envelope) is not { } key)
        {
            return;
        }

        if (IsTooFew(envelope, decided.Seen, key))
        {
            // It has reported, whatever is shown of it.
            haveReported.Add((envelope.Sender, envelope.Published, 0));
            withheld.Add((envelope.Sender, key.Family));
            return;
        }

        if (envelope.ContextOnly)
        {
            Context++;
            return;
        }

        haveReported.Add((envelope.Sender, envelope.Published, 0));
        var isFirst = IsFirstOfItsEvent(report);
        AddToDigest(report, isFirst);
        if (isFirst)
        {
            Count(key, envelope, 1);
            Keep(report, key);
        }
        else
        {
            ConfirmedDoubles++;
        }

        if (Record(report) is not null)
        {
            named.Add(new PictureInput
            {
                Report = ReportName.Of(envelope.Sender, report.Type, report.Id),
                Revision = report.Revision,
                CountedWithAnother = !isFirst,
            });
        }
    }

    private void Keep(CountedReport report, CellKey key) =>
        single.Add(new SeenReport(
            report, key, AgeOf(report.Envelope.Week), Record(report), inputs.Rules.Categories.IsConcern(key.Category), SendersOf(report)));

    // The earliest that the reader may count at all; and whose reports of the event it may see by themselves.
    private void ChooseFirst(IEnumerable<Decided> reports)
    {
        foreach (var (report, seen) in reports)
        {
            if (inputs.SameEvents.TryGetValue(report.Id, out var number) && KeyOf(seen.Decision, report.Envelope) is not null)
            {
                firsts.TryAdd(number, report.Id);
                if (Record(report) is not null)
                {
                    witnesses.TryAdd(number, []);
                    witnesses[number].Add(report.Envelope.Sender);
                }
            }
        }
    }

    // Three partners that saw one fire are three sources, though it is counted once.
    private HashSet<PartnerId> SendersOf(CountedReport report)
    {
        var senders = new HashSet<PartnerId> { report.Envelope.Sender };
        if (inputs.SameEvents.TryGetValue(report.Id, out var number) && witnesses.TryGetValue(number, out var others))
        {
            senders.UnionWith(others);
        }

        return senders;
    }

    private bool IsFirstOfItsEvent(CountedReport report) =>
        !inputs.SameEvents.TryGetValue(report.Id, out var number) || firsts.GetValueOrDefault(number) == report.Id;

    private void Count(CellKey key, ReportEnvelope envelope, int count)
    {
        var cell = (key, envelope.Sender);
        if (!cells.TryGetValue(cell, out var byAge))
        {
            cells.Add(cell, byAge = new int[PictureInputs.MostWeeks + 1]);
        }

        byAge[AgeOf(envelope.Week)] += count;
    }

    private Decided Decide(CountedReport report) => new(report, Decide(report.Envelope, report.ReceivedAt));

    private DecidedFor Decide(ReportEnvelope envelope, DateTimeOffset receivedAt)
    {
        var decision = counts.Decide(envelope, receivedAt, inputs.Rules, inputs.DecidedAt);
        var compilers = decision;
        if (compiler is { } its)
        {
            compilers = its.Counts.Decide(envelope, receivedAt, inputs.Rules, inputs.DecidedAt);
            decision = Disclosure.InCommon(decision, compilers);
        }

        var receipt = decision.Receipt;
        if (receipt.Agreement.Length > 0)
        {
            if (!agreements.TryGetValue(receipt.Agreement, out var used))
            {
                agreements.Add(receipt.Agreement, used = (receipt.Version, new HashSet<string>(StringComparer.Ordinal)));
            }

            used.Clauses.Add(receipt.Clause);
        }

        return new DecidedFor(decision, compilers);
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

    private int AgeOf(IsoWeek week) => AgeOf(week, inputs.Week);

    /// <summary>How many weeks before another a week is: 0 for itself.</summary>
    public static int AgeOf(IsoWeek week, IsoWeek other) =>
        (int)Math.Round((other.Start - week.Start) / TimeSpan.FromDays(7), MidpointRounding.AwayFromZero);
}

/// <summary>One counted report.</summary>
/// <param name="Report">It.</param>
/// <param name="Cell">Where it is counted.</param>
/// <param name="Age">Weeks before the picture's.</param>
/// <param name="Record">How much of it may be seen by itself; null where it may only be counted.</param>
/// <param name="IsConcern">Whether it is of something that went wrong or might, as far as the reader may tell.</param>
/// <param name="Senders">
/// Its sender, and those of the reports that are counted with it, as of the same event, where the reader may see them by themselves.
/// </param>
internal sealed record SeenReport(
    CountedReport Report, CellKey Cell, int Age, Projection? Record, bool IsConcern, IReadOnlySet<PartnerId> Senders);

/// <summary>Where a report is counted.</summary>
/// <param name="Published">Among the police's published events.</param>
/// <param name="Area">Code of its district, or of the municipality where that is not known.</param>
/// <param name="Family">Code.</param>
/// <param name="Category">Code; empty where the family alone may be seen.</param>
internal readonly record struct CellKey(bool Published, string Area, string Family, string Category);
