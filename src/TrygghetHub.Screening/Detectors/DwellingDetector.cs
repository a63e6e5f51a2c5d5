using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Somebody's home: a flat's number of four digits, or another flat, floor or number of a flat beside an address.</summary>
/// <remarks>
/// Lantmäteriet's lägenhetsnummer has four digits and points, with where a report is from, at one household: "lgh 1102" needs
/// no address. Shorter numbers ("lgh 4") need one within eight words: a word that ends as streets do, with or without its
/// number. Right after a street and its number also count four digits ("Skolvägen 12-1102", "Skolvägen 12 (1102)") and a
/// floor ("Storgatan 12, 3 tr", "vån 3", "nb").
/// </remarks>
internal sealed class DwellingDetector : IDetector
{
    private const int WordsBetween = 8;
    private const int LongestFlatNumber = 4;
    private const int LongestHouseNumber = 3;
    private const int LongestFloor = 2;
    private const int LongestGap = 3;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if (text.Runs.Length == 0)
        {
            return;
        }

        foreach (var run in text.Runs)
        {
            if (House(text, run) is { } street && Inside(text, run) is { } end)
            {
                found.Add(FindingKind.Dwelling, street, end);
            }
        }

        if ((text.Kinds & WordKinds.Flat) == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            if (text.Words[i].Is(WordKinds.Flat) && FlatNumber(text, i) is { } flat)
            {
                FindFlat(text, i, flat, found);
            }
        }
    }

    private static void FindFlat(ScreenedText text, int word, DigitRun flat, Found found)
    {
        for (var j = Math.Max(0, word - WordsBetween); j < Math.Min(text.Words.Length, word + WordsBetween); j++)
        {
            if (j != word && IsStreet(text, j))
            {
                var houseEnd = NumberAfter(text, text.Words[j].End, 2, LongestHouseNumber)?.DigitsEnd ?? text.Words[j].End;
                found.Add(
                    FindingKind.Dwelling, Math.Min(text.Words[word].Start, text.Words[j].Start), Math.Max(flat.DigitsEnd, houseEnd));
                return;
            }
        }

        if (flat.DigitsEnd - flat.FirstDigit == LongestFlatNumber)
        {
            found.Add(FindingKind.Dwelling, text.Words[word].Start, flat.DigitsEnd);
        }
    }

    /// <summary>Where the street before a house's number begins; null where it is none.</summary>
    private static int? House(ScreenedText text, DigitRun run)
    {
        if (run.DigitsEnd - run.FirstDigit > LongestHouseNumber || text.At(run.FirstDigit - 1) != ' ')
        {
            return null;
        }

        var word = text.WordAt(run.FirstDigit) - 1;
        // "Länsväg 363/1005" is two roads.
        return word >= 0 && run.FirstDigit - text.Words[word].End <= 2 && IsStreet(text, word)
            && text.Lower(text.Words[word]) is not ("väg" or "vägen" or "länsväg" or "riksväg" or "europaväg" or "plan" or "bron" or "plats" or "platsen")
            ? text.Words[word].Start : null;
    }

    /// <summary>The end of what says where in the house, right after its number and letter; null where nothing does.</summary>
    private static int? Inside(ScreenedText text, DigitRun house)
    {
        var at = house.DigitsEnd;
        // "12A", "12 B", "12 a"
        if (char.IsLetter(text.At(at)) && !text.IsWordAt(at + 1))
        {
            at++;
        }
        else if (text.At(at) == ' ' && (char.IsAsciiLetterUpper(text.At(at + 1)) || text.At(at + 1) is >= 'a' and <= 'h') && !text.IsWordAt(at + 2))
        {
            at += 2;
        }

        var entrance = EntranceEnd(text, at);
        var isOfEntrance = entrance > at;
        at = entrance;
        var gap = text.Gap(at, LongestGap);
        if (gap == 0)
        {
            return null;
        }

        if (NumberAfter(text, at, LongestGap, LongestFlatNumber) is { } number && number.FirstDigit == at + gap)
        {
            var digits = number.DigitsEnd - number.FirstDigit;
            // Floors are counted from 10, flats from 01: 1102 is the second of the first floor above the ground's, and 1630 a time.
            if (digits == LongestFlatNumber && IsFlat(text.Chars[number.FirstDigit..number.DigitsEnd]) && !text.IsWordAt(number.DigitsEnd) && text.At(number.FirstDigit) is '0' or '1' or '2'
                && (text.At(number.FirstDigit - 1) == '(' ? text.At(number.DigitsEnd) == ')' : text.Chars.Slice(at, gap) is "-" or "/" or " - " or " / "))
            {
                return number.DigitsEnd;
            }

            var after = text.WordAt(number.DigitsEnd);
            var from = number.DigitsEnd;
            // "3:e våningen", "3e vån"
            if (after + 1 < text.Words.Length && text.Words[after].Start - from is 0 or 1 && text.Lower(text.Words[after]) is "e" or "a" or "dje" or "je")
            {
                from = text.Words[after++].End;
            }

            return digits <= LongestFloor && after < text.Words.Length && text.Words[after].Start - from <= 1
                && IsFloor(text, after)
                ? text.Words[after].End : null;
        }

        var word = text.WordAt(at);
        if (word >= text.Words.Length || text.Words[word].Start != at + gap)
        {
            return null;
        }

        // "på tredje våningen"
        if (text.Lower(text.Words[word]) is "på" && word + 2 < text.Words.Length && IsOneSpace(text, word))
        {
            word++;
        }

        if (word + 1 < text.Words.Length && text.Lower(text.Words[word]) is "högst" && text.Lower(text.Words[word + 1]) is "upp")
        {
            return text.Words[word + 1].End;
        }

        if (word + 1 < text.Words.Length && text.Words[word].Is(WordKinds.Ordinal) && IsFloor(text, word + 1) && IsOneSpace(text, word))
        {
            // "tre trappor", "tredje våningen"
            return text.Words[word + 1].End;
        }

        if (word + 1 < text.Words.Length && text.Words[word].Is(WordKinds.Floor) && text.Words[word + 1].Is(WordKinds.Ordinal) && IsOneSpace(text, word)
            && text.Lower(text.Words[word]) is not "plan")
        {
            // "våning tre"
            return text.Words[word + 1].End;
        }

        return text.Lower(text.Words[word]) is "nb" or "bv" or "bottenvåningen" or "bottenvåning" ? text.Words[word].End
            // "Uppg C plan 2" is where a lamp on the stairs is out.
            : text.Words[word].Is(WordKinds.Floor) && !(isOfEntrance && text.Lower(text.Words[word]) is "plan") ? NumberAfter(text, text.Words[word].End, 2, LongestFloor)?.DigitsEnd : null;
    }

    private static bool IsFloor(ScreenedText text, int word) =>
        text.Words[word].Is(WordKinds.Floor) && text.Lower(text.Words[word]) is not ("plan" or "botten");

    private static bool IsOneSpace(ScreenedText text, int word) => text.Between(text.Words[word], text.Words[word + 1]) is " " or ". ";

    /// <summary>Where "uppg B" after a house's number ends; the position itself where none stands there.</summary>
    private static int EntranceEnd(ScreenedText text, int at)
    {
        var word = text.WordAt(at);
        if (word >= text.Words.Length || text.Words[word].Start != at + text.Gap(at, LongestGap)
            || text.Lower(text.Words[word]) is not ("uppg" or "uppgång" or "uppgången" or "trappuppgång" or "ingång" or "port"))
        {
            return at;
        }

        var end = text.Words[word].End + text.Gap(text.Words[word].End, 2);
        return end > text.Words[word].End && !text.IsWordAt(end + 1) ? end + 1 : at;
    }

    // A floor 19 or 20 would be read of every year.
    private static bool IsFlat(ReadOnlySpan<char> number) =>
        number[2..] is not "00" && number[2] is '0' or '1' or '2' && number[..2] is not ("19" or "20");

    private static DigitRun? FlatNumber(ScreenedText text, int word)
    {
        // "lgh 1101", "lgh.nr 1101", "lägenhet nummer 1101", "lgh nr: 1101"
        var at = text.Words[word].End;
        if (word + 1 < text.Words.Length && text.Words[word + 1].Is(WordKinds.CaseCue) && text.Words[word + 1].Start - at <= 2)
        {
            at = text.Words[word + 1].End;
        }

        return NumberAfter(text, at, LongestGap, LongestFlatNumber);
    }

    private static DigitRun? NumberAfter(ScreenedText text, int at, int longestGap, int longest)
    {
        var run = text.RunAt(at);
        return run < text.Runs.Length && text.Runs[run].FirstDigit - at <= longestGap
            && text.Runs[run].DigitsEnd - text.Runs[run].FirstDigit <= longest
            ? text.Runs[run] : null;
    }

    /// <summary>"Skolvägen", and with a capital also "Skolv." and "Storg.".</summary>
    private static bool IsStreet(ScreenedText text, int index)
    {
        var word = text.Words[index];
        return StreetNames.IsStreet(text.Lower(word))
            || (text.At(word.End) == '.' && word.Length > 3 && word.Is(WordShape.Capital) && text.At(word.End - 1) is 'v' or 'g');
    }
}
