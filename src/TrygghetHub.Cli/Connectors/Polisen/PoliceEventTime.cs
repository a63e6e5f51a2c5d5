using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>When an event of the feed happened.</summary>
/// <param name="At">The instant, in UTC.</param>
/// <param name="Certainty">
/// Exact where the headline says it; to the hour where it says a time that a clock change makes ambiguous or
/// skips; unknown where only the time of publication is there.
/// </param>
/// <remarks>Pure and thread-safe.</remarks>
internal readonly partial record struct PoliceEventTime(DateTimeOffset At, TimeCertainty Certainty)
{
    private static readonly string[] Months =
    [
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ];

    /// <summary>
    /// The day and time at the start of the headline, Swedish local time, in the year that puts it closest to the
    /// publication; without one, the publication itself.
    /// </summary>
    /// <remarks>
    /// The headline has no year: what happened on 31 December is often published on 1 January, and what is
    /// announced in December may be for January. So the years before, of and after the publication are tried.
    /// </remarks>
    public static PoliceEventTime Of(PoliceEvent police)
    {
        var match = Headline().Match(ComparisonKey.Of(PlainText.Of(police.Name)));
        if (!match.Success)
        {
            return Published(police);
        }

        var month = Array.IndexOf(Months, match.Groups["month"].Value) + 1;
        var (day, hour, minute) = (Number(match, "day"), Number(match, "hour"), Number(match, "minute"));
        if (month == 0 || day == 0 || hour > 23 || minute > 59)
        {
            return Published(police);
        }

        PoliceEventTime? closest = null;
        var year = TimeZoneInfo.ConvertTime(police.Published, LocalTime.Stockholm).Year;
        for (var candidate = Math.Max(year - 1, 1); candidate <= Math.Min(year + 1, 9999); candidate++)
        {
            // 29 February exists in one year of four.
            if (day > DateTime.DaysInMonth(candidate, month))
            {
                continue;
            }

            var time = Local(new DateTime(candidate, month, day, hour, minute, 0, DateTimeKind.Unspecified));
            if (closest is null || Distance(time) < Distance(closest.Value))
            {
                closest = time;
            }
        }

        return closest ?? Published(police);

        TimeSpan Distance(PoliceEventTime time) => (time.At - police.Published).Duration();
    }

    private static PoliceEventTime Published(PoliceEvent police) =>
        new(police.Published.ToUniversalTime(), TimeCertainty.Unknown);

    private static PoliceEventTime Local(DateTime local)
    {
        var time = LocalTime.Of(local, LocalTime.Stockholm);
        return new(time.At, time.IsSure ? TimeCertainty.Exact : TimeCertainty.Hour);
    }

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // `01 maj 09.48`, `1 maj 9:48`, of the headline's key; a third digit after the minutes makes it something else.
    [GeneratedRegex(
        @"^(?<day>[0-9]{1,2})\s+(?<month>\p{L}+)\s+(?<hour>[0-9]{1,2})[.:](?<minute>[0-9]{2})(?![0-9])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Headline();
}
