namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>What a server has answered for a stretch of time, as far as it tells how the server works. Not thread-safe.</summary>
internal sealed class Open311Stretch(Open311Window window)
{
    // Servers compare on clocks of their own, and some by the day.
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);

    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> first = new(StringComparer.Ordinal);
    private int lastGiven;

    /// <summary>What was asked for.</summary>
    public Open311Window Window => window;

    /// <summary>How many requests its first page had.</summary>
    public int Given { get; private set; }

    /// <summary>Whether there may be more than the server gave.</summary>
    public bool MayBeCut { get; set; }

    /// <summary>Whether the last page had as many requests as the first.</summary>
    public bool IsLastPageFull => lastGiven > 0 && lastGiven >= Given;

    /// <summary>Adds a page; true where one of its ids is new in the stretch.</summary>
    public bool Add(IReadOnlyList<Open311Request> page)
    {
        if (Given == 0)
        {
            Given = page.Count;
            foreach (var request in page.Where(r => r.ServiceRequestId.Length > 0))
            {
                first[request.ServiceRequestId] =
                    LocalTime.TryParseIso(request.RequestedDatetime, LocalTime.Stockholm, out var at, out _) ? at.Value.At : null;
            }
        }

        lastGiven = page.Count;
        var known = ids.Count;
        ids.UnionWith(page.Select(r => r.ServiceRequestId).Where(id => id.Length > 0));
        return ids.Count > known;
    }

    /// <summary>Whether one of a page's ids is in the stretch.</summary>
    public bool HasAnyOf(IEnumerable<Open311Request> page) => page.Any(r => ids.Contains(r.ServiceRequestId));

    /// <summary>Whether the answer is that of the neighbour before it, which no server gives that looks at the dates.</summary>
    /// <remarks>Neighbours share the instant where they meet, and what is dated there may be in both.</remarks>
    public bool Repeats(Open311Stretch? before)
    {
        if (before is null)
        {
            return false;
        }

        var shared = first.Where(r => before.first.ContainsKey(r.Key)).ToList();
        return shared.Count * 2 >= Math.Max(first.Count, before.first.Count)
            && shared.Any(r => r.Value is not { } at || (at - window.From).Duration() > Tolerance);
    }
}
