using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The words that sentences are made of, so that one thing is called the same in all of them. Pure.</summary>
public static class Wording
{
    private static readonly string[] SwedishMonths =
    [
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december",
    ];

    private static readonly string[] EnglishMonths =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    private static readonly string[] SwedishDays = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

    private static readonly string[] EnglishDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>The text in that language; Swedish where none is asked for. What people wrote themselves is translated into neither.</summary>
    public static string In(this PictureLanguage language, string swedish, string english) =>
        language == PictureLanguage.English ? english : swedish;

    /// <summary>"inga rapporter", "1 rapport", "4 rapporter".</summary>
    public static string Reports(int count, PictureLanguage language) =>
        $"{(count == 0 ? language.In("inga", "no") : Number(count, language))} "
        + language.In(count == 1 ? "rapport" : "rapporter", count == 1 ? "report" : "reports");

    /// <summary>"1 vecka", "4 veckor".</summary>
    public static string Weeks(int count, PictureLanguage language) =>
        $"{Number(count, language)} {language.In(count == 1 ? "vecka" : "veckor", count == 1 ? "week" : "weeks")}";

    /// <summary>"1 källa", "3 källor": partners whose reports are in a figure.</summary>
    public static string Sources(int count, PictureLanguage language) =>
        $"{Number(count, language)} {language.In(count == 1 ? "källa" : "källor", count == 1 ? "source" : "sources")}";

    /// <summary>A count in digits, thousands apart: by a space that does not break in Swedish and a comma in English.</summary>
    public static string Number(int count, PictureLanguage language) =>
        count.ToString("#,0", CultureInfo.InvariantCulture).Replace(",", language.In("\u00A0", ","), StringComparison.Ordinal);

    /// <summary>"4–9"; one number where low and high are the same.</summary>
    public static string Span(UsualSpan usual, PictureLanguage language) => usual.Low == usual.High
        ? Number(usual.Low, language)
        : $"{Number(usual.Low, language)}–{Number(usual.High, language)}";

    /// <summary>A weekday's name, 1 for Monday to 7 for Sunday; empty for what is none.</summary>
    public static string Day(int weekday, PictureLanguage language) =>
        weekday is >= 1 and <= 7 ? language.In(SwedishDays[weekday - 1], EnglishDays[weekday - 1]) : "";

    /// <summary>A month's name, 1 for January.</summary>
    public static string Month(int month, PictureLanguage language) => language.In(SwedishMonths[month - 1], EnglishMonths[month - 1]);

    /// <summary>A four-hour window: "20–24", "00–04".</summary>
    public static string Hours(int startHour) =>
        string.Create(CultureInfo.InvariantCulture, $"{startHour:00}–{startHour + 4:00}");

    /// <summary>A four-hour window within a sentence: "mellan kl. 20 och 24".</summary>
    public static string Between(int startHour, PictureLanguage language) => language.In(
        string.Create(CultureInfo.InvariantCulture, $"mellan kl.\u00A0{startHour:00} och {startHour + 4:00}"),
        string.Create(CultureInfo.InvariantCulture, $"between {startHour:00} and {startHour + 4:00} o’clock"));

    /// <summary>A family's or category's name within a sentence, after "rapporter om".</summary>
    /// <remarks>The lists hold Swedish names; the English name is the code with spaces for hyphens.</remarks>
    /// <param name="code">Its code.</param>
    /// <param name="name">Its name in Swedish.</param>
    /// <param name="language">The language.</param>
    public static string Kind(string code, string name, PictureLanguage language) =>
        language.In(
            CategoryNames.InSentence(code) ?? (name.Length == 0 ? code : char.ToLowerInvariant(name[0]) + name[1..]), code.Replace('-', ' '));

    /// <summary>"Stationstorget i Björkby"; the place alone where its name holds the area's, such as "Bro station".</summary>
    public static string PlaceIn(string place, string area, PictureLanguage language) =>
        area.Length == 0 || Regex.IsMatch(place, $@"(?<!\p{{L}}){Regex.Escape(area)}(?!\p{{L}})", RegexOptions.CultureInvariant)
            ? place
            : $"{place} {language.In("i", "in")} {area}";

    /// <summary>"A", "A och B", "A, B och C".</summary>
    public static string Among(IReadOnlyList<string> things, PictureLanguage language) => things.Count < 2
        ? string.Concat(things)
        : $"{string.Join(", ", things.Take(things.Count - 1))} {language.In("och", "and")} {things[^1]}";
}
