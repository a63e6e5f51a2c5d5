namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>How often the police let their feed be asked, as their page on its API says.</summary>
/// <remarks>
/// At least ten seconds between calls, at most 60 in any hour and 1,440 in any day: windows that slide, not hours of the
/// clock. Pure and thread-safe.
/// </remarks>
internal static class PoliceFeedLimits
{
    /// <summary>No call longer ago than this matters.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly (TimeSpan Window, int Most)[] Windows =
    [
        (TimeSpan.FromSeconds(10), 1), (TimeSpan.FromHours(1), 60), (Longest, 1440),
    ];

    /// <summary>The first instant, now or later, at which the feed may be asked.</summary>
    /// <param name="calls">When it was asked before, in any order. One in the future was made by a clock that has since
    /// been put back: it counts as made now.</param>
    /// <param name="now">The caller's clock.</param>
    public static DateTimeOffset Next(IEnumerable<DateTimeOffset> calls, DateTimeOffset now)
    {
        var made = Made(calls, now);
        var next = now;
        foreach (var (window, most) in Windows)
        {
            if (made.Count >= most && made[^most] + window is var free && free > next)
            {
                next = free;
            }
        }

        return next;
    }

    /// <summary>The calls that still matter, oldest first; never more than the day's limit.</summary>
    public static IReadOnlyList<DateTimeOffset> Kept(IEnumerable<DateTimeOffset> calls, DateTimeOffset now) =>
        [.. Made(calls, now).Where(c => now - c < Longest).TakeLast(Windows[^1].Most)];

    private static List<DateTimeOffset> Made(IEnumerable<DateTimeOffset> calls, DateTimeOffset now) =>
        [.. calls.Select(c => c > now ? now : c).Order()];
}
