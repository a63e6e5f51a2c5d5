using System.Collections.Immutable;

namespace TrygghetHub.Server.Agreements;

/// <summary>A time from its first instant up to, and without, its end. Empty where the end is not later.</summary>
internal readonly record struct Interval(DateTimeOffset From, DateTimeOffset To)
{
    public static readonly Interval Always = new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    public bool IsEmpty => To <= From;

    public bool Contains(DateTimeOffset at) => From <= at && at < To;

    public Interval Intersect(Interval other) =>
        new(From > other.From ? From : other.From, To < other.To ? To : other.To);

    /// <summary>What lies in one of each: the times at which all of several conditions hold.</summary>
    public static ImmutableArray<Interval> Intersect(IEnumerable<Interval> some, IEnumerable<Interval> others) =>
        [.. some.SelectMany(one => others.Select(one.Intersect)).Where(i => !i.IsEmpty).Distinct()];
}
