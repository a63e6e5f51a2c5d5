using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index;
using NetTopologySuite.Index.Strtree;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Where the areas of one book lie: which of them holds a position. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// For each level an STR tree of bounding boxes, and behind each box the polygon's edges, indexed: a lookup looks at the few
/// boxes that hold the position and, in each, at the edges at its height. A lookup allocates three small objects.
/// </remarks>
internal sealed class AreaMap
{
    private readonly STRtree<Located>[] byLevel = new STRtree<Located>[(int)AreaLevel.Place + 1];

    /// <param name="areas">The areas; those without a polygon hold no position.</param>
    public AreaMap(IReadOnlyCollection<Area> areas)
    {
        foreach (var level in Enum.GetValues<AreaLevel>())
        {
            var tree = new STRtree<Located>();
            foreach (var area in areas.Where(area => area.Level == level && area.Shape is IPolygonal))
            {
                tree.Insert(area.Shape!.EnvelopeInternal, new Located(area));
            }

            // Built at the first query otherwise, which is no thread's alone.
            tree.Build();
            byLevel[(int)level] = tree;
        }
    }

    /// <summary>The area of a level that holds a position; null where none is known to.</summary>
    /// <remarks>
    /// An edge belongs to both sides, and places may overlap: the smallest area is taken, and of those the first by code, so
    /// that the answer is always the same one.
    /// </remarks>
    /// <param name="level">The level.</param>
    /// <param name="at">The position.</param>
    /// <param name="on">Only those in use on that day; null for all of the map.</param>
    public Area? Find(AreaLevel level, SwerefPoint at, DateOnly? on = null)
    {
        var finding = new Finding(new Coordinate(at.Easting, at.Northing), on);
        byLevel[(int)level].Query(new Envelope(finding.At), finding);
        return finding.Found?.Area;
    }

    /// <summary>
    /// Whether a position lies in an area or no further from it than that; true where it is not known where the area lies.
    /// </summary>
    /// <param name="area">Of any book.</param>
    /// <param name="at">The position.</param>
    /// <param name="distanceM">Metres.</param>
    public static bool IsNear(Area area, SwerefPoint at, double distanceM) =>
        area.Shape is not { } shape
        || shape.IsWithinDistance(shape.Factory.CreatePoint(new Coordinate(at.Easting, at.Northing)), distanceM);

    private sealed class Located
    {
        private readonly IndexedPointInAreaLocator locator;

        public Located(Area area)
        {
            Area = area;
            SizeM2 = area.Shape!.Area;
            locator = new IndexedPointInAreaLocator(area.Shape);

            // The index of edges is made at the first question, which is no thread's alone either.
            locator.Locate(area.Shape.Coordinate);
        }

        public Area Area { get; }

        public double SizeM2 { get; }

        public bool Holds(Coordinate at) => locator.Locate(at) != Location.Exterior;
    }

    private sealed class Finding(Coordinate at, DateOnly? on) : IItemVisitor<Located>
    {
        public Coordinate At => at;

        public Located? Found { get; private set; }

        public void VisitItem(Located item)
        {
            if (IsBefore(item) && (on is not { } day || item.Area.ClosedOn(day) is null) && item.Holds(at))
            {
                Found = item;
            }
        }

        private bool IsBefore(Located item) =>
            Found is null || item.SizeM2 < Found.SizeM2
            || (item.SizeM2 == Found.SizeM2 && string.CompareOrdinal(item.Area.Code, Found.Area.Code) < 0);
    }
}
