namespace TrygghetHub.Server.Platform.Calendar;

/// <summary>
/// Wall-clock time in Sweden, by which weeks begin, pictures freeze and jobs run.
/// </summary>
/// <remarks>
/// Instants are stored in UTC and turned into local time only where a person's calendar decides.
/// Thread-safe.
/// </remarks>
internal static class SwedishTime
{
    /// <summary>Europe/Stockholm, from the operating system's time-zone data.</summary>
    public static readonly TimeZoneInfo Zone = FindZone();

    /// <summary>
    /// The instant, in UTC, at which a clock on a Swedish wall shows <paramref name="local"/>.
    /// </summary>
    /// <param name="local">Wall-clock time of kind <see cref="DateTimeKind.Unspecified"/>.</param>
    /// <returns>
    /// An instant with offset zero. Where the clock shows a time twice (the October night), the first
    /// of the two; where it skips a time (the March night), the instant reached by counting on from
    /// before the skip, so that 02:30 becomes 03:30. Neither fails: a source that writes wall-clock
    /// time without an offset cannot do better, and a lost report is worse than an hour.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The kind says that the value is UTC or the machine's own time, and therefore not Sweden's.
    /// </exception>
    public static DateTimeOffset ToUtc(DateTime local)
    {
        if (local.Kind != DateTimeKind.Unspecified)
        {
            throw new ArgumentException($"Wall-clock time must be of kind Unspecified, not {local.Kind}.", nameof(local));
        }

        TimeSpan offset;
        if (Zone.IsAmbiguousTime(local))
        {
            offset = Zone.GetAmbiguousTimeOffsets(local).Max();
        }
        else if (Zone.IsInvalidTime(local))
        {
            offset = Zone.BaseUtcOffset;
        }
        else
        {
            offset = Zone.GetUtcOffset(local);
        }

        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The same instant with the offset, and so the date and hour, of Sweden.</summary>
    public static DateTimeOffset ToLocal(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>The Swedish day in which an instant lies.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(ToLocal(instant).Date);

    /// <summary>The first instant, in UTC, of a Swedish day; days last 23, 24 or 25 hours.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => ToUtc(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>
    /// The first instant, in UTC, at which a clock on a Swedish wall shows <paramref name="local"/> or more: what a schedule by that
    /// clock means. In the March night the end of the skip, 03:00; in the October night the first of the two. What is later by the
    /// clock is never earlier by this.
    /// </summary>
    /// <exception cref="ArgumentException">The kind says that the value is UTC or the machine's own time.</exception>
    public static DateTimeOffset FirstAt(DateTime local) =>
        // Clocks are moved at whole hours.
        ToUtc(Zone.IsInvalidTime(local) ? local.Date.AddHours(local.Hour + 1) : local);

    private static TimeZoneInfo FindZone() =>
        TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Stockholm", out var zone)
            ? zone
            // Windows maps IANA names through ICU, which invariant globalization leaves out; this is its
            // own name for the zone that holds Stockholm.
            : TimeZoneInfo.FindSystemTimeZoneById("W. Europe Standard Time");
}
