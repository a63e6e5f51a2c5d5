using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Numbers as texts hold them, in digits and in words of both languages. Pure and thread-safe.</summary>
public static partial class NumberWords
{
    private static readonly string[] Swedish =
        ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];

    private static readonly string[] English =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private static readonly string[] SwedishTens = ["tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"];

    private static readonly string[] EnglishTens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] SwedishTeens = ["tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton"];

    private static readonly string[] EnglishTeens =
        ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];

    private static readonly FrozenDictionary<string, int> Values = ValuesOfWords();

    /// <summary>A small number as a word, as people write it; a larger one in digits.</summary>
    public static string Of(int number, PictureLanguage language) => number >= 0 && number < Swedish.Length
        ? language.In(Swedish[number], English[number])
        : Wording.Number(number, language);

    /// <summary>The same at the beginning of a sentence.</summary>
    public static string Capital(int number, PictureLanguage language)
    {
        var word = Of(number, language);
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    /// <summary>A text without what stands between thousands, so that 1 234 is one number, and with plain spaces for narrow ones.</summary>
    /// <remarks>A plain space tells numbers apart; the ones that do not break are what pictures are written with, and are copied with.</remarks>
    public static string Plain(string text) =>
        Thousands().Replace(text, number => string.Concat(number.Value.Where(char.IsAsciiDigit))).Replace('\u00A0', ' ').Replace('\u202F', ' ');

    /// <summary>Every number in a text; not a number (NaN) for one in signs that are no plain digits.</summary>
    /// <remarks>"En", "ett" and "one" are articles and pronouns more often than numbers and are let pass.</remarks>
    public static IEnumerable<double> In(string text)
    {
        foreach (Match match in Words().Matches(Plain(text)))
        {
            if (Values.TryGetValue(match.Value.ToLowerInvariant().Replace(' ', '-'), out var value))
            {
                yield return value;
            }
            else if (char.IsNumber(match.ValueSpan[0]))
            {
                yield return double.TryParse(
                    match.Value.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    ? number : double.NaN;
            }
        }
    }

    private static FrozenDictionary<string, int> ValuesOfWords()
    {
        var values = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["hundra"] = 100,
            ["hundred"] = 100,
            ["tusen"] = 1000,
            ["thousand"] = 1000,
            ["dussin"] = 12,
            ["dozen"] = 12,
        };
        for (var number = 0; number < Swedish.Length; number++)
        {
            if (number != 1)
            {
                values.Add(Swedish[number], number);
                values.Add(English[number], number);
            }
        }

        for (var teen = 0; teen < SwedishTeens.Length; teen++)
        {
            values.Add(SwedishTeens[teen], 13 + teen);
            values.Add(EnglishTeens[teen], 13 + teen);
        }

        for (var ten = 0; ten < SwedishTens.Length; ten++)
        {
            values.Add(SwedishTens[ten], 10 * (ten + 2));
            values.Add(EnglishTens[ten], 10 * (ten + 2));
            for (var one = 1; one < 10; one++)
            {
                values.Add(SwedishTens[ten] + (one == 1 ? "ett" : Swedish[one]), (10 * (ten + 2)) + one);
                values.Add($"{EnglishTens[ten]}-{English[one]}", (10 * (ten + 2)) + one);
            }

            values.Add($"{SwedishTens[ten]}en", (10 * (ten + 2)) + 1);
        }

        return values.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // A comma before three digits parts thousands: no figure of a picture has three decimals.
    [GeneratedRegex(@"(?<![0-9])[0-9]{1,3}(?:[,\u00A0\u202F][0-9]{3})+(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();

    // Plain digits, a compound in English, a word, or any other sign that stands for a number.
    [GeneratedRegex(
        @"[0-9]+(?:[.,][0-9]+)?|\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](?:one|two|three|four|five|six|seven|eight|nine)\b|\p{L}+|\p{N}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
