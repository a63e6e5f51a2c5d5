using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A time on somebody's clocks, as an instant.</summary>
/// <param name="At">The instant, in UTC.</param>
/// <param name="IsSure">False where the clocks were changed, so that the time occurred twice or not at all.</param>
/// <remarks>Pure and thread-safe.</remarks>
internal readonly partial record struct LocalTime(DateTimeOffset At, bool IsSure)
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
        (time, local) = (null, null);
        if (Iso().Match(text) is not { Success: true } match
            || !DateTime.TryParseExact(
                match.Groups["day"].Value + " " + match.Groups["clock"].Value, Clocks, CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var shown)
            || !IsSafe(shown))
        {
            return false;
        }

        // A tick is a ten millionth of a second; some servers write more digits.
        var fraction = match.Groups["fraction"].Value;
        shown = shown.AddTicks(long.Parse(fraction.PadRight(TickDigits, '0')[..TickDigits], CultureInfo.InvariantCulture));
        if (!match.Groups["zone"].Success)
        {
            (time, local) = (Of(shown, zone), shown);
        }
        else if (Offset(match) is { } offset)
        {
            time = new(new DateTimeOffset(shown, offset).ToUniversalTime(), IsSure: true);
        }

        return time is not null;
    }

    /// <summary>Whether any zone's offset can be taken from it without leaving the calendar.</summary>
    public static bool IsSafe(DateTime local) => local.Year is > 1 and < 9999;

    private const int TickDigits = 7;
    private const int MostOffsetHours = 14;

    private static readonly string[] Clocks = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm"];

    private static TimeSpan? Offset(Match match)
    {
        if (!match.Groups["hours"].Success)
        {
            return TimeSpan.Zero;
        }

        var hours = int.Parse(match.Groups["hours"].Value, CultureInfo.InvariantCulture);
        var minutes = match.Groups["minutes"].Success ? int.Parse(match.Groups["minutes"].Value, CultureInfo.InvariantCulture) : 0;
        var offset = new TimeSpan(hours, minutes, 0);
        return minutes >= 60 || offset > TimeSpan.FromHours(MostOffsetHours) ? null
            : match.Groups["sign"].Value == "-" ? -offset : offset;
    }

    [GeneratedRegex(
        @"^\s*(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt]|\s+)(?<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:(?<=:[0-9]{2}:[0-9]{2})[.,](?<fraction>[0-9]{1,20}))?"
        + @"\s*(?<zone>[Zz]|UTC|GMT|(?<sign>[+-])(?<hours>[0-9]{2})(?::?(?<minutes>[0-9]{2}))?)?\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
