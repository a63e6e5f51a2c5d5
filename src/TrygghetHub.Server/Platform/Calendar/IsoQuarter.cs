namespace TrygghetHub.Server.Platform.Calendar;

/// <summary>
/// A quarter of whole ISO weeks: 1–13, 14–26, 27–39, or 40 to the last week of the year. Quarters do not overlap, and each
/// week lies in one.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
/// <param name="Year">ISO week-numbering year.</param>
/// <param name="Number">1 to 4.</param>
internal readonly record struct IsoQuarter(int Year, int Number) : IComparable<IsoQuarter>
{
    private const int Weeks = 13;

    /// <summary>The quarter in which a week lies; week 53 lies in the fourth.</summary>
    public static IsoQuarter Of(IsoWeek week) => new(week.Year, Math.Min((week.Week - 1) / Weeks, 3) + 1);

    public IsoWeek FirstWeek => new(Year, ((Number - 1) * Weeks) + 1);

    public IsoWeek LastWeek => new(Year, Number == 4 ? IsoWeek.WeeksIn(Year) : Number * Weeks);

    public IsoQuarter Previous => Number == 1 ? new IsoQuarter(Year - 1, 4) : new IsoQuarter(Year, Number - 1);

    public IsoQuarter Next => Number == 4 ? new IsoQuarter(Year + 1, 1) : new IsoQuarter(Year, Number + 1);

    /// <summary>Year × 10 + number, such as 20264: orders as quarters do.</summary>
    public int Key => (Year * 10) + Number;

    public int CompareTo(IsoQuarter other) => Key.CompareTo(other.Key);

    public override string ToString() => $"{FirstWeek}–{LastWeek}";
}
