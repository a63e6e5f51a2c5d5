using System.Globalization;
using System.Text.RegularExpressions;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>Where a time comes from: one column, or one for the day and one for the time. Immutable.</summary>
/// <param name="Path">Its place in the mapping, such as <c>from</c>.</param>
/// <param name="Column">Header of the column.</param>
internal sealed partial record CsvTime(string Path, string Column)
{
    private const string DayFormat = "yyyy-MM-dd";

    // 2000-01-01, and the day after 2099-12-31, in days since the epoch of Excel's dates.
    private const int FirstSerial = 36526;
    private const int EndOfSerials = 73051;
    private const int SecondsOfADay = 24 * 60 * 60;
    private static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly string[] Clocks = ["H:mm", "H.mm", "H:mm:ss", "H.mm.ss"];

    /// <summary>Header of the column with the time of day; null where the first one has it.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Forms, as .NET writes them; empty for ISO 8601 and a day alone.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>A time that was read.</summary>
    /// <param name="At">The instant; of a day its first.</param>
    /// <param name="Local">What stood there, where it had no offset; else null.</param>
    /// <param name="IsDay">Whether it is a day, without a time.</param>
    /// <param name="IsSure">See <see cref="LocalTime.IsSure"/>.</param>
    internal readonly record struct Moment(DateTimeOffset At, DateTime? Local, bool IsDay, bool IsSure);

    /// <summary>Reads <c>"column"</c> or <c>{"column": …, "timeColumn": …, "formats": […]}</c>.</summary>
    /// <exception cref="UsageException">It is neither, or a form is none.</exception>
    public static CsvTime Read(MapNode node)
    {
        if (node.IsText)
        {
            return new(node.Path, node.Text());
        }

        var properties = node.Properties("column", "timeColumn", "formats");
        if (!properties.TryGetValue("column", out var column))
        {
            throw node.Fault("\"column\" is missing.");
        }

        var formats = properties.GetValueOrDefault("formats")?.Texts() ?? [];
        foreach (var format in formats)
        {
            if (!IsFormat(format))
            {
                throw properties["formats"].Fault(
                    "a form has at least yyyy, MM and dd, such as \"yyyy-MM-dd HH:mm\" or \"d/M yyyy H.mm\".");
            }
        }

        return new(node.Path, column.Text())
        {
            TimeColumn = properties.GetValueOrDefault("timeColumn")?.Text(),
            Formats = formats,
        };
    }

    /// <summary>The time of a row; null where the columns are empty.</summary>
    /// <param name="read">Gives the text of a column.</param>
    /// <param name="zone">Whose clocks, where no offset is written.</param>
    /// <param name="moment">The time, where there is no fault.</param>
    public RowFault? Of(Func<string, string> read, TimeZoneInfo zone, out Moment? moment)
    {
        moment = null;
        var (day, clock) = (read(Column).Trim(), TimeColumn is null ? "" : read(TimeColumn).Trim());
        var text = $"{day} {clock}".Trim();
        if (text.Length == 0)
        {
            return null;
        }

        moment = (Formats.Count > 0 ? ByFormats(text, zone) : ByIso(text, zone)) ?? BySerial(day, clock, zone);
        return moment is not null
            ? null
            : new(
                TimeColumn is null ? Column : $"{Column} + {TimeColumn}",
                Formats.Count > 0
                    ? $"The time is not of the form {string.Join(" or ", Formats)}."
                    : "The time is not of the form 2026-11-23, 2026-11-23 08:00 or 2026-11-23T08:00:00+01:00.",
                $"Correct the row, or name its form in \"{Path}.formats\" of the mapping.");
    }

    /// <summary>A date that Excel wrote as the number that it is: days since 1899-12-30, with the time of day behind the comma.</summary>
    /// <remarks>Of the years 2000 to 2099, so that another number, such as one of a row of sums, is not taken for one.</remarks>
    private static Moment? BySerial(string day, string clock, TimeZoneInfo zone)
    {
        if (!Serial().IsMatch(day))
        {
            return null;
        }

        var serial = Number(day);
        if (serial < FirstSerial || serial >= EndOfSerials || (clock.Length > 0 && serial != Math.Floor(serial)))
        {
            return null;
        }

        if (ClockFraction().IsMatch(clock))
        {
            serial += Number(clock);
        }
        else if (clock.Length > 0)
        {
            if (!TimeOnly.TryParseExact(clock, Clocks, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            {
                return null;
            }

            return Local(Epoch.AddDays(serial).Add(time.ToTimeSpan()), zone, isDay: false);
        }

        // The time is written to some decimals of a day; nobody writes half seconds so.
        var seconds = Math.Round(serial * SecondsOfADay, MidpointRounding.AwayFromZero);
        return Local(Epoch.AddSeconds(seconds), zone, isDay: clock.Length == 0 && serial == Math.Floor(serial));
    }

    private static double Number(string text) => double.Parse(text.Replace(',', '.'), CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9]{5}([.,][0-9]{1,15})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Serial();

    [GeneratedRegex("^0?[.,][0-9]{1,15}$", RegexOptions.CultureInvariant)]
    private static partial Regex ClockFraction();

    private Moment? ByFormats(string text, TimeZoneInfo zone)
    {
        var invariant = CultureInfo.InvariantCulture;
        foreach (var format in Formats)
        {
            if (HasOffset(format))
            {
                if (DateTimeOffset.TryParseExact(text, format, invariant, DateTimeStyles.None, out var exact))
                {
                    return new(exact.ToUniversalTime(), Local: null, IsDay: false, IsSure: true);
                }
            }
            else if (DateTime.TryParseExact(text, format, invariant, DateTimeStyles.None, out var local)
                && LocalTime.IsSafe(local))
            {
                return Local(local, zone, isDay: !HasHour(format));
            }
        }

        return null;
    }

    private static Moment? ByIso(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(
                text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && LocalTime.IsSafe(day))
        {
            return Local(day, zone, isDay: true);
        }

        return LocalTime.TryParseIso(text, zone, out var time, out var local)
            ? new(time.Value.At, local, IsDay: false, time.Value.IsSure)
            : null;
    }

    private static Moment Local(DateTime local, TimeZoneInfo zone, bool isDay)
    {
        var time = LocalTime.Of(local, zone);
        return new(time.At, local, isDay, time.IsSure);
    }

    private static bool HasHour(string format) =>
        format.Contains('H', StringComparison.Ordinal) || format.Contains('h', StringComparison.Ordinal);

    private static bool HasOffset(string format) =>
        format.Contains('z', StringComparison.Ordinal) || format.Contains('K', StringComparison.Ordinal);

    // A year of two digits is a guess about the century, and a form without a day is no time at all.
    private static bool IsFormat(string format)
    {
        try
        {
            var at = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
            return format.Contains("yyyy", StringComparison.Ordinal) && format.Contains('M', StringComparison.Ordinal)
                && format.Contains('d', StringComparison.Ordinal)
                && at.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
