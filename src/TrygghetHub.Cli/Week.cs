using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli;

/// <summary>An ISO week in Sweden, written <c>2024-W20</c>: Monday 00:00 to the next Monday 00:00, local time.</summary>
internal readonly partial record struct Week(int Year, int Number)
{
    /// <summary>The Monday it begins with.</summary>
    public DateOnly Monday => DateOnly.FromDateTime(ISOWeek.ToDateTime(Year, Number, DayOfWeek.Monday));

    /// <summary>First instant.</summary>
    public DateTimeOffset Start => At(Monday, TimeOnly.MinValue);

    /// <summary>The same on the wire.</summary>
    public IsoWeek Wire => new() { Year = Year, Week = Number };

    /// <summary>Whether the Monday after it has come at an instant.</summary>
    public bool IsOver(DateTimeOffset at) => at >= Plus(1).Start;

    /// <summary>The week so many weeks later.</summary>
    public Week Plus(int weeks) => Of(Monday.AddDays(7 * weeks));

    /// <summary>The week that holds an instant.</summary>
    public static Week Of(DateTimeOffset instant) => Of(DateOnly.FromDateTime(Local(instant).DateTime));

    /// <summary>The same from the wire.</summary>
    public static Week Of(IsoWeek wire) => new(wire.Year, wire.Week);

    /// <summary>An instant on Swedish clocks.</summary>
    public static DateTimeOffset Local(DateTimeOffset instant) => SwedishTime.ToLocal(instant);

    /// <summary>The instant of a time on Swedish clocks; one that the clocks skip is taken an hour later.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        if (SwedishTime.Zone.IsInvalidTime(local))
        {
            local = local.AddHours(1);
        }

        return new DateTimeOffset(local, SwedishTime.Zone.GetUtcOffset(local));
    }

    /// <summary>Reads <c>2024-W20</c>, with a small w as well; nothing else, and no week that does not exist.</summary>
    /// <exception cref="UsageException">Says what is wrong.</exception>
    public static Week Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            throw new UsageException($"\"{text}\" is not a week.", "Write the ISO year and week like 2024-W20.");
        }

        var year = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var number = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        if (year is < 2000 or > 2100)
        {
            throw new UsageException($"{text} is outside the years that the hub knows.", "Name a year from 2000 to 2100.");
        }

        var last = ISOWeek.GetWeeksInYear(year);
        return number >= 1 && number <= last
            ? new Week(year, number)
            : throw new UsageException($"There is no week {text}.", $"The weeks of {year} are {year}-W01 to {year}-W{last}.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year}-W{Number:00}");

    private static Week Of(DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return new Week(ISOWeek.GetYear(date), ISOWeek.GetWeekOfYear(date));
    }

    [GeneratedRegex(@"\A([0-9]{4})-W([0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
