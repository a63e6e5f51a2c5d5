using System.Globalization;
using System.Numerics;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Personnummer, samordningsnummer and interim numbers: 10 or 12 digits of a date that exists, with a right check digit.
/// </summary>
/// <remarks>
/// <para>The rules are Skatteverket's (folkbokföringslagen 1991:481, 18 §; lagen 2022:1697 om samordningsnummer; SKV 704 and
/// 707): the check digit is Luhn's over the last ten; a samordningsnummer has 60 added to the day, and month 00 or day 60
/// where they are not known, and its day need not exist in its month; an interim number has a letter, which counts as 1, for
/// the first of the last four. Organisation numbers have 20 or more where the month stands, and so are none.</para>
/// <para>A number may be parted by any signs (<see cref="LongestGap"/> at most) after the year, the month and the date, and
/// inside the last four once these stand apart; between all of its digits; and anywhere by signs that nobody parts amounts
/// and times with. Breaks that are rare (8504-122386, 85 0412 2386) count where no more figures follow. It may be glued to letters, but a longer row of digits holds none. A date and a time of day are none.</para>
/// <para>After a word for such numbers ("pnr") it may be parted anywhere, and the check digit may be wrong: a slip of the pen
/// still points at somebody. A date and its last four may stand apart where words say so ("född 850412, sista fyra 2386").</para>
/// </remarks>
internal sealed class IdentityNumberDetector : IDetector
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];

    private const string InterimLetters = "trsuwxjklmn";
    private const int LongestGap = 8;
    private const int LongestGapInLists = 4;
    private const int AddedToCoordinationDays = 60;
    private const int MostDigits = 12;
    private const int LeastDigits = 10;
    private const int WordsBeforeNumber = 3;
    private const int LongestWayToLastFour = 60;
    private const int WordsBeforeLastFour = 3;
    private const int FirstYearOfReports = 15;
    private const int LastYearOfReports = 29;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        var mayHaveBars = text.Runs.Length > 0 && text.Chars.Contains('|');
        for (var i = 0; i < text.Runs.Length; i++)
        {
            var run = text.Runs[i];
            // Letters that are glued to others are letters: the l of "kl990807" is no digit.
            var start = run.Start < run.FirstDigit && text.IsWordAt(run.Start - 1) ? run.FirstDigit : run.Start;
            if (char.IsAsciiDigit(text.At(start - 1)))
            {
                continue;
            }

            var whole = Match(text, start, isBarDigit: false)
                ?? (start != run.FirstDigit ? Match(text, run.FirstDigit, isBarDigit: false) : null)
                ?? (mayHaveBars ? Match(text, start, isBarDigit: true) : null);
            if (whole is { } match)
            {
                found.Add(match.Kind, match.Start, match.End);
            }
            else if (MatchLastFourApart(text, i) is { } apart)
            {
                found.Add(apart.Kind, apart.Start, apart.End);
            }
        }
    }

    private static (FindingKind Kind, int Start, int End)? Match(ScreenedText text, int start, bool isBarDigit)
    {
        Span<int> digits = stackalloc int[MostDigits];
        Span<int> ends = stackalloc int[MostDigits];
        var walk = new Walk(text, digits, ends, isBarDigit);
        walk.Run(start);
        foreach (var count in (ReadOnlySpan<int>)[MostDigits, LeastDigits])
        {
            if (walk.Count >= count && walk.KindOf(start, count) is { } kind)
            {
                return (kind, start, ends[count - 1]);
            }
        }

        return null;
    }

    /// <summary>
    /// "född 850412, sista fyra 2386", "född 12/4 1985 … slutsiffror 2386": a date of birth and, some words on, four more; or the
    /// four first ("sista fyra 2386, född 850412").
    /// </summary>
    private static (FindingKind Kind, int Start, int End)? MatchLastFourApart(ScreenedText text, int index)
    {
        const WordKinds cues = WordKinds.LastFourCue | WordKinds.Born | WordKinds.IdentityCue;
        if ((text.Kinds & cues) == 0 || text.Runs.Length < 2)
        {
            return null;
        }

        Span<int> digits = stackalloc int[MostDigits];
        var date = text.Runs[index];
        if (Date(text, index, digits) is not { } born)
        {
            return null;
        }

        var isOfSomebody = text.CueBefore(date.FirstDigit, WordKinds.Born | WordKinds.IdentityCue, WordsBeforeNumber) >= 0;
        if (born.Next < text.Runs.Length && IsLastFour(text, text.Runs[born.Next], born.End, text.Runs[born.Next].FirstDigit))
        {
            var last = text.Runs[born.Next];
            var isSaid = IsSaidToBeLastFour(text, last, born.End);
            Append(text, last, digits, born.Count);
            if ((isSaid || isOfSomebody) && KindOf(digits[..(born.Count + 4)], isInterim: false, plus: false, isChecked: !isSaid) is { } kind)
            {
                return (kind, date.FirstDigit, last.DigitsEnd);
            }
        }

        if (index > 0 && IsLastFour(text, text.Runs[index - 1], text.Runs[index - 1].DigitsEnd, date.FirstDigit)
            && IsSaidToBeLastFour(text, text.Runs[index - 1], 0))
        {
            Append(text, text.Runs[index - 1], digits, born.Count);
            return KindOf(digits[..(born.Count + 4)], isInterim: false, plus: false, isChecked: !isOfSomebody) is { } kind
                ? (kind, text.Runs[index - 1].FirstDigit, born.End) : null;
        }

        return null;
    }

    /// <summary>Four digits that stand alone, no further from the date than a sentence joins them.</summary>
    private static bool IsLastFour(ScreenedText text, DigitRun run, int from, int to) => run.DigitsEnd - run.FirstDigit == 4
        && to - from <= LongestWayToLastFour && !text.Chars[from..to].Contains('\n')
        && !char.IsAsciiDigit(text.At(run.DigitsEnd)) && text.Chars[run.FirstDigit..run.DigitsEnd].IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>"sista fyra 2386", "2386 som fyra sista": a word for the last four, at or after a position.</summary>
    private static bool IsSaidToBeLastFour(ScreenedText text, DigitRun run, int from) =>
        (text.CueBefore(run.FirstDigit, WordKinds.LastFourCue, WordsBeforeLastFour) is >= 0 and var before && text.Words[before].Start >= from && IsOfLastFour(text, before))
        || (text.CueAfter(run.DigitsEnd, WordKinds.LastFourCue, WordsBeforeLastFour) is >= 0 and var after && IsOfLastFour(text, after));

    // "Fyra bussar 2340" and "sista tåget 2340" are none.
    private static bool IsOfLastFour(ScreenedText text, int word) => text.Lower(text.Words[word]) is not "fyra"
        || (word > 0 && text.Lower(text.Words[word - 1]) is "sista") || (word + 1 < text.Words.Length && text.Lower(text.Words[word + 1]) is "sista");

    /// <summary>A date of birth that begins with a run: 850412, 1985-04-12, 12/4 1985, 12.4.85, 12 april 1985.</summary>
    /// <returns>How many digits were written, as YYMMDD or YYYYMMDD, the first run after it, and where it ends.</returns>
    private static (int Count, int Next, int End)? Date(ScreenedText text, int index, Span<int> digits)
    {
        var (first, next) = (text.Runs[index], index + 1);
        var count = Append(text, first, digits, 0);
        var end = first.DigitsEnd;
        // "1985-04-12"
        for (; count is 2 or 4 or 6 && next < text.Runs.Length && text.Runs[next].FirstDigit == end + 1
            && text.Runs[next].DigitsEnd - end == 3 && text.At(end) is '-' or '/' or '.'; next++)
        {
            count = Append(text, text.Runs[next], digits, count);
            end = text.Runs[next].DigitsEnd;
        }

        if (count is 8 || (count is 6 && !IsDayFirst(digits)))
        {
            return (count, next, end);
        }

        return DayFirst(text, index, digits);
    }

    // "12-04-85" and "120485": no month is 13 or more, and no year stands in the middle.
    private static bool IsDayFirst(ReadOnlySpan<int> digits) =>
        (digits[2] * 10) + digits[3] is < 1 or > 12 || (digits[4] * 10) + digits[5] is < 1 or (> 31 and < AddedToCoordinationDays) or > AddedToCoordinationDays + 31;

    private static (int Count, int Next, int End)? DayFirst(ScreenedText text, int index, Span<int> digits)
    {
        if (Number(text, index, 2) is not (((>= 1 and <= 31) or (>= AddedToCoordinationDays and <= AddedToCoordinationDays + 31)) and var day))
        {
            return null;
        }

        var next = index + 1;
        var end = text.Runs[index].DigitsEnd;
        int month;
        // "12:e april"
        if (text.WordAt(end) is var ordinal && ordinal < text.Words.Length && text.Words[ordinal].Start - end is 0 or 1 && text.Lower(text.Words[ordinal]) is "e" or "a")
        {
            end = text.Words[ordinal].End;
        }

        if (text.WordAt(end) is var word && word < text.Words.Length && text.Words[word].Start - end is 0 or 1 or 2
            && Array.FindIndex(Months, m => text.Lower(text.Words[word]).StartsWith(m, StringComparison.Ordinal)) is >= 0 and var named)
        {
            (month, end) = (named + 1, text.Words[word].End);
        }
        else if (next < text.Runs.Length && text.Chars[end..text.Runs[next].FirstDigit] is "/" or "." or "-" or ". " or " / " or " "
            && Number(text, next, 2) is >= 1 and <= 12 and var numbered)
        {
            (month, end) = (numbered, text.Runs[next].DigitsEnd);
            next++;
        }
        else
        {
            return null;
        }

        if (next >= text.Runs.Length || text.Chars[end..text.Runs[next].FirstDigit] is not (" " or "/" or "." or "-" or "'" or " -" or " '" or ", " or ". "))
        {
            return null;
        }

        var count = Append(text, text.Runs[next], digits, 0);
        if (count is not (2 or 4) || text.Runs[next].DigitsEnd - text.Runs[next].FirstDigit != count)
        {
            return null;
        }

        (digits[count], digits[count + 1], digits[count + 2], digits[count + 3]) = (month / 10, month % 10, day / 10, day % 10);
        return (count + 4, next + 1, text.Runs[next].DigitsEnd);
    }

    private static int? Number(ScreenedText text, int run, int longest) =>
        text.Runs[run].DigitsEnd - text.Runs[run].FirstDigit <= longest && int.TryParse(text.Chars[text.Runs[run].FirstDigit..text.Runs[run].DigitsEnd], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    private static int Append(ScreenedText text, DigitRun run, Span<int> digits, int count)
    {
        for (var at = run.FirstDigit; at < run.DigitsEnd; at++)
        {
            if (count == digits.Length)
            {
                return int.MaxValue;
            }

            digits[count++] = text.DigitAt(at);
        }

        return count;
    }

    /// <summary>What ten or twelve digits are; null where the date or the check digit is none.</summary>
    private static FindingKind? KindOf(ReadOnlySpan<int> digits, bool isInterim, bool plus, bool isChecked)
    {
        var century = digits.Length - LeastDigits;
        if (isChecked && !Luhn(digits[century..]))
        {
            return null;
        }

        var year = century > 0 ? (digits[0] * 1000) + (digits[1] * 100) : 0;
        if (century > 0 && year is not (1800 or 1900 or 2000))
        {
            return null;
        }

        year += (digits[century] * 10) + digits[century + 1];
        var month = (digits[century + 2] * 10) + digits[century + 3];
        var day = (digits[century + 4] * 10) + digits[century + 5];
        if (day >= AddedToCoordinationDays)
        {
            return month <= 12 && day <= AddedToCoordinationDays + 31 ? FindingKind.CoordinationNumber : null;
        }

        return !Exists(year, month, day, century > 0, plus) ? null
            : isInterim ? FindingKind.InterimNumber : FindingKind.PersonalIdentityNumber;
    }

    private static bool Exists(int year, int month, int day, bool isCenturyKnown, bool plus)
    {
        if (month is < 1 or > 12 || day < 1)
        {
            return false;
        }

        // Without a century the year 00 is 2000, a leap year; after a plus it is 1900 or before, which is none.
        var full = isCenturyKnown ? year : year == 0 ? (plus ? 1900 : 2000) : 1900 + year;
        return day <= DateTime.DaysInMonth(full, month);
    }

    private static bool Luhn(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var doubled = i % 2 == 0 ? digits[i] * 2 : digits[i];
            sum += (doubled / 10) + (doubled % 10);
        }

        return sum % 10 == 0;
    }

    /// <summary>Digits as they are met from a place on, with where and how they are parted. Bit n: before digit n.</summary>
    private ref struct Walk(ScreenedText text, Span<int> digits, Span<int> ends, bool isBarDigit)
    {
        private readonly Span<int> digits = digits;
        private readonly Span<int> ends = ends;
        private int breaks;
        // Parted by what amounts, dates and times are parted with.
        private int usual;
        private int colonsOrDots;
        private int spacesOrCommas;
        private int pluses;
        private int interim;

        /// <summary>How many digits there are, at most twelve.</summary>
        public int Count { get; private set; }

        public void Run(int start)
        {
            for (var at = start; Count < MostDigits;)
            {
                if (Count > 0)
                {
                    var gap = isBarDigit && text.At(at) == '|' ? 0 : text.Gap(at, LongestGap);
                    Note(at, gap);
                    at += gap;
                }

                var digit = isBarDigit && text.At(at) == '|' ? 1 : text.DigitAt(at);
                if (digit < 0 && Count is 6 or 8 && interim == 0 && at < text.Folded.Length
                    && InterimLetters.Contains(text.Folded[at]) && text.DigitAt(at + 1) >= 0)
                {
                    (digit, interim) = (1, Count);
                }

                // No month has 13 or more: neither of ten digits nor, unless they are a century, of twelve.
                if (digit < 0 || (Count == 4 && (digits[2] * 10) + digits[3] > 12
                    && (digits[0] * 10) + digits[1] is not (18 or 19 or 20)))
                {
                    return;
                }

                digits[Count] = digit;
                ends[Count] = ++at;
                Count++;
            }
        }

        public readonly FindingKind? KindOf(int start, int count)
        {
            var (end, century, serial) = (ends[count - 1], count - LeastDigits, count - 4);
            // Not the beginning of more digits; a letter that was read as a digit ends the word, too.
            if ((interim != 0 && interim != serial) || char.IsAsciiDigit(text.At(end))
                || (!char.IsAsciiDigit(text.At(end - 1)) && text.IsWordAt(end)))
            {
                return null;
            }

            var written = breaks & ((1 << count) - 1);
            var isInterim = interim == serial;
            if (isInterim && written >> (serial + 1) != 0)
            {
                return null;
            }

            var plus = (pluses & (1 << serial)) != 0;
            if (Kind(count, isInterim, plus, isChecked: true) is { } kind)
            {
                var isApart = written == (1 << count) - 2;
                if (isApart ? !GoesOn(start, end)
                    : IsWritten(written, century, start, end) && !IsDateAndTime(count, written) && !IsRunningNumber(start, count))
                {
                    return kind;
                }
            }
            else if ((text.Kinds & WordKinds.IdentityCue) == 0)
            {
                return null;
            }

            return text.CueBefore(start, WordKinds.IdentityCue, WordsBeforeNumber) >= 0 && !GoesOn(start, end)
                ? Kind(count, isInterim, plus, isChecked: false) : null;
        }

        private readonly FindingKind? Kind(int count, bool isInterim, bool plus, bool isChecked) =>
            IdentityNumberDetector.KindOf(digits[..count], isInterim, plus, isChecked);

        private void Note(int at, int gap)
        {
            if (gap == 0)
            {
                return;
            }

            var bit = 1 << Count;
            breaks |= bit;
            for (var i = at; i < at + gap; i++)
            {
                var c = text.At(i);
                usual |= c is ' ' or '\n' or '-' or '.' or ',' or '/' or ':' or '(' or ')' or '+' ? bit : 0;
                colonsOrDots |= c is ':' or '.' ? bit : 0;
                spacesOrCommas |= c is ' ' or ',' or '\n' ? bit : 0;
                pluses |= c == '+' ? bit : 0;
            }
        }

        /// <summary>
        /// People break the number where its parts begin: the year, the month, the day, the last four and their middle. Where they
        /// break it in a rarer way it must not be one of a row of figures, nor an amount.
        /// </summary>
        private readonly bool IsWritten(int written, int century, int start, int end)
        {
            var (month, day, serial) = (1 << (century + 2), 1 << (century + 4), 1 << (century + 6));
            var inSerial = (serial << 1) | (serial << 2) | (serial << 3);
            // "850 412-2386"
            if (century == 0 && (written & usual) == ((1 << 3) | serial) && (spacesOrCommas & serial) == 0)
            {
                return true;
            }

            var allowed = month | day | serial | inSerial | (century > 0 ? 1 << 2 : 0);
            // Signs that stand between no other figures may stand anywhere.
            var counted = written & (usual | allowed);
            if ((counted & ~allowed) != 0)
            {
                return false;
            }

            if ((written & usual) == 0)
            {
                return true;
            }

            // "850412" broken inside its last four alone is an amount or a time.
            if (((written & inSerial) != 0 && (written & serial) == 0) || BitOperations.PopCount((uint)(written & inSerial)) > 1)
            {
                return false;
            }

            // "8504-122386", "85 0412 2386", "85-04122386"
            var isRare = ((written & day) != 0 && (written & month) == 0 && (written & serial) == 0)
                || ((written & month) != 0 && (written & day) == 0 && century == 0);
            return !isRare || !(GoesOn(start, end) || text.IsBeforeUnit(end));
        }

        /// <summary>"2024-05-01 22.15", and in years that reports are of "240501 2215": what follows the date is a time.</summary>
        private readonly bool IsDateAndTime(int count, int written)
        {
            var serial = count - 4;
            var (hour, minute) = ((digits[serial] * 10) + digits[serial + 1], (digits[serial + 2] * 10) + digits[serial + 3]);
            if (interim == serial || hour > 23 || minute > 59)
            {
                return false;
            }

            if ((written & colonsOrDots & (1 << (serial + 2))) != 0)
            {
                return true;
            }

            // A hyphen, or a dot like those in the date, is how numbers are parted, not dates from times.
            return IsOfReportsYears(count) && (written & spacesOrCommas & (1 << serial)) != 0 && (pluses & (1 << serial)) == 0;
        }

        /// <summary>"kvitto 20240412-1887": after a word for running numbers, which begin with the day they were given.</summary>
        private readonly bool IsRunningNumber(int start, int count) => (text.Kinds & WordKinds.RunningNumber) != 0
            && IsOfReportsYears(count) && text.CueBefore(start, WordKinds.RunningNumber, 1) >= 0;

        private readonly bool IsOfReportsYears(int count)
        {
            var year = (digits[count - LeastDigits] * 10) + digits[count - LeastDigits + 1];
            return year is >= FirstYearOfReports and <= LastYearOfReports && (count == LeastDigits || digits[0] == 2);
        }

        /// <summary>More figures stand before or after, parted likewise, as in lists of figures.</summary>
        private readonly bool GoesOn(int start, int end)
        {
            var before = start - 1;
            while (start - before <= LongestGapInLists && before > 0 && !text.IsWordAt(before) && text.At(before) is not ('\n' or ':' or '(' or '"'))
            {
                before--;
            }

            var after = text.Gap(end, LongestGapInLists);
            return (before >= 0 && char.IsAsciiDigit(text.At(before)))
                || text.IsWordAt(end) || (after is 1 or 2 && char.IsAsciiDigit(text.At(end + after)));
        }
    }
}
