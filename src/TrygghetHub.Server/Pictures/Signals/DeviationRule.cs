using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>More of a family in an area, or of one of its categories, than chance explains. Pure.</summary>
/// <remarks>
/// The plain rule is the domain's: p under 0.01 in the upper tail of a Poisson distribution around the usual count, at least five,
/// and at least three above usual. How much it stands out is then told by a more careful chance: the usual count is not known
/// for sure, being a mean of 26 to 52 weeks (Jeffreys' gamma distribution: half a report more), the season has its level, and events
/// come in clusters (<see cref="Dispersion"/>).
/// Published events are compared with published events alone, and in their own series.
/// </remarks>
internal static class DeviationRule
{
    // Fewer are no problem of an area, whatever the chance.
    private const int Fewest = 5;

    // Nor are two more than usual.
    private const int FewestAbove = 3;

    private const double PlainLevel = 0.01;

    /// <summary>One trial for each family and area that can be compared.</summary>
    public static IEnumerable<Trial> Trials(SignalInputs inputs, SignalNames names)
    {
        var levels = inputs.Families.GroupBy(f => (f.Published, f.Family, f.Category)).ToDictionary(g => g.Key, SeasonLevel.Of);
        var dispersions = inputs.Families.GroupBy(KindOf).ToDictionary(g => g.Key, Dispersion.Of);
        foreach (var series in inputs.Families)
        {
            if (Comparison.Of(series.Partners) is not { } comparison)
            {
                continue;
            }

            var level = levels[(series.Published, series.Family, series.Category)];
            var counted = (comparison.Mean * comparison.Weeks) + 0.5;
            var expected = level.Factor * counted / comparison.Weeks;
            // What clusters add to a count's variance, (dispersion − 1) × expected, relative to its square.
            var clusters = (dispersions[KindOf(series)] - 1) / expected;
            var shape = 1 / ((1 / counted) + level.RelativeVariance + clusters);
            var fewest = Math.Max(Fewest, (int)Math.Ceiling(comparison.Mean + FewestAbove));
            var isMet = comparison.Observed >= fewest
                && UpperTails.Poisson(comparison.Observed, comparison.Mean) < PlainLevel;
            yield return new Trial(
                fewest, count => UpperTails.GammaPoisson(count, expected, shape), comparison.Observed,
                isMet ? SignalOf(series, comparison, names) : null);
        }
    }

    // A category's clusters are a part of its family's.
    private static (bool Published, bool IsCategory) KindOf(FamilySeries series) => (series.Published, series.Category.Length > 0);

    private static Signal SignalOf(FamilySeries series, Comparison comparison, SignalNames names) => new()
    {
        Id = $"deviation.{series.Area}.{series.Family}{(series.Category.Length > 0 ? "." + series.Category : "")}{(series.Published ? ".published" : "")}",
        Rule = SignalRule.Deviation,
        Area = series.Area,
        AreaName = names.Area(series.Area),
        Family = series.Family,
        FamilyName = names.Family(series.Family),
        Category = series.Category,
        CategoryName = series.Category.Length == 0 ? "" : names.Category(series.Category),
        Observed = comparison.Observed,
        UsualMean = comparison.Mean,
        UsualWeeks = comparison.Weeks,
        Sources = Comparison.Compared(series.Partners).Count(partner => partner.Observed > 0),
        Published = series.Published,
    };
}
