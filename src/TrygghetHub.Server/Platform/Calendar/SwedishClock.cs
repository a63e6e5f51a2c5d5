using System.Globalization;

namespace TrygghetHub.Server.Platform.Calendar;

/// <summary>
/// Instants as people read them: on Swedish clocks and with their zone, CET or CEST. The hub, the client library and <c>thub</c>
/// write every time for people by this; a test finds what is written past it. Thread-safe.
/// </summary>
internal static class SwedishClock
{
    /// <summary>Such as <c>2024-05-21</c>.</summary>
    public static string Day(DateTimeOffset instant) => In(SwedishTime.ToLocal(instant), "yyyy-MM-dd");

    /// <summary>Such as <c>2024-05-21 08:00 CEST</c>.</summary>
    public static string Minute(DateTimeOffset instant) => Labelled(instant, "yyyy-MM-dd HH:mm");

    /// <summary>The same without the zone, for a column whose heading says that it is Swedish time.</summary>
    public static string MinuteOfColumn(DateTimeOffset instant) => In(SwedishTime.ToLocal(instant), "yyyy-MM-dd HH:mm");

    /// <summary>The same in a text in Swedish: <c>2024-05-21 08:00 svensk tid</c>.</summary>
    public static string MinuteInSwedish(DateTimeOffset instant) => MinuteOfColumn(instant) + " svensk tid";

    /// <summary>Such as <c>2024-05-21 08:00:05 CEST</c>.</summary>
    public static string Second(DateTimeOffset instant) => Labelled(instant, "yyyy-MM-dd HH:mm:ss");

    /// <summary>Such as <c>Tue 21 May 2024 08:00 CEST</c>.</summary>
    public static string Time(DateTimeOffset instant) => Labelled(instant, "ddd d MMM yyyy HH:mm");

    /// <summary>The same where the year is plain: <c>Tue 21 May 08:00 CEST</c>.</summary>
    public static string Moment(DateTimeOffset instant) => Labelled(instant, "ddd d MMM HH:mm");

    /// <summary>The same without the zone, for a column whose heading says that it is Swedish time.</summary>
    public static string MomentOfColumn(DateTimeOffset instant) => In(SwedishTime.ToLocal(instant), "ddd d MMM HH:mm");

    /// <summary>The same where the date is plain: <c>Tue 08:00 CEST</c>.</summary>
    public static string Weekday(DateTimeOffset instant) => Labelled(instant, "ddd HH:mm");

    /// <summary>An hour that is known about: <c>2024-05-21 ~08:00 CEST</c>.</summary>
    public static string Hour(DateTimeOffset instant) => Labelled(instant, "yyyy-MM-dd ~HH:00");

    /// <summary>Whole hours of one day: <c>2024-05-21 18–24 CEST</c>.</summary>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The first instant after them; at most the end of the day.</param>
    public static string Hours(DateTimeOffset from, DateTimeOffset to)
    {
        var (begin, end) = (SwedishTime.ToLocal(from), SwedishTime.ToLocal(to));
        var zone = Zone(begin) == Zone(end) ? Zone(begin) : $"{Zone(begin)}/{Zone(end)}";
        return $"{In(begin, "yyyy-MM-dd HH")}–{(end.Date > begin.Date ? "24" : In(end, "HH"))} {zone}";
    }

    private static string Labelled(DateTimeOffset instant, string form)
    {
        var local = SwedishTime.ToLocal(instant);
        return $"{In(local, form)} {Zone(local)}";
    }

    private static string Zone(DateTimeOffset local) => local.Offset == SwedishTime.Zone.BaseUtcOffset ? "CET" : "CEST";

    private static string In(DateTimeOffset local, string form) => local.ToString(form, CultureInfo.InvariantCulture);
}
