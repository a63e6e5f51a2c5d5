using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Police case numbers: K, a running number and a year, with or without the unit's four digits before it, such as
/// 5000-K123456-24; also "K-nummer 123456-24".
/// </summary>
/// <remarks>Each leads to one file on people. The form is that of the police's case system (Durtvå).</remarks>
internal sealed class PoliceCaseNumberDetector : IDetector
{
    private const int UnitDigits = 4;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        for (var i = 0; i < text.Runs.Length; i++)
        {
            var run = text.Runs[i];
            var number = run.DigitsEnd - run.FirstDigit;
            if (number is < 3 or > 7 || YearEnd(text, run.DigitsEnd) is not { } end || Letter(text, run.FirstDigit) is not { } start)
            {
                continue;
            }

            // The unit before it belongs to it.
            if (i > 0 && text.Runs[i - 1] is var unit && unit.DigitsEnd - unit.FirstDigit == UnitDigits
                && start - unit.DigitsEnd is 0 or 1 && text.At(start - 1) is '-' or ' ' or '/' or (>= '0' and <= '9'))
            {
                start = unit.FirstDigit;
            }

            found.Add(FindingKind.PoliceCaseNumber, start, end);
        }
    }

    /// <summary>Where the K before the number stands, its own or that of "K-nummer"; null where there is none.</summary>
    private static int? Letter(ScreenedText text, int number)
    {
        var at = number - (text.At(number - 1) is '-' or ' ' ? 1 : 0);
        if (IsK(text, at - 1))
        {
            return at - 1;
        }

        // "K-nummer: 123456-24", "k-nr 123456-24"
        var word = text.WordAt(number) - 1;
        if (word < 1 || number - text.Words[word].End > 3 || !text.Words[word].Is(WordKinds.CaseCue))
        {
            return null;
        }

        var letter = text.Words[word - 1];
        return letter.Length == 1 && IsK(text, letter.Start) && text.Words[word].Start - letter.End <= 1 ? letter.Start : null;
    }

    // "2K 4471-08" is something else: before its K a number has nothing, or the unit's four digits.
    private static bool IsK(ScreenedText text, int at) => text.At(at) is 'K' or 'k' && !char.IsLetter(text.At(at - 1))
        && (!char.IsAsciiDigit(text.At(at - 1)) || (text.Runs[text.RunAt(at) - 1] is var unit && unit.DigitsEnd - unit.FirstDigit == UnitDigits));

    /// <summary>The end of a hyphen or slash and a year of two or four digits; null where there is none.</summary>
    private static int? YearEnd(ScreenedText text, int at)
    {
        var year = at;
        while (year - at < 3 && text.At(year) is '-' or '/' or ' ')
        {
            year++;
        }

        var end = year;
        while (end - year < 5 && char.IsAsciiDigit(text.At(end)))
        {
            end++;
        }

        return year > at && text.Chars[at..year].ContainsAny('-', '/') && end - year is 2 or 4 ? end : null;
    }
}
