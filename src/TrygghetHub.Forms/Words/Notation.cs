using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Pictures.V1;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Forms;

/// <summary>How numbers, weeks, days and times are written for people.</summary>
/// <remarks>
/// By own tables, since the hub runs without the operating system's cultures: the same picture gives the same bytes on
/// every machine. Clocks are those on Swedish walls. Immutable and thread-safe.
/// </remarks>
internal sealed class Notation(PictureLanguage language)
{
    private static readonly TimeZoneInfo Sweden = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");

    private const char NoBreakSpace = '\u00A0';

    /// <summary>A count, as sentences have it too.</summary>
    public string Number(int number) => Wording.Number(number, language);

    /// <summary>A mean, with one decimal.</summary>
    public string Mean(double mean)
    {
        var text = mean.ToString("0.0", CultureInfo.InvariantCulture);
        return language.In(text.Replace('.', ','), text);
    }

    /// <summary>Such as <c>vecka 47</c>.</summary>
    public string Week(WireWeek week) => string.Create(
        CultureInfo.InvariantCulture, $"{language.In("vecka", "week")}{NoBreakSpace}{week.Week}");

    /// <summary>Such as <c>v47</c>, where there is little room.</summary>
    public string ShortWeek(WireWeek week) => string.Create(
        CultureInfo.InvariantCulture, $"{language.In("v", "w")}{week.Week}");

    /// <summary>Monday to Sunday, such as <c>16–22 november 2026</c>.</summary>
    public string DaysOf(WireWeek week)
    {
        return Monday(week) is { } monday ? Days(monday, monday.AddDays(6)) : "";
    }

    /// <summary>From one day to another, such as <c>27–29 november 2026</c>.</summary>
    public string Days(DateTime from, DateTime to) => from.Month == to.Month
        ? $"{Plain(from.Day)}–{Day(to)}"
        : from.Year == to.Year
            ? $"{Plain(from.Day)}{NoBreakSpace}{Month(from)} – {Day(to)}"
            : $"{Day(from)} – {Day(to)}";

    /// <summary>Such as <c>22 november 2026</c>.</summary>
    public string Day(DateTime date) => $"{Plain(date.Day)}{NoBreakSpace}{Month(date)} {Plain(date.Year)}";

    /// <summary>Such as <c>torsdag 24 december</c>, of an ISO 8601 date; what is none stands as it is.</summary>
    public string Weekday(string date) =>
        DateTime.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? $"{DayName(day.DayOfWeek)} {Plain(day.Day)}{NoBreakSpace}{Month(day)}"
            : date;

    /// <summary>Such as <c>tisdag 24 november 2026 kl. 08.00</c>.</summary>
    public string Moment(Timestamp time)
    {
        var local = Local(time);
        return $"{DayName(local.DayOfWeek)} {Day(local)} " + language.In(
            $"kl.{NoBreakSpace}{local.ToString("HH.mm", CultureInfo.InvariantCulture)}",
            $"at{NoBreakSpace}{local.ToString("HH:mm", CultureInfo.InvariantCulture)}");
    }

    /// <summary>Such as <c>24 november 2026</c>.</summary>
    public string Date(Timestamp time) => Day(Local(time));

    /// <summary>A weekday's name.</summary>
    /// <param name="weekday">1 for Monday to 7 for Sunday.</param>
    public string DayName(int weekday) => Wording.Day(weekday, language);

    /// <summary>Its first three letters.</summary>
    public string ShortDay(int weekday) => DayName(weekday) is { Length: > 3 } name ? name[..3] : "";

    /// <summary>The Monday that a week begins with; null where the year has no such week.</summary>
    public static DateTime? Monday(WireWeek? week) =>
        week is { Year: >= 1 and < 9999, Week: >= 1 } && week.Week <= ISOWeek.GetWeeksInYear(week.Year)
            ? ISOWeek.ToDateTime(week.Year, week.Week, DayOfWeek.Monday)
            : null;

    /// <summary>What a Swedish clock shows at an instant.</summary>
    public static DateTime Local(Timestamp time) => TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), Sweden).DateTime;

    private string DayName(DayOfWeek day) => DayName(day == DayOfWeek.Sunday ? 7 : (int)day);

    private string Month(DateTime date) => Wording.Month(date.Month, language);

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);
}
