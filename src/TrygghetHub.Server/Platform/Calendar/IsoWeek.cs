using System.Globalization;

namespace TrygghetHub.Server.Platform.Calendar;

/// <summary>
/// A week by ISO 8601 in Swedish local time: Monday 00:00 to the next Monday 00:00, half-open.
/// </summary>
/// <remarks>
/// A week lasts 168 hours, except 167 in March and 169 in October, when the clock changes. The default
/// value is no week: it compares and prints, but has no start. Immutable and thread-safe.
/// </remarks>
/// <param name="Year">ISO week-numbering year: 2024-12-30 lies in year 2025, week 1.</param>
/// <param name="Week">1 to 52 or 53.</param>
internal readonly record struct IsoWeek(int Year, int Week) : IComparable<IsoWeek>
{
    /// <summary>The first week-numbering year that the hub takes.</summary>
    public const int FirstYear = 2000;

    /// <summary>The last week-numbering year that the hub takes.</summary>
    public const int LastYear = 2100;

    /// <summary>
    /// The week in whose local days <paramref name="instant"/> lies.
    /// </summary>
    /// <remarks>
    /// Never fails on an instant that a report can carry. Weeks outside 2000 to 2100 are answered too,
    /// more slowly; note that 1 and 2 January 2000 lie in 1999-W52, which <see cref="IsValid"/> refuses.
    /// </remarks>
    public static IsoWeek Of(DateTimeOffset instant)
    {
        var index = Table.IndexOf(instant.UtcTicks);
        return index >= 0 ? Table.Weeks[index] : OfLocalDate(SwedishTime.ToLocal(instant).Date);
    }

    /// <summary>
    /// The week that holds most of the interval, by elapsed time; of several that hold equally much,
    /// the earliest.
    /// </summary>
    /// <param name="from">Where it begins, inclusive.</param>
    /// <param name="to">Where it ends, exclusive; equal to <paramref name="from"/> for an instant.</param>
    /// <exception cref="ArgumentOutOfRangeException">It ends before it begins.</exception>
    public static IsoWeek OfInterval(DateTimeOffset from, DateTimeOffset to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);

        var best = Of(from);
        var end = best.End;
        if (to <= end)
        {
            return best;
        }

        var longest = end - from;
        for (var week = best.Plus(1); end < to; week = week.Plus(1))
        {
            var start = end;
            end = week.End;
            var held = (end < to ? end : to) - start;
            if (held > longest)
            {
                (best, longest) = (week, held);
            }
        }

        return best;
    }

    /// <summary>The instant, in UTC, of Monday 00:00 local time; it belongs to the week.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such week.</exception>
    public DateTimeOffset Start =>
        Table.IndexOf(this) is >= 0 and var index ? Table.StartAt(index) : SwedishTime.ToUtc(LocalMonday);

    /// <summary>The instant, in UTC, of the next Monday 00:00 local time; it belongs to the next week.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such week.</exception>
    public DateTimeOffset End =>
        Table.IndexOf(this) is >= 0 and var index
            ? Table.StartAt(index + 1)
            : SwedishTime.ToUtc(LocalMonday.AddDays(7));

    /// <summary>The Monday on which it begins, as a local date of unspecified kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such week.</exception>
    public DateTime LocalMonday =>
        Exists(Year, Week)
            ? ISOWeek.ToDateTime(Year, Week, DayOfWeek.Monday)
            : throw new ArgumentOutOfRangeException(nameof(Week), ToString(), "There is no such week.");

    /// <summary>Year × 100 + week, such as 202653: orders as weeks do, and fits a column.</summary>
    public int Key => (Year * 100) + Week;

    /// <summary>The week whose <see cref="Key"/> is <paramref name="key"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No week has that key.</exception>
    public static IsoWeek FromKey(int key)
    {
        var (year, week) = Math.DivRem(key, 100);
        return Exists(year, week)
            ? new IsoWeek(year, week)
            : throw new ArgumentOutOfRangeException(nameof(key), key, "No week has this key.");
    }

    /// <summary>The week so many weeks later, or earlier where <paramref name="weeks"/> is negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such week.</exception>
    public IsoWeek Plus(int weeks)
    {
        var index = Table.IndexOf(this);
        var target = (long)index + weeks;
        return index >= 0 && target >= 0 && target < Table.Weeks.Length
            ? Table.Weeks[target]
            : OfLocalDate(LocalMonday.AddDays(7.0 * weeks));
    }

    /// <summary>How many weeks the week-numbering year has: 52 or 53.</summary>
    /// <param name="year">1 to 9999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside that range.</exception>
    public static int WeeksIn(int year) => ISOWeek.GetWeeksInYear(year);

    /// <summary>Whether the calendar has that week, in a year that the hub takes (2000 to 2100).</summary>
    public static bool IsValid(int year, int week) => year is >= FirstYear and <= LastYear && Exists(year, week);

    /// <summary>
    /// Reads what <see cref="ToString"/> writes, and nothing else: <c>2026-W53</c>, without spaces, with
    /// a capital W and two digits, for a week that <see cref="IsValid"/>.
    /// </summary>
    /// <returns>
    /// Whether <paramref name="text"/> is such a week; if not, <paramref name="week"/> is the default value.
    /// </returns>
    public static bool TryParse(string? text, out IsoWeek week)
    {
        // Digits are checked one by one: int.TryParse lets trailing NUL characters through.
        if (text is { Length: 8 } && text[4] == '-' && text[5] == 'W'
            && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0
            && text.AsSpan(6, 2).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            var year = int.Parse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
            var number = int.Parse(text.AsSpan(6, 2), NumberStyles.None, CultureInfo.InvariantCulture);
            if (IsValid(year, number))
            {
                week = new IsoWeek(year, number);
                return true;
            }
        }

        week = default;
        return false;
    }

    /// <inheritdoc/>
    public int CompareTo(IsoWeek other) => Key.CompareTo(other.Key);

    /// <summary>Whether <paramref name="left"/> is the earlier.</summary>
    public static bool operator <(IsoWeek left, IsoWeek right) => left.Key < right.Key;

    /// <summary>Whether <paramref name="left"/> is the later.</summary>
    public static bool operator >(IsoWeek left, IsoWeek right) => left.Key > right.Key;

    /// <summary>Whether <paramref name="left"/> is the earlier, or the same.</summary>
    public static bool operator <=(IsoWeek left, IsoWeek right) => left.Key <= right.Key;

    /// <summary>Whether <paramref name="left"/> is the later, or the same.</summary>
    public static bool operator >=(IsoWeek left, IsoWeek right) => left.Key >= right.Key;

    /// <summary>Such as <c>2026-W53</c>: the form that pictures, commands and people use.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-W{Week:00}");

    // Year 9999 is left out: its last week ends after the last instant that a DateTime can hold.
    private static bool Exists(int year, int week) => year is >= 1 and < 9999 && week >= 1 && week <= WeeksIn(year);

    private static IsoWeek OfLocalDate(DateTime date) => new(ISOWeek.GetYear(date), ISOWeek.GetWeekOfYear(date));

    /// <summary>
    /// Where every week from 2000 to 2100 begins. Intake asks for the week of every report, and looking
    /// it up takes a twentieth of the time of converting the instant and asking the calendar.
    /// </summary>
    private static class Table
    {
        private static readonly DateTime firstMonday = ISOWeek.ToDateTime(FirstYear, 1, DayOfWeek.Monday);

        /// <summary>Every week, in order.</summary>
        public static readonly IsoWeek[] Weeks = MakeWeeks();

        // UTC ticks at which each week begins, and last the end of the last one.
        private static readonly long[] starts = MakeStarts();

        // Index in Weeks of week 1 of each year, from FirstYear on.
        private static readonly int[] years = MakeYears();

        /// <summary>Position of the week that holds the instant; -1 outside the table.</summary>
        public static int IndexOf(long utcTicks)
        {
            // Weeks begin a multiple of seven days after the first, save for the hour of summer time, in which
            // they begin earlier: the guess is right or, in the last hour of a guessed week, one too low.
            var guess = (utcTicks - starts[0]) / (7 * TimeSpan.TicksPerDay);
            if (utcTicks < starts[0] || guess >= Weeks.Length)
            {
                return -1;
            }

            var index = (int)guess;
            if (utcTicks < starts[index + 1])
            {
                return index;
            }

            return index + 1 < Weeks.Length ? index + 1 : -1;
        }

        /// <summary>Position of the week; -1 outside the table or where there is no such week.</summary>
        public static int IndexOf(IsoWeek week) =>
            IsValid(week.Year, week.Week) ? years[week.Year - FirstYear] + week.Week - 1 : -1;

        /// <summary>When the week at that position begins; one past the last is the end of the last.</summary>
        public static DateTimeOffset StartAt(int index) => new(starts[index], TimeSpan.Zero);

        private static IsoWeek[] MakeWeeks() =>
        [
            .. from year in Enumerable.Range(FirstYear, LastYear - FirstYear + 1)
               from week in Enumerable.Range(1, WeeksIn(year))
               select new IsoWeek(year, week),
        ];

        private static long[] MakeStarts() =>
        [
            .. from index in Enumerable.Range(0, Weeks.Length + 1)
               select SwedishTime.ToUtc(firstMonday.AddDays(7 * index)).UtcTicks,
        ];

        private static int[] MakeYears()
        {
            var firsts = new int[LastYear - FirstYear + 1];
            for (var year = 1; year < firsts.Length; year++)
            {
                firsts[year] = firsts[year - 1] + WeeksIn(FirstYear + year - 1);
            }

            return firsts;
        }
    }
}
