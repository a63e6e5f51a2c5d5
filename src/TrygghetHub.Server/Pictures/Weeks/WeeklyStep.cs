using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>A weekday and a time on Swedish clocks, in the week after the one that it is a step of. Immutable.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Time">The time, to the minute.</param>
internal readonly record struct WeeklyStep(DayOfWeek Day, TimeOnly Time)
{
    private const string TimeForm = "HH:mm";

    // In the order of the ISO week; Quartz uses the same names.
    private static readonly string[] Days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

    /// <summary>Time from the first moment of the step's week, on a clock that is not moved.</summary>
    public TimeSpan SinceMonday => TimeSpan.FromDays(((int)Day + 6) % 7) + Time.ToTimeSpan();

    /// <summary>The same as Quartz writes it; it fires by the wall in Sweden.</summary>
    public string Cron => string.Create(CultureInfo.InvariantCulture, $"0 {Time.Minute} {Time.Hour} ? * {DayName}");

    private string DayName => Days[((int)Day + 6) % 7];

    /// <summary>The instant of the step about a week.</summary>
    /// <remarks>
    /// In the night when the clock skips the step's hour it is the end of the skip, and in the night that has the hour twice it is
    /// the first of the two: one instant a week, in the order of the steps, and the one at which Quartz fires.
    /// </remarks>
    public DateTimeOffset Of(IsoWeek week) => SwedishTime.FirstAt(week.LocalMonday.AddDays(7) + SinceMonday);

    /// <summary>Reads what <see cref="ToString"/> writes, such as <c>TUE 08:00</c>, and nothing else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out WeeklyStep step)
    {
        step = default;
        if (text is not { Length: 9 } || text[3] != ' '
            || Array.IndexOf(Days, text[..3]) is not (>= 0 and var day)
            || !TimeOnly.TryParseExact(text.AsSpan(4), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        step = new WeeklyStep((DayOfWeek)((day + 1) % 7), time);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{DayName} {Time.ToString(TimeForm, CultureInfo.InvariantCulture)}";
}
