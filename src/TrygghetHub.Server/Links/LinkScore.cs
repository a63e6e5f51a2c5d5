using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Links;

/// <summary>What of a report speaks for or against its being of the same event as another: as its reader may see it.</summary>
/// <param name="Name">Resource name.</param>
/// <param name="Sender">Whose.</param>
/// <param name="Family">The category's family.</param>
/// <param name="Category">Null where the family alone may be seen.</param>
/// <param name="From">When it began, as finely as may be seen; null where the week alone may.</param>
/// <param name="To">When it ended; not before <paramref name="From"/>.</param>
/// <param name="IsTimed">The time is known to the hour or better.</param>
/// <param name="Area">Where, as finely as may be seen.</param>
/// <param name="Position">Where exactly; null where that may not be seen, or is not known.</param>
internal sealed record SeenReport(
    string Name, PartnerId Sender, string Family, string? Category, DateTimeOffset? From, DateTimeOffset? To, bool IsTimed,
    AreaChain Area, Position? Position);

/// <summary>
/// How likely it is that two reports are of one event. Pure.
/// </summary>
/// <remarks>
/// A weighted sum in the manner of record linkage (Fellegi and Sunter, 1969), with weights set by hand: nobody has labelled
/// pairs to learn them from. Time 0.4, place 0.4, category 0.2. Different senders, one family, and something in common
/// of both time and place are conditions. What may not be seen exactly speaks less: district, day and category
/// together are not enough.
/// </remarks>
internal readonly record struct LinkScore(double Score, string Why)
{
    /// <summary>From here on a pair is shown as probably the same.</summary>
    public const double Probable = 0.6;

    /// <summary>Further apart in time, two reports are not taken for one event.</summary>
    public static readonly TimeSpan FurthestApart = TimeSpan.FromHours(3);

    private const double EarthRadiusM = 6_371_000;
    private const double NearM = 250;
    private const double FarM = 1_000;

    /// <summary>The score of a pair; null where a condition is not met.</summary>
    public static LinkScore? Of(SeenReport one, SeenReport other) =>
        one.Sender == other.Sender || one.Family != other.Family
            || Time(one, other) is not { } time || Place(one, other) is not { } place
            ? null
            : Sum(time, place, Category(one, other));

    /// <summary>
    /// The pairs that are probably the same, the likeliest first. Takes time in proportion to the reports that lie close
    /// in time, not to all pairs.
    /// </summary>
    public static IReadOnlyList<(SeenReport One, SeenReport Other, LinkScore Score)> Probables(IEnumerable<SeenReport> reports)
    {
        var found = new List<(SeenReport, SeenReport, LinkScore)>();
        foreach (var family in reports.Where(r => r.From is not null).GroupBy(r => r.Family))
        {
            var byBegin = family.OrderBy(r => r.From).ThenBy(r => r.Name, StringComparer.Ordinal).ToList();
            for (var i = 0; i < byBegin.Count; i++)
            {
                var end = byBegin[i].To!.Value + FurthestApart;
                for (var j = i + 1; j < byBegin.Count && byBegin[j].From <= end; j++)
                {
                    if (Of(byBegin[i], byBegin[j]) is { } score && score.Score >= Probable)
                    {
                        found.Add((byBegin[i], byBegin[j], score));
                    }
                }
            }
        }

        return [.. found.OrderByDescending(f => f.Item3.Score).ThenBy(f => f.Item1.Name, StringComparer.Ordinal)
            .ThenBy(f => f.Item2.Name, StringComparer.Ordinal)];
    }

    private static LinkScore Sum((double, string) time, (double, string) place, (double, string) category) => new(
        Math.Round((0.4 * time.Item1) + (0.4 * place.Item1) + (0.2 * category.Item1), 2),
        $"{time.Item2}; {place.Item2}; {category.Item2}");

    private static (double Score, string Why)? Time(SeenReport one, SeenReport other)
    {
        if (one.From is not { } from || other.From is not { } otherFrom)
        {
            return null;
        }

        var gap = from > other.To!.Value ? from - other.To.Value
            : otherFrom > one.To!.Value ? otherFrom - one.To.Value
            : TimeSpan.Zero;
        return gap > FurthestApart ? null
            // A day, a night or longer overlaps with much.
            : !one.IsTimed || !other.IsTimed ? (0.4, "at times that may be the same")
            : gap == TimeSpan.Zero && from == otherFrom ? (1, "at the same time")
            : (1 - (Apart(one, other) / (2 * FurthestApart)), Minutes(Apart(one, other)));
    }

    // Between the begins: an interval that holds the other says less than one that begins with it.
    private static TimeSpan Apart(SeenReport one, SeenReport other)
    {
        var apart = (one.From!.Value - other.From!.Value).Duration();
        return apart < FurthestApart ? apart : FurthestApart;
    }

    private static string Minutes(TimeSpan apart) => $"{(int)Math.Ceiling(apart.TotalMinutes)} minutes apart";

    private static (double Score, string Why)? Place(SeenReport one, SeenReport other)
    {
        if (one.Position is { } position && other.Position is { } otherPosition)
        {
            var metres = Distance(position, otherPosition);
            return metres > FarM ? null
                : metres <= NearM ? (1, $"{Math.Ceiling(metres / 10) * 10:0} m apart")
                : (1 - (0.5 * (metres - NearM) / (FarM - NearM)), $"{Math.Ceiling(metres / 10) * 10:0} m apart");
        }

        return one.Area.Place is not null && other.Area.Place is not null
                ? one.Area.Place == other.Area.Place ? (1, "at the same place") : null
            : one.Area.District is not null && other.Area.District is not null
                ? one.Area.District == other.Area.District ? (0.5, "in the same district") : null
            : one.Area.Municipality is not null && one.Area.Municipality == other.Area.Municipality
                ? (0.25, "in the same municipality")
            : null;
    }

    private static (double Score, string Why) Category(SeenReport one, SeenReport other) =>
        one.Category is null || other.Category is null ? (0.5, "of one family")
        : one.Category == other.Category ? (1, "of the same category")
        : (0.5, "of one family");

    // On a sphere: exact to half a per cent, and reports are not.
    private static double Distance(Position one, Position other)
    {
        var (lat1, lat2) = (double.DegreesToRadians(one.Latitude), double.DegreesToRadians(other.Latitude));
        var (dLat, dLon) = (lat2 - lat1, double.DegreesToRadians(other.Longitude - one.Longitude));
        var a = (Math.Sin(dLat / 2) * Math.Sin(dLat / 2))
            + (Math.Cos(lat1) * Math.Cos(lat2) * Math.Sin(dLon / 2) * Math.Sin(dLon / 2));
        return 2 * EarthRadiusM * Math.Asin(Math.Min(1, Math.Sqrt(a)));
    }
}
