using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A time on somebody's clocks, as an instant.</summary>
/// <param name="At">The instant, in UTC.</param>
/// <param name="IsSure">False where the clocks were changed, so that the time occurred twice or not at all.</param>
/// <remarks>Pure and thread-safe.</remarks>
internal readonly record struct LocalTime(DateTimeOffset At, bool IsSure)
{
    /// <summary>Swedish clocks.</summary>
    public static readonly TimeZoneInfo Stockholm = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");

    /// <summary>
    /// On the night when clocks go back an hour occurs twice: the first is taken. On the night when they go forward an
    /// hour is missing: what is written there is read as an hour not yet moved. Neither moves an event to another day
    /// or week.
    /// </summary>
    public static LocalTime Of(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            return new(new DateTimeOffset(local, zone.GetUtcOffset(local.AddHours(-2))).ToUniversalTime(), IsSure: false);
        }

        return zone.IsAmbiguousTime(local)
            ? new(new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Max()).ToUniversalTime(), IsSure: false)
            : new(new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime(), IsSure: true);
    }

    /// <summary>The second time that an ambiguous time occurred; the same where it occurred once.</summary>
    public static DateTimeOffset Later(DateTime local, TimeZoneInfo zone) => zone.IsAmbiguousTime(local)
        ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetAmbiguousTimeOffsets(local).Min())
            .ToUniversalTime()
        : Of(local, zone).At;

    /// <summary>Reads a time of the forms that ISO 8601 and its users write; without an offset on the zone's clocks.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="zone">Whose clocks, where no offset is written.</param>
    /// <param name="time">The time.</param>
    /// <param name="local">What the clocks showed, where no offset is written; else null.</param>
    /// <returns>False for anything else, and outside the years 2 to 9998, where an offset could lead out of the calendar.</returns>
    public static bool TryParseIso(
        string text, TimeZoneInfo zone, [NotNullWhen(true)] out LocalTime? time, out DateTime? local)
    {
        time = null;
        local = null;
        var invariant = CultureInfo.InvariantCulture;
        text = text.Trim();
        if (text.EndsWith('Z') || text.EndsWith('z'))
        {
            text = text[..^1] + "+00:00";
        }

        if (DateTimeOffset.TryParseExact(text, WithOffset, invariant, DateTimeStyles.None, out var exact))
        {
            time = new(exact.ToUniversalTime(), IsSure: true);
        }
        else if (DateTime.TryParseExact(text, WithoutOffset, invariant, DateTimeStyles.None, out var shown) && IsSafe(shown))
        {
            (time, local) = (Of(shown, zone), shown);
        }

        return time is not null;
    }

    /// <summary>Whether any zone's offset can be taken from it without leaving the calendar.</summary>
    public static bool IsSafe(DateTime local) => local.Year is > 1 and < 9999;

    private static readonly string[] WithOffset =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd HH:mm:sszzz",
        "yyyy-MM-dd HH:mm:ss zzz",
    ];

    private static readonly string[] WithoutOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm"];
}
