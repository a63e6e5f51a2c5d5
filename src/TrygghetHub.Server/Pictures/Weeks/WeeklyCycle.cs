using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>When a municipality's steps of the week are: all of them in the week after. Immutable.</summary>
/// <param name="Preliminary">A preliminary picture of the week that has just ended.</param>
/// <param name="SoftDeadline">Each partner has said that the week is complete; who has not is reminded.</param>
/// <param name="Freeze">What arrives from here on goes into a revision.</param>
/// <param name="Compile">The picture is made.</param>
/// <param name="Meeting">The operative group meets.</param>
internal sealed record WeeklyCycle(
    WeeklyStep Preliminary, WeeklyStep SoftDeadline, WeeklyStep Freeze, WeeklyStep Compile, WeeklyStep Meeting)
{
    /// <summary>The cycle of each municipality that has configured none.</summary>
    public static readonly WeeklyCycle Default = Of(new CycleSettings());

    /// <summary>The cycle that settings describe.</summary>
    /// <exception cref="InvalidDataException">They do not; <see cref="CycleSettings.Check"/> says why.</exception>
    public static WeeklyCycle Of(CycleSettings settings)
    {
        return new WeeklyCycle(
            Step(settings.Preliminary), Step(settings.SoftDeadline), Step(settings.Freeze), Step(settings.Compile), Step(settings.Meeting));

        static WeeklyStep Step(string text) => WeeklyStep.TryParse(text, out var step)
            ? step
            : throw new InvalidDataException($"{text} is no weekday and time.");
    }

    /// <summary>Until when partners are asked for their word on a week.</summary>
    public DateTimeOffset SoftDeadlineOf(IsoWeek week) => SoftDeadline.Of(week);

    /// <summary>When a week freezes, holiday or not.</summary>
    public DateTimeOffset FreezeOf(IsoWeek week) => Freeze.Of(week);

    /// <summary>When the operative group meets about a week; on a holiday it meets the next working day instead, at the same time.</summary>
    public DateTimeOffset MeetingOf(IsoWeek week)
    {
        var meeting = week.LocalMonday.AddDays(7) + Meeting.SinceMonday;
        var day = DateOnly.FromDateTime(meeting);
        // A group that has chosen a Saturday meets on Saturdays: it is the holiday that moves it, not the weekend.
        if (SwedishHolidays.IsHoliday(day))
        {
            while (SwedishHolidays.IsHoliday(day) || day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            {
                day = day.AddDays(1);
            }
        }

        return SwedishTime.FirstAt(day.ToDateTime(Meeting.Time));
    }

    /// <summary>The last week whose freeze has come at an instant.</summary>
    public IsoWeek LastFrozenAt(DateTimeOffset instant)
    {
        var week = IsoWeek.Of(instant).Plus(-1);
        return instant >= FreezeOf(week) ? week : week.Plus(-1);
    }
}
