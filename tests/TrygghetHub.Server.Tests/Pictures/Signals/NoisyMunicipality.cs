using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Tests.Pictures.Signals;

/// <summary>A municipality in which nothing ever happens but chance: counts of noise, week after week.</summary>
/// <remarks>Poisson noise, or negative binomial where events come in clusters. Deterministic in its seed. Partners are silent now and then, and evenings hold more than mornings.</remarks>
internal sealed class NoisyMunicipality
{
    private const int HistoryWeeks = 53;
    private const int Partners = 3;

    // How often a partner neither reports nor confirms a week.
    private const double UsuallySilent = 0.08;

    private static readonly double[] FamilyShares = [0.30, 0.22, 0.05, 0.08, 0.18, 0.07, 0.04, 0.06];
    private static readonly double[] CategoryShares = [0.6, 0.3, 0.1];
    private static readonly double[] PartnerShares = [0.5, 0.3, 0.2];
    private static readonly double[] WindowShares = [0.12, 0.03, 0.10, 0.15, 0.27, 0.33];

    private readonly Random random;
    private readonly MunicipalitySize size;
    private readonly Season season;
    private readonly double silent;
    private readonly double dispersion;
    private readonly (int Area, int Family, double Usual)? cell;
    private readonly double[] areaShares;
    private readonly double[] placeRates;
    private readonly List<Week> weeks = [];

    /// <summary>Begins with a year of history.</summary>
    /// <param name="size">How much there is of it.</param>
    /// <param name="season">How rates move.</param>
    /// <param name="seed">Of its chance.</param>
    /// <param name="cell">One cell whose usual count is told, of all partners together.</param>
    /// <param name="silent">In which share of weeks a partner is silent.</param>
    /// <param name="dispersion">Variance over mean of the counts of a family in an area: 1 for Poisson noise.</param>
    public NoisyMunicipality(
        MunicipalitySize size, Season season, int seed, (int Area, int Family, double Usual)? cell = null, double silent = UsuallySilent,
        double dispersion = 1)
    {
        this.dispersion = dispersion;
        this.size = size;
        this.silent = silent;
        this.cell = cell;
        this.season = season;
        random = new Random(seed);

        // The first area has the most, the last the least, some four times less.
        var weights = Enumerable.Range(0, size.Areas).Select(a => 1.0 / (1 + (3.0 * a / size.Areas))).ToArray();
        areaShares = [.. weights.Select(w => w / weights.Sum())];

        // A few places have much, most of them next to nothing: as one over their rank.
        var ranks = Enumerable.Range(1, size.Places).Select(rank => 1.0 / rank).ToArray();
        placeRates = [.. ranks.Select(r => r / ranks.Sum() * size.PlaceReports)];
        while (weeks.Count < HistoryWeeks - 1)
        {
            Next();
        }
    }

    /// <summary>What the cell's count is multiplied by after the year of history.</summary>
    public double Factor { get; init; } = 1;

    public static SignalNames Names { get; } = new(code => code, code => code, code => code);

    public static string Area(int index) => $"0139-a{index}";

    public static string Family(int index) => $"f{index}";

    /// <summary>The next week, as the rules see it.</summary>
    public SignalInputs Next()
    {
        weeks.Add(Draw(weeks.Count));
        return weeks.Count < HistoryWeeks ? new SignalInputs([], [], []) : new SignalInputs(
            [.. Series()], [.. Places()], [.. Times()]);
    }

    private IEnumerable<FamilySeries> Series()
    {
        foreach (var isPublished in new[] { false, true })
        {
            for (var area = 0; area < size.Areas; area++)
            {
                for (var family = 0; family < FamilyShares.Length; family++)
                {
                    var (a, f) = (area, family);
                    yield return Of("", week => week.Published[a, f].Sum(), (week, p) => week.Reports[a, f, p].Sum());
                    for (var category = 0; category < CategoryShares.Length; category++)
                    {
                        var c = category;
                        yield return Of($"c{c}", week => week.Published[a, f][c], (week, p) => week.Reports[a, f, p][c]);
                    }

                    FamilySeries Of(string category, Func<Week, int> published, Func<Week, int, int> reports) => new(
                        isPublished, Area(a), Family(f), category, isPublished
                            ? [new PartnerSeries(new PartnerId("polisen"), [.. Recent().Select(w => (int?)published(w))])]
                            :
                            [
                                .. Enumerable.Range(0, Partners).Select(p => new PartnerSeries(
                                    new PartnerId($"partner-{p}"),
                                    [.. Recent().Select(w => w.Answered[p] ? reports(w, p) : (int?)null)])),
                            ]);
                }
            }
        }
    }

