using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Numbers of passports, identity cards, driving licences and LMA cards of asylum seekers: after a word for the document, as
/// their forms say too little alone.
/// </summary>
/// <remarks>
/// Six to ten digits, parted at most once, with or without one to three letters before them: Swedish passports have eight or
/// two letters and seven, LMA cards and the Migration Agency's cases a hyphen. "Pass" is a shift, too: after it a number has eight
/// digits that are no date, or letters before them. A date, with or without a time after it, and an amount are none.
/// </remarks>
internal sealed class IdentityDocumentDetector : IDetector
{
    private const int Least = 6;
    private const int Most = 10;
    private const int PassportDigits = 8;
    private const int MostLetters = 3;
    private const int LongestWay = 20;
    private const int WordsBefore = 3;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if ((text.Kinds & WordKinds.DocumentCue) == 0)
        {
            return;
        }

        foreach (var run in text.Runs)
        {
            var start = run.FirstDigit;
            while (run.FirstDigit - start < MostLetters && char.IsAsciiLetterUpper(text.At(start - 1)))
            {
                start--;
            }

            var cue = text.CueBefore(start, WordKinds.DocumentCue, WordsBefore);
            if (cue >= 0 && start - text.Words[cue].End <= LongestWay && !text.IsWordAt(start - 1) && End(text, run.FirstDigit) is { } end
                && !(start == run.FirstDigit && IsDateOrAmount(text, run, end))
                && (start < run.FirstDigit || text.Lower(text.Words[cue]) is not ("pass" or "passet") || IsOfAPassport(text.Chars[start..end])))
            {
                found.Add(FindingKind.IdentityDocument, start, end);
            }
        }
    }

    /// <summary>"återkallat 240512", "240512-1430", "150 000 kr".</summary>
    private static bool IsDateOrAmount(ScreenedText text, DigitRun run, int end) =>
        WrittenDates.IsDate(text.Chars[run.FirstDigit..Math.Min(run.DigitsEnd, end)]) || text.IsBeforeUnit(end);

    private static bool IsOfAPassport(ReadOnlySpan<char> number) =>
        number.Length == PassportDigits && !number.StartsWith("20") && !number.ContainsAnyExceptInRange('0', '9');

    private static int? End(ScreenedText text, int at)
    {
        var (digits, breaks) = (0, 0);
        while (digits <= Most)
        {
            if (char.IsAsciiDigit(text.At(at)))
            {
                (digits, at) = (digits + 1, at + 1);
            }
            else if (text.At(at) is ' ' or '-' or '/' && char.IsAsciiDigit(text.At(at + 1)) && breaks < 1)
            {
                (breaks, at) = (breaks + 1, at + 1);
            }
            else
            {
                break;
            }
        }

        var goesOn = text.IsWordAt(at) || (text.At(at) is ':' or '-' or '/' && char.IsAsciiDigit(text.At(at + 1)));
        return digits is >= Least and <= Most && !goesOn ? at : null;
    }
}
