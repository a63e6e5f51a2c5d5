namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>A stretch of time that requests are asked for, both ends included as the specification has it. Pure.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End, not before the begin.</param>
internal readonly record struct Open311Window(DateTimeOffset From, DateTimeOffset To)
{
    // GeoReport v2: a query spans at most 90 days, and is answered with at most 1,000 requests.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    // Of a fuller hour than this nobody has heard.
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>Whether it can be asked for in two halves.</summary>
    public bool IsDivisible => To - From > Shortest;

    /// <summary>Cuts a stretch into windows that a server takes, oldest first.</summary>
    public static IEnumerable<Open311Window> Cut(DateTimeOffset from, DateTimeOffset to)
    {
        while (to - from > Longest)
        {
            yield return new(from, from + Longest);
            from += Longest;
        }

        yield return new(from, to);
    }

    /// <summary>The two halves; they share the instant where they meet.</summary>
    public (Open311Window First, Open311Window Second) Halves()
    {
        var middle = From + ((To - From) / 2);
        return (new(From, middle), new(middle, To));
    }
}