    private IEnumerable<PlaceSeries> Places() =>
        Enumerable.Range(0, size.Places)
            .Select(p => new PlaceSeries($"{p}", $"place {p}", Area(p % size.Areas), [.. Recent().Take(9).Select(w => w.Places[p])], 8, 1))
            .Where(p => p.Weeks.Sum() > 0);

    private IEnumerable<TimeSeries> Times()
    {
        for (var area = 0; area < size.Areas; area++)
        {
            for (var family = 0; family < FamilyShares.Length; family++)
            {
                var (a, f) = (area, family);
                yield return new TimeSeries(
                    false, Area(area), Family(family), weeks[^1].Windows[a, f],
                    [.. Enumerable.Range(0, 6).Select(w => Recent().Skip(1).Take(3).Sum(week => week.Windows[a, f][w]))]);
            }
        }
    }

    private IEnumerable<Week> Recent() => Enumerable.Range(1, HistoryWeeks).Select(age => weeks[^age]);

    private Week Draw(int number)
    {
        var week = new Week(
            [.. Enumerable.Range(0, Partners).Select(_ => random.NextDouble() >= silent)],
            new int[size.Areas, FamilyShares.Length, Partners][], new int[size.Areas, FamilyShares.Length][],
            new int[size.Places], new int[size.Areas, FamilyShares.Length][]);
        for (var area = 0; area < size.Areas; area++)
        {
            for (var family = 0; family < FamilyShares.Length; family++)
            {
                var windows = week.Windows[area, family] = new int[6];
                var share = areaShares[area] * FamilyShares[family] * Level(number, family);
                var rate = cell is { } told && told.Area == area && told.Family == family
                    ? told.Usual * (number >= HistoryWeeks - 1 ? Factor : 1)
                    : size.Reports * share;
                week.Published[area, family] = Categories(size.Published * share * Cluster(size.Published * share));
                // What clusters are of is seen by all partners.
                rate *= Cluster(rate);
                for (var partner = 0; partner < Partners; partner++)
                {
                    week.Reports[area, family, partner] = week.Answered[partner] ? Categories(rate * PartnerShares[partner]) : new int[CategoryShares.Length];
                    if (week.Answered[partner])
                    {
                        for (var report = 0; report < week.Reports[area, family, partner].Sum(); report++)
                        {
                            windows[Window()]++;
                        }
                    }
                }
            }
        }

        for (var place = 0; place < size.Places; place++)
        {
            week.Places[place] = week.Answered[place % Partners] ? Poisson(placeRates[place] * Level(number, 0)) : 0;
        }

        return week;
    }

    // A year's swing of 30 % up and down: all families together, or each in its own quarter.
    private double Level(int week, int family) => season switch
    {
        Season.None => 1,
        Season.Common => 1 + (0.3 * Math.Sin(2 * Math.PI * week / 52.18)),
        _ => 1 + (0.3 * Math.Sin(2 * Math.PI * ((week / 52.18) + (family / 4.0)))),
    };

    private int Window()
    {
        var at = random.NextDouble();
        var window = 0;
        while (window < 5 && (at -= WindowShares[window]) > 0)
        {
            window++;
        }

        return window;
    }

    private int[] Categories(double rate) => [.. CategoryShares.Select(share => Poisson(rate * share))];

    // A week's level: gamma with mean 1, which makes a Poisson count of that rate negative binomial with that dispersion.
    private double Cluster(double rate) => dispersion <= 1 || rate <= 0 ? 1 : Gamma(rate / (dispersion - 1)) / (rate / (dispersion - 1));

    // Marsaglia and Tsang, A simple method for generating gamma variables, 2000; a shape under 1 by a power of a uniform.
    private double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(random.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var v = Math.Pow(1 + (c * normal), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    // Knuth's product of uniforms: exact, and fast enough for means under a hundred.
    private int Poisson(double mean)
    {
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    private sealed record Week(bool[] Answered, int[,,][] Reports, int[,][] Published, int[] Places, int[,][] Windows);
}
