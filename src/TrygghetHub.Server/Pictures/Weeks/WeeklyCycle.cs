using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>When a municipality's steps of the week are. Immutable.</summary>
internal sealed record WeeklyCycle
{
    public static readonly WeeklyCycle Default = new();

    /// <summary>When the operative group meets, from the week's own Monday on.</summary>
    public TimeSpan Meeting { get; init; } = new(9, 9, 0, 0);

    /// <summary>When the operative group meets about a week.</summary>
    public DateTimeOffset MeetingOf(IsoWeek week) => SwedishTime.ToUtc(week.LocalMonday + Meeting);
}
