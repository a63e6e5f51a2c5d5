using System.Collections;

namespace TrygghetHub.Cli;

/// <summary>Weeks in a row, oldest first: each is what later ones are compared with.</summary>
internal sealed class WeekRange : IReadOnlyCollection<Week>
{
    /// <summary>Two years: more is a slip of the keyboard, and would take the hub a while.</summary>
    public const int Most = 104;

    private readonly List<Week> weeks = [];

    private WeekRange(Week from, Week to)
    {
        for (var week = from; week.Monday <= to.Monday; week = week.Plus(1))
        {
            weeks.Add(week);
        }
    }

    /// <inheritdoc/>
    public int Count => weeks.Count;

    /// <summary>Reads <c>--week</c>, or <c>--from</c> and <c>--to</c>.</summary>
    /// <exception cref="UsageException">They name no weeks; says why.</exception>
    public static WeekRange Parse(string? week, string? from, string? to)
    {
        if (week is not null)
        {
            return from is null && to is null
                ? new WeekRange(Week.Parse(week), Week.Parse(week))
                : throw new UsageException("--week names one week, and --from and --to name several.", "Give either.");
        }

        if (from is null || to is null)
        {
            throw new UsageException(
                from is null && to is null ? "No week was named." : $"{(from is null ? "--from" : "--to")} is missing.",
                "Give --week WEEK, or --from WEEK and --to WEEK.");
        }

        var (first, last) = (Week.Parse(from), Week.Parse(to));
        if (last.Monday < first.Monday)
        {
            throw new UsageException($"{last} is before {first}.", "Name the older week with --from and the newer one with --to.");
        }

        return last.Monday < first.Plus(Most).Monday
            ? new WeekRange(first, last)
            : throw new UsageException($"{first} to {last} is more than {Most} weeks.", "Compile fewer weeks at a time.");
    }

    /// <inheritdoc/>
    public IEnumerator<Week> GetEnumerator() => weeks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
