using System.Globalization;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>
/// Public holidays by lag (1989:253) om allmänna helgdagar, and the three eves that are kept like holidays: lag (1930:173) om
/// beräkning av lagstadgad tid, 2 §, puts what falls on one off to the next working day too. Ordinary Sundays are not listed. Pure.
/// </summary>
/// <remarks>
/// Five of them follow Easter, two are the Saturday in a span of days. The national day has been one since 2005, in the place of
/// Whit Monday (lag 2004:1320).
/// </remarks>
internal static class SwedishHolidays
{
    private const int FirstNationalDay = 2005;

    /// <summary>Those of an ISO week, in the order of their dates.</summary>
    public static IEnumerable<Holiday> In(IsoWeek week)
    {
        var monday = DateOnly.FromDateTime(week.LocalMonday);
        var sunday = monday.AddDays(6);
        return Enumerable.Range(monday.Year, sunday.Year - monday.Year + 1)
            .SelectMany(OfYear)
            .Where(h => h.Day >= monday && h.Day <= sunday)
            .Select(h => new Holiday
            {
                Date = h.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Name = h.Name,
                NameEn = h.NameEn,
            });
    }

    /// <summary>Whether a day is one of them.</summary>
    public static bool IsHoliday(DateOnly day) => OfYear(day.Year).Any(h => h.Day == day);

    /// <summary>
    /// Easter Sunday of a year, by the anonymous Gregorian algorithm (S. Butcher, <i>The Ecclesiastical Calendar</i>, 1877; J. Meeus,
    /// <i>Astronomical Algorithms</i>, chapter 8): the Sunday after the first full moon, by the tables of the Church, on or after 21 March.
    /// </summary>
    internal static DateOnly EasterSunday(int year)
    {
        // The year's place in the moon's cycle of nineteen, and how far the Gregorian leap days have moved that.
        var golden = year % 19;
        var (century, ofCentury) = Math.DivRem(year, 100);
        var lunar = ((8 * century) + 13) / 25;
        var epact = ((19 * golden) + century - (century / 4) - lunar + 15) % 30;
        // How far from that full moon to the Sunday after it.
        var toSunday = (32 + (2 * (century % 4)) + (2 * (ofCentury / 4)) - epact - (ofCentury % 4)) % 7;
        var late = (golden + (11 * epact) + (22 * toSunday)) / 451;
        var (month, day) = Math.DivRem(epact + toSunday - (7 * late) + 114, 31);
        return new DateOnly(year, month, day + 1);
    }

    private static IEnumerable<(DateOnly Day, string Name, string NameEn)> OfYear(int year)
    {
        var easter = EasterSunday(year);
        var midsummer = SaturdayFrom(new DateOnly(year, 6, 20));
        IEnumerable<(DateOnly Day, string Name, string NameEn)> all =
        [
            (new(year, 1, 1), "nyårsdagen", "New Year's Day"),
            (new(year, 1, 6), "trettondedag jul", "Epiphany"),
            (easter.AddDays(-2), "långfredagen", "Good Friday"),
            (easter, "påskdagen", "Easter Sunday"),
            (easter.AddDays(1), "annandag påsk", "Easter Monday"),
            (new(year, 5, 1), "första maj", "May Day"),
            (easter.AddDays(39), "Kristi himmelsfärdsdag", "Ascension Day"),
            (easter.AddDays(49), "pingstdagen", "Whit Sunday"),
            year >= FirstNationalDay
                ? (new(year, 6, 6), "nationaldagen", "National Day")
                : (easter.AddDays(50), "annandag pingst", "Whit Monday"),
            (midsummer.AddDays(-1), "midsommarafton", "Midsummer Eve"),
            (midsummer, "midsommardagen", "Midsummer Day"),
            (SaturdayFrom(new DateOnly(year, 10, 31)), "alla helgons dag", "All Saints' Day"),
            (new(year, 12, 24), "julafton", "Christmas Eve"),
            (new(year, 12, 25), "juldagen", "Christmas Day"),
            (new(year, 12, 26), "annandag jul", "Boxing Day"),
            (new(year, 12, 31), "nyårsafton", "New Year's Eve"),
        ];
        // Ascension Day may come before May Day, and the National Day before Whit Sunday.
        return all.OrderBy(h => h.Day);
    }

    private static DateOnly SaturdayFrom(DateOnly day) => day.AddDays(((int)DayOfWeek.Saturday - (int)day.DayOfWeek + 7) % 7);
}
