using TrygghetHub.Areas.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>The places that the feed can name, from the hub's own list of areas.</summary>
/// <remarks>
/// The feed names a municipality ("Upplands-bro", in any spelling) or, where it knows no better, a county
/// ("Hallands län"). Its position is the midpoint of that and is never sent. Thread-safe once made.
/// </remarks>
internal sealed class PoliceAreas
{
    private readonly Dictionary<string, Place> places = new(ComparisonKey.Comparer);

    /// <summary>Takes the counties and municipalities among the areas, and leaves the rest out.</summary>
    public PoliceAreas(IEnumerable<Area> areas)
    {
        // A municipality goes before a county of the same name: it says more.
        foreach (var area in areas.OrderByDescending(a => a.Level))
        {
            if (area.Level is AreaLevel.County or AreaLevel.Municipality)
            {
                places.TryAdd(area.DisplayName, new Place { Area = area.Code, Precision = Of(area.Level) });
            }
        }
    }

    /// <summary>How many names are known.</summary>
    public int Count => places.Count;

    /// <summary>The place that the feed's <c>location.name</c> names; null when the hub knows none so called.</summary>
    public Place? Find(string locationName) => places.GetValueOrDefault(PlainText.Of(locationName))?.Clone();

    private static Precision Of(AreaLevel level) =>
        level == AreaLevel.Municipality ? Precision.Municipality : Precision.County;
}
