using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Every count of a picture that is a sum of others, week by week, and which of them its audience may see. Immutable once made.
/// </summary>
/// <remarks>
/// <para>
/// The one place that says whether a figure is shown: table, map, charts and sentences take their figures from here or from what
/// was made of it.
/// </para>
/// <para>
/// The police's published events stand on its own pages for everybody: they are always shown, and so hide nothing. Whose reports
/// they are is told where every count is, and to nobody else: who knows which categories a partner may send reads a cell from it.
/// What is usual is made of what is shown of the weeks before and of nothing else, so that it cannot tell the rest.
/// </para>
/// </remarks>
internal sealed class FigureTable
{
    private const double LeastCarried = 0.8;

    private readonly Dictionary<FigureKey, Dictionary<PartnerId, int[]>> series = [];
    private readonly Dictionary<int, HashSet<FigureKey>> hidden = [];
    private readonly FigureAnswers answers;
    private readonly IReadOnlyList<PartnerId?> readers;
    private readonly int smallest;
    private readonly bool isOfAreas;

    /// <param name="cells">The counts, by cell, partner and age of the week.</param>
    /// <param name="answers">Who has answered.</param>
    /// <param name="smallest">The smallest count that the audience is shown.</param>
    /// <param name="isOfAreas">The audience is shown areas and the families of each: no categories, and no sums of a family over areas.</param>
    /// <param name="readers">
    /// The partners in the audience, each of which knows its own part of every figure; null among them for who knows none. What one of
    /// them could tell is hidden from all. Where nobody is named, nothing is shown from which something could be hidden.
    /// </param>
    public FigureTable(
        IReadOnlyDictionary<(CellKey Cell, PartnerId Partner), int[]> cells, FigureAnswers answers, int smallest, bool isOfAreas, IReadOnlyList<PartnerId?> readers)
    {
        (this.answers, this.smallest, this.isOfAreas, this.readers) = (answers, smallest, isOfAreas, readers);
        foreach (var ((cell, partner), byAge) in cells)
        {
            foreach (var key in FigureKey.Holding(cell, partner))
            {
                if (!series.TryGetValue(key, out var partners))
                {
                    series.Add(key, partners = []);
                }

                if (!partners.TryGetValue(partner, out var sums))
                {
                    partners.Add(partner, sums = new int[byAge.Length]);
                }

                for (var age = 0; age < byAge.Length; age++)
                {
                    sums[age] += byAge[age];
                }
            }
        }

        Keys = [.. series.Keys.Order()];
    }

    /// <summary>Every figure there is, in order.</summary>
    public IReadOnlyList<FigureKey> Keys { get; }

    /// <summary>Whether the audience is shown every count.</summary>
    public bool ShowsAll => smallest == 1;

    /// <summary>The count of a week; null where it is not shown.</summary>
    public int? Shown(FigureKey key, int age) => IsHidden(key, age) ? null : Count(key, age);

    /// <summary>The count of a week, shown or not.</summary>
    public int Count(FigureKey key, int age) =>
        series.TryGetValue(key, out var partners) ? partners.Values.Sum(byAge => byAge[age]) : 0;

    /// <summary>Whether a count that is no sum of the table may stand beside it.</summary>
    public bool IsLargeEnough(int count) => count == 0 || count >= smallest;

    /// <summary>The partners' counts, as the rules compare them.</summary>
    public IReadOnlyList<PartnerSeries> Partners(FigureKey key) => !series.TryGetValue(key, out var partners) ? [] :
        [.. partners.OrderBy(p => p.Key).Select(p => Series(p.Key, key.Published, p.Value))];

    /// <summary>Whether a partner has answered this week and in enough of those before to be compared, whatever it answered.</summary>
    public bool IsCompared(PartnerId partner) => Comparison.Of([Series(partner, null, new int[Comparison.MostWeeks + 1])]) is not null;

    private PartnerSeries Series(PartnerId partner, bool? published, int[] counts) => new(
        partner,
        [.. counts.Take(Comparison.MostWeeks + 1).Select((count, age) => answers.HasAnswered(partner, published, age) ? count : (int?)null)]);

    /// <summary>What is usual; null when it is too early to say, or the week's count is not shown.</summary>
    public UsualSpan? Usual(FigureKey key)
    {
        if (Compared(key) is not { } compared || Shown(key, 0) is null)
        {
            return null;
        }

        var usual = UsualCounts.Over(compared);
        if (smallest > 1)
        {
            // The means of two weeks, less each other, are the count of one.
            usual.ClearMean();
        }

        return usual;
    }

