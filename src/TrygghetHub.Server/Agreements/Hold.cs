using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// How long a report is held back after its receipt: the delay that was agreed on, and the rest of the period by which
/// its time is shown.
/// </summary>
/// <param name="Delay">At least this long.</param>
/// <param name="Period">
/// And until this period of its receipt is over. For a live sender the time of receipt is as good as the time of the
/// event: what may be told by the day alone and is shown within the hour is told by the hour.
/// </param>
internal readonly record struct Hold(TimeSpan Delay, TimeGranularity Period)
{
    public static readonly Hold None = new(TimeSpan.Zero, TimeGranularity.Minute);

    /// <summary>From when a report is shown. Never earlier for a later receipt.</summary>
    public DateTimeOffset VisibleFrom(DateTimeOffset receivedAt)
    {
        var delayed = receivedAt + Delay;
        if (Period <= TimeGranularity.Minute)
        {
            return delayed;
        }

        var over = TimePeriods.EndOf(Period, receivedAt);
        return over > delayed ? over : delayed;
    }

    /// <summary>The last receipt, in whole microseconds, of a report that is shown at an instant.</summary>
    public DateTimeOffset LatestReceiptShownAt(DateTimeOffset at)
    {
        var delayed = at - Delay;
        if (Period <= TimeGranularity.Minute)
        {
            return delayed;
        }

        var before = TimePeriods.StartOf(Period, at).AddMicroseconds(-1);
        return before < delayed ? before : delayed;
    }
}

/// <summary>The periods by which times are shown, in Swedish local time.</summary>
internal static class TimePeriods
{
    private const int PartOfDayHours = 6;

    public static DateTimeOffset StartOf(TimeGranularity period, DateTimeOffset at) => period switch
    {
        TimeGranularity.PartOfDay => PartOfDay(at, parts: 0),
        TimeGranularity.Day => SwedishTime.ToUtc(SwedishTime.ToLocal(at).Date),
        TimeGranularity.Week => IsoWeek.Of(at).Start,
        _ => at,
    };

    /// <summary>The first instant after the period that holds an instant.</summary>
    public static DateTimeOffset EndOf(TimeGranularity period, DateTimeOffset at) => period switch
    {
        TimeGranularity.PartOfDay => PartOfDay(at, parts: 1),
        // By the calendar: one day has 25 hours, and one has 23.
        TimeGranularity.Day => SwedishTime.ToUtc(SwedishTime.ToLocal(at).Date.AddDays(1)),
        TimeGranularity.Week => IsoWeek.Of(at).End,
        _ => at,
    };

    private static DateTimeOffset PartOfDay(DateTimeOffset at, int parts)
    {
        var local = SwedishTime.ToLocal(at);
        return SwedishTime.ToUtc(local.Date.AddHours(((local.Hour / PartOfDayHours) + parts) * PartOfDayHours));
    }
}
