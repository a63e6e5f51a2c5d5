using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>A flat's number near an address: together they are somebody's home.</summary>
/// <remarks>
/// The flat is "lgh" or "lägenhet" and one to four digits (Lantmäteriet's lägenhetsnummer has four); the address a word that
/// ends as streets do, with or without its number. Either may stand first; between them at most eight words. Four digits in
/// brackets right after a street and its number are a flat's as well ("Skolvägen 12 (1102)").
/// </remarks>
internal sealed class DwellingDetector : IDetector
{
    private const int WordsBetween = 8;
    private const int LongestFlatNumber = 4;
    private const int LongestHouseNumber = 3;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        FindInBrackets(text, found);
        if ((text.Kinds & WordKinds.Flat) == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            if (!text.Words[i].Is(WordKinds.Flat) || FlatNumberEnd(text, i) is not { } flatEnd)
            {
                continue;
            }

            for (var j = Math.Max(0, i - WordsBetween); j < Math.Min(text.Words.Length, i + WordsBetween); j++)
            {
                if (j != i && StreetNames.IsStreet(text.Lower(text.Words[j])))
                {
                    var houseEnd = HouseNumberEnd(text, j) ?? text.Words[j].End;
                    found.Add(FindingKind.Dwelling, Math.Min(text.Words[i].Start, text.Words[j].Start), Math.Max(flatEnd, houseEnd));
                    break;
                }
            }
        }
    }

    private static void FindInBrackets(ScreenedText text, Found found)
    {
        for (var i = 1; i < text.Runs.Length; i++)
        {
            var (run, house) = (text.Runs[i], text.Runs[i - 1]);
            if (run.DigitsEnd - run.FirstDigit == LongestFlatNumber && text.At(run.FirstDigit - 1) == '(' && text.At(run.DigitsEnd) == ')'
                && run.FirstDigit - house.DigitsEnd is >= 2 and <= 4 && house.DigitsEnd - house.FirstDigit <= LongestHouseNumber
                && text.WordAt(house.FirstDigit) - 1 is >= 0 and var word
                && house.FirstDigit - text.Words[word].End == 1 && StreetNames.IsStreet(text.Lower(text.Words[word])))
            {
                found.Add(FindingKind.Dwelling, text.Words[word].Start, run.DigitsEnd);
            }
        }
    }

    private static int? FlatNumberEnd(ScreenedText text, int word)
    {
        // "lgh 1101", "lgh.nr 1101", "lägenhet nummer 1101", "lgh nr: 1101"
        var at = text.Words[word].End;
        if (word + 1 < text.Words.Length && text.Words[word + 1].Is(WordKinds.CaseCue) && text.Words[word + 1].Start - at <= 2)
        {
            at = text.Words[word + 1].End;
        }

        return NumberEnd(text, at, 3, LongestFlatNumber);
    }

    private static int? HouseNumberEnd(ScreenedText text, int word) =>
        NumberEnd(text, text.Words[word].End, 1, LongestHouseNumber);

    private static int? NumberEnd(ScreenedText text, int at, int longestGap, int longest)
    {
        var run = text.RunAt(at);
        return run < text.Runs.Length && text.Runs[run].FirstDigit - at <= longestGap
            && text.Runs[run].DigitsEnd - text.Runs[run].FirstDigit <= longest
            ? text.Runs[run].DigitsEnd : null;
    }
}