    /// <summary>The usual count of what some of a figure's reports are; null when it is too early to say.</summary>
    /// <param name="key">Which figure; its weeks that are not shown count as those that are.</param>
    /// <param name="partners">The counts.</param>
    public double? UsualMean(FigureKey key, IReadOnlyList<PartnerSeries> partners) => Compared(key, partners)?.Mean;

    /// <summary>The week's count against the usual span.</summary>
    public Judgement Judge(FigureKey key)
    {
        if (Shown(key, 0) is not { } shown)
        {
            return Judgement.Unspecified;
        }

        var observed = Compared(key)?.Observed;
        if (Usual(key) is { } usual && (smallest == 1 || observed == shown))
        {
            // Of some partners' counts alone it would say to others how they share the sum.
            if (observed > usual.High)
            {
                return Judgement.Above;
            }

            if (IsCarried(key))
            {
                return observed >= usual.Low ? Judgement.Usual : IsSomeoneSilent(key) ? Judgement.BelowSourcesSilent : Judgement.Below;
            }
        }

        return IsCarried(key) ? Judgement.Unspecified : Judgement.SourcesMissing;
    }

    /// <summary>
    /// Whether the sources that have answered this week can carry a judgement of a figure: that it is as usual, or less.
    /// </summary>
    /// <remarks>
    /// They usually report at least four fifths of it. What is missing then is a fifth of the usual count m at most, and for m up to 41 that
    /// is less than chance moves the count by: 0.2 m ≤ 1.28 √m, half of the span in which four weeks of five fall. Other audiences than
    /// the compiler are told no partner's part of a figure: to them nothing is judged of which somebody is silent that reports of it.
    /// </remarks>
    public bool IsCarried(FigureKey key)
    {
        if (smallest > 1 && key.Published != true)
        {
            return !answers.IsSomeoneSilent(key.Family);
        }

        var usual = Partners(key).Select(p => (p.Weeks, Mean: Comparison.MeanOf(p))).Where(p => p.Mean is not null).ToList();
        return usual.Where(p => p.Weeks[0] is not null).Sum(p => p.Mean!.Value) >= LeastCarried * usual.Sum(p => p.Mean!.Value);
    }

    /// <summary>How many of a week's count are from the partners that can be compared; null where all of them are, and for others than the compiler.</summary>
    public int? ComparedReports(FigureKey key) =>
        smallest == 1 && Compared(key)?.Observed is { } observed && observed != Count(key, 0) ? observed : null;

    private bool IsSomeoneSilent(FigureKey key) =>
        smallest == 1 ? Partners(key).Any(p => p.Weeks[0] is null && Comparison.MeanOf(p) > 0) : answers.IsSomeoneSilent(key.Family);

    private Comparison? Compared(FigureKey key) => Compared(key, Partners(key));

    private Comparison? Compared(FigureKey key, IReadOnlyList<PartnerSeries> partners) =>
        Comparison.Of(partners) is not { } compared ? null
            : smallest == 1 ? compared
            : compared with { Mean = MeanOfShown(key, [.. Comparison.Compared(partners).Select(c => c.Series)]) };

    // A week that is hidden counts as those that are shown do, and at least as the middle of what is too small: whatever it was.
    private double MeanOfShown(FigureKey key, IReadOnlyList<PartnerSeries> compared)
    {
        var (sum, shown, unseen) = (0, 0, 0);
        for (var age = 1; age <= Comparison.MostWeeks; age++)
        {
            var counts = compared.Select(p => age < p.Weeks.Count ? p.Weeks[age] : null).OfType<int>().ToList();
            if (counts.Count == 0)
            {
                continue;
            }

            if (Shown(key, age) is null)
            {
                unseen++;
            }
            else
            {
                shown++;
                sum += counts.Sum();
            }
        }

        var filled = Math.Max(smallest / 2.0, shown == 0 ? 0 : (double)sum / shown);
        return (sum + (unseen * filled)) / (shown + unseen);
    }

    private bool IsHidden(FigureKey key, int age) => smallest > 1 && key switch
    {
        { Partner: { } partner } => readers is not [{ } reader] || partner != reader,
        { Published: true } => false,
        _ when readers.Count == 0 => true,
        // With published events that are known to all, the one sum tells the other.
        { Published: null } => HiddenIn(age).Contains(FigureKey.Reported),
        _ when isOfAreas && !IsOfAreas(key) => true,
        _ => HiddenIn(age).Contains(key),
    };

