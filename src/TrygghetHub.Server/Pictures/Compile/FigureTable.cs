using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Every count of a picture that is a sum of others, week by week, and which of them its audience may see. Immutable once made.
/// </summary>
/// <remarks>
/// The one place that says whether a figure is shown: table, map, charts and sentences take their figures from here or from what
/// was made of it.
/// </remarks>
internal sealed class FigureTable
{
    private readonly Dictionary<FigureKey, Dictionary<PartnerId, int[]>> series = [];
    private readonly Dictionary<int, HashSet<FigureKey>> hidden = [];
    private readonly Func<PartnerId, int, bool> hasAnswered;
    private readonly PartnerId? knows;
    private readonly int smallest;

    /// <param name="cells">The counts, by cell, partner and age of the week.</param>
    /// <param name="hasAnswered">Whether a partner has answered in the week so many weeks before this one.</param>
    /// <param name="smallest">The smallest count that the audience is shown.</param>
    /// <param name="knows">The partner that knows its own part of every figure; null where the audience is none.</param>
    public FigureTable(
        IReadOnlyDictionary<(CellKey Cell, PartnerId Partner), int[]> cells, Func<PartnerId, int, bool> hasAnswered,
        int smallest, PartnerId? knows)
    {
        (this.hasAnswered, this.smallest, this.knows) = (hasAnswered, smallest, knows);
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

    /// <summary>The count of a week; null where it is not shown.</summary>
    public int? Shown(FigureKey key, int age) => HiddenIn(age).Contains(key) ? null : Count(key, age);

    /// <summary>The count of a week, shown or not.</summary>
    public int Count(FigureKey key, int age) =>
        series.TryGetValue(key, out var partners) ? partners.Values.Sum(byAge => byAge[age]) : 0;

    /// <summary>Whether a count that is no sum of the table may stand beside it.</summary>
    public bool IsLargeEnough(int count) => count == 0 || count >= smallest;

    /// <summary>The partners' counts, as the rules compare them.</summary>
    public IReadOnlyList<PartnerSeries> Partners(FigureKey key) => !series.TryGetValue(key, out var partners) ? [] :
    [
        .. partners.OrderBy(p => p.Key).Select(p => new PartnerSeries(
            p.Key,
            [.. p.Value.Take(Comparison.MostWeeks + 1).Select((count, age) => hasAnswered(p.Key, age) ? count : (int?)null)])),
    ];

    /// <summary>What is usual; null when it is too early to say, or rests on too few reports to be shown.</summary>
    public UsualSpan? Usual(FigureKey key)
    {
        if (Compared(key) is not { } compared || !IsLargeEnough((int)Math.Round(compared.Mean * compared.Weeks))
            || Shown(key, 0) is null)
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

    /// <summary>The week's count against the usual span.</summary>
    public Judgement Judge(FigureKey key)
    {
        if (Shown(key, 0) is not { } shown)
        {
            return Judgement.Unspecified;
        }

        if (Usual(key) is not { } usual)
        {
            return FellWithSilence(key, shown) ? Judgement.BelowSourcesSilent : Judgement.Unspecified;
        }

        var observed = Compared(key)!.Observed;
        return observed > usual.High ? Judgement.Above
            : observed < usual.Low ? Judgement.Below
            : FellWithSilence(key, shown) ? Judgement.BelowSourcesSilent
            : Judgement.Usual;
    }

    private Comparison? Compared(FigureKey key) => Comparison.Of(Partners(key));

    // Against what is usual of all, those that are silent now included: their silence may be all of the fall.
    private bool FellWithSilence(FigureKey key, int shown)
    {
        var all = Partners(key);
        return all.Any(p => p.Weeks[0] is null)
            && Comparison.Of(all.Select(p => p with { Weeks = [p.Weeks[0] ?? 0, .. p.Weeks.Skip(1)] })) is { } compared
            && shown < UsualCounts.Over(compared).Low;
    }

    private HashSet<FigureKey> HiddenIn(int age)
    {
        if (!hidden.TryGetValue(age, out var keys))
        {
            hidden.Add(age, keys = smallest == 1 ? [] : SmallNumbers.Hidden(Network(age), smallest));
        }

        return keys;
    }

    // From all to published or not, to area, family in area, cell, category, family, to partner, and back to all.
    private List<Figure<FigureKey>> Network(int age)
    {
        var figures = new List<Figure<FigureKey>>();
        foreach (var key in Keys)
        {
            var kind = key.Published == true ? "published" : "reported";
            var (from, to) = key switch
            {
                { Partner: not null, Family: not null } => ($"family {key.Family}", $"partner {key.Partner}"),
                { Partner: not null } => ($"partner {key.Partner}", "end"),
                { Published: null } => ("end", "all"),
                { Area: null, Family: null } => ("all", kind),
                { Area: not null, Family: null } => (kind, $"{kind} {key.Area}"),
                { Area: not null, Category: null } => ($"{kind} {key.Area}", $"{kind} {key.Area} {key.Family}"),
                { Area: not null } => ($"{kind} {key.Area} {key.Family}", $"{kind} {key.Family} {key.Category}"),
                { Category: not null } => ($"{kind} {key.Family} {key.Category}", $"{kind} {key.Family}"),
                _ => ($"{kind} {key.Family}", $"family {key.Family}"),
            };
            figures.Add(new Figure<FigureKey>(from, to, key, OthersCount(key, age)));
        }

        return figures;
    }

    // A reader takes its own part away from every figure: what is left must not be small.
    private int OthersCount(FigureKey key, int age) =>
        series[key].Where(p => p.Key != knows).Sum(p => p.Value[age]);
}

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
