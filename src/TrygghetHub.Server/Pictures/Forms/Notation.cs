using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Platform.Calendar;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Forms;

/// <summary>How numbers, weeks, days and times are written for people.</summary>
/// <remarks>
/// By own tables, since the hub runs without the operating system's cultures: the same picture gives the same bytes on
/// every machine. Clocks are those on Swedish walls. Immutable and thread-safe.
/// </remarks>
internal sealed class Notation(Language language)
{
    private const char NoBreakSpace = '\u00A0';

    private static readonly string[] Months =
        ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"];

    private static readonly string[] MonthsInEnglish =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Days = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

    private static readonly string[] DaysInEnglish = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private static readonly string[] Numerals =
        ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];

    private static readonly string[] NumeralsInEnglish =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private bool IsSwedish => language == Language.Swedish;

    /// <summary>A count: thousands apart, by a space in Swedish and a comma in English.</summary>
    public string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture)
        .Replace(',', IsSwedish ? NoBreakSpace : ',');

    /// <summary>A mean, with one decimal.</summary>
    public string Mean(double mean)
    {
        var text = mean.ToString("0.0", CultureInfo.InvariantCulture);
        return IsSwedish ? text.Replace('.', ',') : text;
    }

    /// <summary>A small count as a word, as a sentence would have it; from 13 on in digits.</summary>
    public string Word(int number) => number is >= 0 and <= 12
        ? (IsSwedish ? Numerals : NumeralsInEnglish)[number]
        : Number(number);

    /// <summary>Such as <c>vecka 47</c>.</summary>
    public string Week(WireWeek week) => string.Create(
        CultureInfo.InvariantCulture, $"{(IsSwedish ? "vecka" : "week")}{NoBreakSpace}{week.Week}");

    /// <summary>Such as <c>v47</c>, where there is little room.</summary>
    public string ShortWeek(WireWeek week) => string.Create(
        CultureInfo.InvariantCulture, $"{(IsSwedish ? "v" : "w")}{week.Week}");

    /// <summary>Monday to Sunday, such as <c>16–22 november 2026</c>.</summary>
    public string DaysOf(WireWeek week)
    {
        if (!IsoWeek.IsValid(week.Year, week.Week))
        {
            return "";
        }

        var monday = new IsoWeek(week.Year, week.Week).LocalMonday;
        var sunday = monday.AddDays(6);
        return monday.Month == sunday.Month
            ? $"{Plain(monday.Day)}–{Day(sunday)}"
            : monday.Year == sunday.Year
                ? $"{Plain(monday.Day)}{NoBreakSpace}{Month(monday)} – {Day(sunday)}"
                : $"{Day(monday)} – {Day(sunday)}";
    }

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
        var local = SwedishTime.ToLocal(time.ToDateTimeOffset());
        return IsSwedish
            ? $"{DayName(local.DayOfWeek)} {Day(local.DateTime)} kl.{NoBreakSpace}{local.ToString("HH.mm", CultureInfo.InvariantCulture)}"
            : $"{DayName(local.DayOfWeek)} {Day(local.DateTime)} at{NoBreakSpace}{local.ToString("HH:mm", CultureInfo.InvariantCulture)}";
    }

    /// <summary>Such as <c>24 november 2026</c>.</summary>
    public string Date(Timestamp time) => Day(SwedishTime.ToLocal(time.ToDateTimeOffset()).DateTime);

    /// <summary>A weekday's name.</summary>
    /// <param name="weekday">1 for Monday to 7 for Sunday.</param>
    public string DayName(int weekday) => weekday is >= 1 and <= 7 ? (IsSwedish ? Days : DaysInEnglish)[weekday - 1] : "";

    /// <summary>Its first three letters.</summary>
    public string ShortDay(int weekday) => DayName(weekday) is { Length: > 3 } name ? name[..3] : "";

    /// <summary>A band of four hours, such as <c>20–24</c>.</summary>
    public static string Band(int startHour) => string.Create(CultureInfo.InvariantCulture, $"{startHour:00}–{startHour + 4:00}");

    /// <summary>Words in a row: <c>A, B och C</c>.</summary>
    public string List(IReadOnlyList<string> words) => words.Count < 2
        ? string.Concat(words)
        : string.Join(", ", words.Take(words.Count - 1)) + (IsSwedish ? " och " : " and ") + words[^1];

    private string DayName(DayOfWeek day) => DayName(day == DayOfWeek.Sunday ? 7 : (int)day);

    private string Month(DateTime date) => (IsSwedish ? Months : MonthsInEnglish)[date.Month - 1];

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);
}