    private HashSet<FigureKey> HiddenIn(int age)
    {
        if (!hidden.TryGetValue(age, out var keys))
        {
            // Each reader's own; together they hide from each no less.
            hidden.Add(age, keys = [.. readers.SelectMany(reader => SmallNumbers.Hidden(Network(age, reader), smallest))]);
        }

        return keys;
    }

    private static bool IsOfAreas(FigureKey key) => key.Category is null && (key.Area is not null || key.Family is null);

    // Of partners' reports: from all to area, family in area, cell, category, family, and back to all. Of areas alone, from the
    // families in an area back to all.
    private List<Figure<FigureKey>> Network(int age, PartnerId? reader)
    {
        var figures = new List<Figure<FigureKey>>();
        foreach (var key in Keys.Where(k => k is { Published: false, Partner: null } && (!isOfAreas || IsOfAreas(k))))
        {
            var (from, to) = key switch
            {
                { Area: not null, Family: not null } when isOfAreas => (key.Area, "end"),
                { Area: null, Family: null } => ("end", "all"),
                { Area: not null, Family: null } => ("all", key.Area),
                { Area: not null, Category: null } => (key.Area, $"{key.Area} {key.Family}"),
                { Area: not null } => ($"{key.Area} {key.Family}", $"{key.Family} {key.Category}"),
                { Category: not null } => ($"{key.Family} {key.Category}", key.Family!),
                _ => (key.Family!, "end"),
            };
            figures.Add(new Figure<FigureKey>(from, to, key, OthersCount(key, age, reader)));
        }

        return figures;
    }

    // A reader takes its own part away from every figure: what is left must not be small.
    private int OthersCount(FigureKey key, int age, PartnerId? reader) =>
        series[key].Where(p => p.Key != reader).Sum(p => p.Value[age]);
}

/// <summary>Who has answered, as far as a table of figures asks.</summary>
/// <param name="HasAnswered">
/// Whether a partner has answered in the week so many weeks before this one: by published events, by its own reports, or by either.
/// </param>
/// <param name="IsSomeoneSilent">Whether somebody that reports of a family (null: of any) has not answered this week.</param>
internal sealed record FigureAnswers(Func<PartnerId, bool?, int, bool> HasAnswered, Func<string?, bool> IsSomeoneSilent);

/// <summary>Which count: what is null is summed over.</summary>
/// <param name="Published">Of the police's published events, of partners' reports, or of both.</param>
/// <param name="Area">Code.</param>
/// <param name="Family">Code.</param>
/// <param name="Category">Code; empty where the family alone may be seen.</param>
/// <param name="Partner">Whose reports; only where all but the family is summed over.</param>
internal readonly record struct FigureKey(
    bool? Published, string? Area = null, string? Family = null, string? Category = null, PartnerId? Partner = null)
    : IComparable<FigureKey>
{
    /// <summary>All that there is.</summary>
    public static readonly FigureKey All = new(null);

    /// <summary>All of what partners report.</summary>
    public static readonly FigureKey Reported = new(false);

    /// <summary>Every figure that holds a cell's reports by a partner.</summary>
    public static IEnumerable<FigureKey> Holding(CellKey cell, PartnerId partner) =>
    [
        new(cell.Published, cell.Area, cell.Family, cell.Category),
        new(cell.Published, cell.Area, cell.Family),
        new(cell.Published, cell.Area),
        new(cell.Published, null, cell.Family, cell.Category),
        new(cell.Published, null, cell.Family),
        new(cell.Published),
        All,
        new(null, null, cell.Family, null, partner),
        new(null, null, null, null, partner),
    ];

    /// <summary>In the order of areas, families and categories; sums before what they are sums of.</summary>
    public int CompareTo(FigureKey other)
    {
        var order = Nullable.Compare(Published, other.Published);
        order = order != 0 ? order : string.CompareOrdinal(Area, other.Area);
        order = order != 0 ? order : string.CompareOrdinal(Family, other.Family);
        order = order != 0 ? order : string.CompareOrdinal(Category, other.Category);
        return order != 0 ? order : string.CompareOrdinal(Partner?.Value, other.Partner?.Value);
    }

    public static bool operator <(FigureKey left, FigureKey right) => left.CompareTo(right) < 0;

    public static bool operator >(FigureKey left, FigureKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(FigureKey left, FigureKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FigureKey left, FigureKey right) => left.CompareTo(right) >= 0;
}
