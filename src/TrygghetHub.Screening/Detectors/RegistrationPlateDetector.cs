using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Registration plates: Swedish ones (ABC 123, since 2019 ABC 12D, taxis' ABC 123T), and beside words for them those of
/// diplomats, of other countries, and personal ones.
/// </summary>
/// <remarks>
/// <para>Transportstyrelsen's letters: neither I, Q, V nor Å, Ä, Ö, and no O last. In capitals, together or parted by a space,
/// a hyphen, an underscore or the line's end of a plate of two rows, they are taken for a plate unless the three letters
/// commonly stand before a number ("LSS 123", "BMW 320"), a unit follows ("ABC 123 km"), or a word for something that bears
/// labels stands before them ("belysningsstolpe BRO 112", "skåp nr FTX 123").</para>
/// <para>Of letters that are common the rarer ones, such as currencies, count near a word for a vehicle. The others count
/// right after a word for registration, or, unless they are a make's or a model's, beside one
/// for a vehicle when written together, or in capitals right after it ("bilen DOM 123"). Lower case needs such a word
/// as well, or the form of 2019 ("abc12d"). A last letter that stands apart and is a
/// unit makes an amount ("rak 50 m"), but not in capitals near a word for a vehicle.</para>
/// </remarks>
internal sealed class RegistrationPlateDetector : IDetector
{
    private const int WordsBefore = 6;
    private const int WordsAfter = 4;
    private const int LongestAcronym = 4;
    private const int LongestGap = 3;
    private const int PlateLetters = 3;
    private const int ShortestForeign = 5;
    private const int LongestForeign = 8;
    private const int LongestPersonal = 7;
    private const int MostSaying = 3;
    private const WordKinds Cues = WordKinds.Registration | WordKinds.Vehicle | WordKinds.ForeignCue;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        var hasCue = (text.Kinds & Cues) != 0;
        foreach (var run in text.Runs)
        {
            if ((Swedish(text, run) ?? Spaced(text, run) ?? (hasCue ? Foreign(text, run) : null)) is { } plate)
            {
                found.Add(FindingKind.RegistrationPlate, plate.Start, plate.End);
            }
        }

        if ((text.Kinds & WordKinds.Registration) != 0)
        {
            FindPersonal(text, found);
        }
    }

    private static (int Start, int End)? Swedish(ScreenedText text, DigitRun run)
    {
        var length = run.DigitsEnd - run.FirstDigit;
        if (length is not (2 or 3) || !AllDigits(text, run))
        {
            return null;
        }

        var gap = GapBefore(text, run.FirstDigit);
        var start = run.FirstDigit - gap - PlateLetters;
        if (start < 0 || text.IsWordAt(start - 1) || !AreLetters(text.Chars.Slice(start, PlateLetters)))
        {
            return null;
        }

        var end = length == 3 ? run.DigitsEnd : run.DigitsEnd + 1;
        if (length == 2 && (!IsLetter(text.At(run.DigitsEnd)) || text.IsWordAt(end)))
        {
            // The last letter in a row of its own: "ABC 12 D".
            if (!IsLetter(text.At(end)) || text.IsWordAt(end + 1) || text.At(run.DigitsEnd) is not (' ' or '-'))
            {
                return null;
            }

            end++;
        }

        // A taxi's plate has a T after its number.
        if (length == 3 && text.At(end) is 'T' or 't')
        {
            end++;
        }

        return !text.IsWordAt(end) && IsPlate(text, start, run, end) ? (start, end) : null;
    }

    private static bool IsPlate(ScreenedText text, int start, DigitRun run, int end)
    {
        var letters = text.Chars.Slice(start, PlateLetters);
        var gap = text.Chars[(start + PlateLetters)..run.FirstDigit];
        var isUpper = !letters.ContainsAnyInRange('a', 'z') && !char.IsLower(text.At(end - 1));
        var kinds = Vocabulary.KindsOf(text.Folded.Slice(start, PlateLetters));
        var word = text.WordAt(start);
        if (IsRightAfter(text, word, start, WordKinds.Registration))
        {
            return true;
        }

        if ((kinds & WordKinds.Model) != 0 || IsAmount(text, run, end))
        {
            return false;
        }

        // No plate ends in O: then it is a zero, or a word.
        var isWhole = text.At(end - 1) is not ('O' or 'o');
        var isCommon = kinds != 0;
        var isNear = (text.Kinds & (Cues | WordKinds.TrafficCue)) != 0
            && (text.CueBefore(start, WordKinds.Registration | WordKinds.Vehicle, WordsBefore) >= 0
                || text.CueAfter(end, WordKinds.Registration | WordKinds.Vehicle | WordKinds.TrafficCue, WordsAfter) >= 0);
        if (!(isUpper && isNear) && IsAmountByLetter(text, run, end, gap))
        {
            return false;
        }

        if (isUpper && (!isCommon || (kinds == WordKinds.Acronym && isNear)))
        {
            return Labels.StandsBefore(text, start) ? false
                : isNear || (isWhole && end - run.DigitsEnd <= 1 && IsGapOfAPlate(gap))
                    || (isWhole && gap is " " && !IsAfterAMaker(text, word, start));
        }

        if (!isUpper && !isCommon && gap is ("" or " " or "-") && isWhole && run.DigitsEnd - run.FirstDigit == 2
            && (isNear || !IsParted(run, end)))
        {
            return !Labels.StandsBefore(text, start);
        }

        return isWhole && ((isNear && gap.Length == 0 && !Labels.StandsBefore(text, start))
            || ((isUpper || !isCommon) && word > 0 && IsVehicleRightBefore(text, word - 1, start)));
    }

    // In a heading in capitals throughout any three letters may follow ("BIL MED 100 KM/H"); BMW, VW and MC are always so.
    private static bool IsVehicleRightBefore(ScreenedText text, int word, int start)
    {
        var vehicle = text.Words[word];
        return vehicle.Is(WordKinds.Vehicle) && text.Chars[vehicle.End..start] is " " or ": " or " (" or " \""
            && (!vehicle.Is(WordShape.Upper) || vehicle.Length <= LongestAcronym);
    }

    /// <summary>"regnr ABC", "reg. nr: ABC", "skylten (ABC".</summary>
    private static bool IsRightAfter(ScreenedText text, int word, int start, WordKinds kinds)
    {
        var before = word - 1;
        if (before >= 1 && text.Words[before].Is(WordKinds.Label) && !text.Words[before].Is(kinds))
        {
            before--;
        }

        return before >= 0 && text.Words[before].Is(kinds) && start - text.Words[word - 1].End <= LongestGap;
    }

    /// <summary>What is read as the last letter is a unit: "rak 50 m", "rep 20m".</summary>
    private static bool IsAmountByLetter(ScreenedText text, DigitRun run, int end, ReadOnlySpan<char> gap) =>
        run.DigitsEnd - run.FirstDigit == 2 && (IsParted(run, end) || (gap.Length > 0 && char.IsLower(text.At(end - 1))))
        && text.IsBeforeUnit(run.DigitsEnd);

    /// <summary>The last letter stands apart: "ABC 12 D".</summary>
    private static bool IsParted(DigitRun run, int end) => end - run.DigitsEnd > 1;

    /// <summary>The gap of a plate on one row, or of one on two rows, whatever the line's end is written with.</summary>
    private static bool IsGapOfAPlate(ReadOnlySpan<char> gap) =>
        gap is "" or "-" or "_" or "  " || (gap.Contains('\n') && gap.IndexOfAnyExcept(' ', '\n') < 0);

    /// <summary>A unit follows: "100 km", "123 %".</summary>
    private static bool IsAmount(ScreenedText text, DigitRun run, int end) => end == run.DigitsEnd
        && (text.IsBeforeUnit(end) || (text.At(end) is ',' or '.' && char.IsAsciiDigit(text.At(end + 1))));

    /// <summary>"DeWalt DCD 796": a name in mid-sentence, of a maker most likely, stands right before.</summary>
    private static bool IsAfterAMaker(ScreenedText text, int word, int start) => word > 0
        && text.Words[word - 1] is var maker && text.Chars[maker.End..start] is " " && maker.Is(WordShape.Capital)
        && !maker.Is(WordShape.First | WordShape.Upper) && maker.Kinds == WordKinds.None;

    /// <summary>"A B C 1 2 3", "A B C 123", "ABC 1 2 3": letters or figures each alone, and no figure more.</summary>
    private static (int Start, int End)? Spaced(ScreenedText text, DigitRun run)
    {
        var (start, letterGaps) = (run.FirstDigit, 0);
        for (var i = 0; i < PlateLetters; i++)
        {
            var gap = IsGap(text.At(start - 1)) ? 1 : 0;
            letterGaps += i > 0 ? gap : 0;
            // "M.L.B. 843"
            gap += i == 0 && text.At(start - 1) == ' ' && text.At(start - 2) == '.' ? 1 : 0;
            start -= gap + 1;
            if (!IsLetter(text.At(start)))
            {
                return null;
            }
        }

        var (end, digitGaps) = (run.FirstDigit, 0);
        for (var i = 0; i < PlateLetters; i++)
        {
            var gap = i > 0 && IsGap(text.At(end)) ? 1 : 0;
            digitGaps += gap;
            end += gap;
            if (!char.IsAsciiDigit(text.At(end)) && !(i == PlateLetters - 1 && IsLetter(text.At(end))))
            {
                return null;
            }

            end++;
        }

        // "M L B 843" and "MLB 8 4 3"; not "MLB 84 3", of which one part is in two.
        if (letterGaps + digitGaps == 0 || letterGaps is 1 || digitGaps is 1 || text.IsWordAt(start - 1) || text.IsWordAt(end)
            || (IsGap(text.At(start - 1)) && IsOneOfARow(text, start - 2)))
        {
            return null;
        }

        var isUpper = !text.Chars[start..end].ContainsAnyInRange('a', 'z');
        var isNear = (text.Kinds & (WordKinds.Registration | WordKinds.Vehicle)) != 0
            && text.CueBefore(start, WordKinds.Registration | WordKinds.Vehicle, WordsBefore) >= 0;
        return !(text.At(end) == ' ' && char.IsAsciiDigit(text.At(end + 1)))
            && (isNear || (isUpper && !text.IsBeforeUnit(end)
                && (letterGaps > 0 || Vocabulary.KindsOf(text.Folded.Slice(start, PlateLetters)) == 0) && !Labels.StandsBefore(text, start))) ? (start, end) : null;
    }

    private static bool IsGap(char c) => c is ' ' or '-' or '.' or '_';

    /// <summary>A figure, or a capital that stands alone, as in a word that is spaced out.</summary>
    private static bool IsOneOfARow(ScreenedText text, int at) =>
        char.IsAsciiDigit(text.At(at)) || (char.IsUpper(text.At(at)) && !text.IsWordAt(at - 1));

    /// <summary>
    /// Letters and figures of other countries' forms (AB 12 345, ABC-123, B-AB 1234, WA 12345, 123 ABC) and of diplomats'
    /// (AB 123 C): near a word for the country and one for a vehicle, or right after one for registration.
    /// </summary>
    private static (int Start, int End)? Foreign(ScreenedText text, DigitRun run)
    {
        if (!AllDigits(text, run))
        {
            return null;
        }

        var (start, isHyphened, isSpaced) = (run.FirstDigit, false, false);
        var letters = 0;
        for (var group = 0; group < 2; group++)
        {
            var at = start - (text.At(start - 1) is ' ' or '-' ? 1 : 0);
            var from = at;
            while (at - from < PlateLetters && IsCapital(text.At(from - 1)))
            {
                from--;
            }

            if (from == at || text.IsWordAt(from - 1) || (group == 1 && text.At(start - 1) != '-' && !IsOfSpacedForeign(text, from, at)))
            {
                break;
            }

            isHyphened |= group == 1 && text.At(start - 1) == '-';
            isSpaced |= group == 1 && text.At(start - 1) == ' ';
            letters += at - from;
            start = from;
        }

        var (end, digits) = (run.DigitsEnd, run.DigitsEnd - run.FirstDigit);
        if (text.At(end) == ' ' && text.RunAt(end) is var next && next < text.Runs.Length && text.Runs[next].FirstDigit == end + 1
            && digits == 2 && text.Runs[next].DigitsEnd - end is 3 or 4)
        {
            digits += text.Runs[next].DigitsEnd - end - 1;
            end = text.Runs[next].DigitsEnd;
        }

        var suffix = end + (text.At(end) is ' ' or '-' ? 1 : 0);
        var suffixEnd = suffix;
        while (suffixEnd - suffix < PlateLetters && IsCapital(text.At(suffixEnd)))
        {
            suffixEnd++;
        }

        if (suffixEnd > suffix && !text.IsWordAt(suffixEnd))
        {
            (letters, end) = (letters + suffixEnd - suffix, suffixEnd);
        }

        if (letters == 0 || text.IsWordAt(start - 1) || text.IsWordAt(end) || digits is < 1 or > 5
            || letters + digits is < ShortestForeign or > LongestForeign)
        {
            return null;
        }

        var word = text.WordAt(start);
        var isForeign = text.CueBefore(start, WordKinds.ForeignCue, WordsBefore) >= 0;
        if (!isForeign && IsRoadSign(text, word, start, run))
        {
            return null;
        }

        var isOfVehicle = text.CueBefore(start, WordKinds.Vehicle | WordKinds.Registration, WordsBefore) >= 0;
        return isSpaced && !isForeign ? null
            : (isForeign && (isOfVehicle || IsRightAfter(text, word, start, WordKinds.ForeignCue)))
            || (isHyphened && isOfVehicle)
            || (start < run.FirstDigit && IsRightAfter(text, word, start, WordKinds.Registration)) ? (start, end) : null;
    }

    // "Skylt C31 50": a road sign has a letter and at most two figures (vägmärkesförordningen 2007:90).
    private static bool IsRoadSign(ScreenedText text, int word, int start, DigitRun run) =>
        word > 0 && text.Lower(text.Words[word - 1]).StartsWith("skylt", StringComparison.Ordinal)
        && run.FirstDigit - start == 1 && run.DigitsEnd - run.FirstDigit <= 2;

    // "B MW 1234", where a word for the country stands; "NORSK BIL AB 12345" in a heading is the plate alone.
    private static bool IsOfSpacedForeign(ScreenedText text, int from, int to) => text.At(to) == ' '
        && (text.Kinds & WordKinds.ForeignCue) != 0 && Vocabulary.KindsOf(text.Folded[from..to]) == WordKinds.None;

    /// <summary>
    /// "regnr KALLE1", "skylten löd KUNGEN": what stands after a word for registration, in capitals or with figures, right away or
    /// after words that lead to what a plate says.
    /// </summary>
    private static void FindPersonal(ScreenedText text, Found found)
    {
        for (var i = 0; i < text.Words.Length; i++)
        {
            var cue = text.Words[i];
            if (!cue.Is(WordKinds.Registration) || cue.Is(WordShape.Upper) || text.Lower(cue) is "registrerad" or "registrering")
            {
                continue;
            }

            var last = i;
            while (last + 1 < text.Words.Length && last - i < MostSaying && text.Words[last + 1].Is(WordKinds.CaseCue | WordKinds.Saying)
                && !text.Words[last + 1].Is(WordShape.Upper) && text.Words[last + 1].Start - text.Words[last].End <= 2)
            {
                last++;
            }

            // "Skylten STOPP" and "reg ABC" say too little.
            var isMetal = text.Lower(cue).StartsWith("plåt", StringComparison.Ordinal);
            var isSign = isMetal || text.Lower(cue).StartsWith("skylt", StringComparison.Ordinal);
            if (last == i && (isSign || text.Lower(cue) is "reg") && (isMetal || (text.Kinds & WordKinds.Vehicle) == 0)
                && !(i > 0 && text.Lower(text.Words[i - 1]) is "personlig" or "personliga"))
            {
                continue;
            }

            var at = text.Words[last].End;
            var start = at + text.Gap(at, LongestGap);
            var end = start;
            while (end - start <= LongestPersonal && (IsCapital(text.At(end)) || char.IsAsciiDigit(text.At(end))))
            {
                end++;
            }

            if (start > at && end - start is >= 2 and <= LongestPersonal && !text.IsWordAt(end)
                && text.Chars[start..end].ContainsAnyExceptInRange('0', '9') && !(isSign && SaysWhatSignsSay(text, start, end)))
            {
                found.Add(FindingKind.RegistrationPlate, start, end);
            }
        }
    }

    /// <summary>"STOPP", "SAAB", "PARKERING FÖRBJUDEN": a word of signs, a make, or more than one word.</summary>
    private static bool SaysWhatSignsSay(ScreenedText text, int start, int end) =>
        (Vocabulary.KindsOf(text.Folded[start..end]) & (WordKinds.SignWord | WordKinds.Vehicle | WordKinds.Model)) != 0
        || (text.At(end) == ' ' && IsCapital(text.At(end + 1)) && IsCapital(text.At(end + 2)));

    private static int GapBefore(ScreenedText text, int at)
    {
        var gap = 0;
        while (gap < LongestGap && at - gap > 0 && !text.IsWordAt(at - gap - 1))
        {
            gap++;
        }

        return gap;
    }

    private static bool AllDigits(ScreenedText text, DigitRun run) =>
        !text.Chars[run.FirstDigit..run.DigitsEnd].ContainsAnyExceptInRange('0', '9');

    private static bool AreLetters(ReadOnlySpan<char> chars) => IsLetter(chars[0]) && IsLetter(chars[1]) && IsLetter(chars[2]);

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) && (c | ' ') is not ('i' or 'q' or 'v');

    private static bool IsCapital(char c) => char.IsAsciiLetterUpper(c) || c is 'Å' or 'Ä' or 'Ö' or 'Ü';
}
