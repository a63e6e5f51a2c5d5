using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// From which count on a figure is shown, by audience: the one table that holds for tables, map, charts and sentences alike.
/// </summary>
internal static class SmallestCounts
{
    /// <summary>The smallest count that is shown; 1 shows every one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such audience.</exception>
    public static int Of(AudienceKind audience) => audience switch
    {
        // Works with the reports themselves.
        AudienceKind.Full => 1,
        AudienceKind.Partner or AudienceKind.Steering => 3,
        AudienceKind.Public => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(audience), audience, "There is no such audience."),
    };
}
