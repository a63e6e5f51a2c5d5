using PhoneNumbers;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Telephone numbers: what libphonenumber holds valid, of what begins with <c>+</c>, <c>00</c>, <c>0</c> or Sweden's 46 and
/// a mobile's 7; after a word for telephones also without its zero or its area code.
/// </summary>
/// <remarks>
/// <para>Only candidates go to libphonenumber, which costs microseconds each. Its numbers are any that could be dialled, so
/// that what looks like times ("08.30-16.00", "0730, 0830") or dates ("08-02-2024") is left out first.</para>
/// <para>A mobile's ten digits may be parted by any signs where its area code of three is, or all are, or each pair alike; a
/// number with another area code after it, and elsewhere by spaces and hyphens, or by dots alone. After a word for
/// telephones ("ring") any parting will do. Short numbers (112, 1177, 114 14) are nobody's and pass. In references, which
/// are full of running numbers, only mobile numbers and those with <c>+</c> count.</para>
/// </remarks>
internal sealed class PhoneNumberDetector(bool inReferences) : IDetector
{
    private const int LeastDigits = 8;
    private const int LeastLocalDigits = 6;
    private const int MostLocalDigits = 8;
    private const int MostDigits = 15;
    private const int MostSwedishDigits = 10;
    private const int MobileDigits = 10;
    private const int LongestGap = 4;
    private const int MostGroups = MostDigits;
    private const int WordsBefore = 3;

    // Bound on first use: its metadata takes a while to load, and clean texts need none of it.
    private static readonly Lazy<PhoneNumberUtil> Numbers = new(PhoneNumberUtil.GetInstance);

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        var past = 0;
        foreach (var run in text.Runs)
        {
            var start = run.Start < run.FirstDigit && text.IsWordAt(run.Start - 1) ? run.FirstDigit : run.Start;
            if (start >= past && Match(text, start) is { } match)
            {
                found.Add(FindingKind.PhoneNumber, match.Start, match.End);
                past = match.End;
            }
        }
    }

    private (int Start, int End)? Match(ScreenedText text, int start)
    {
        var first = text.DigitAt(start);
        var isInternational = text.At(start - 1) == '+' || (text.At(start - 1) is '(' or ' ' && text.At(start - 2) == '+');
        var isSaid = !inReferences && (text.Kinds & (WordKinds.PhoneCue | WordKinds.PhoneWord)) != 0
            && text.CueBefore(start, WordKinds.PhoneCue | WordKinds.PhoneWord, WordsBefore) >= 0;
        if (!isInternational && ((first is not (0 or 4) && !isSaid) || IsInsideNumber(text, start)))
        {
            return null;
        }

        Span<char> digits = stackalloc char[MostDigits];
        Span<Group> groups = stackalloc Group[MostGroups];
        var (count, groupCount, at) = (0, 0, start);
        (int Start, int End)? match = null;
        while (true)
        {
            for (; IsDigit(text, at); at++)
            {
                if (count == MostDigits)
                {
                    return match;
                }

                digits[count++] = (char)('0' + text.DigitAt(at));
            }

            var gap = text.Gap(at, LongestGap);
            var goesOn = gap > 0 && IsDigit(text, at + gap);
            groups[groupCount++] = new Group(count, at, goesOn ? gap : 0);
            if (count >= LeastLocalDigits
                && IsNumber(text, new Candidate(digits[..count], groups[..groupCount], isInternational, isSaid), start, goesOn))
            {
                match = (isInternational ? text.At(start - 1) == '+' ? start - 1 : start - 2 : start, at);
            }

            if (!goesOn || groupCount == MostGroups)
            {
                return match;
            }

            at += gap;
        }
    }

    /// <summary>The decimals of a number, or the rest of a date or a running number.</summary>
    private static bool IsInsideNumber(ScreenedText text, int start) =>
        text.At(start - 1) is '.' or ',' or ':' or '-' && char.IsAsciiDigit(text.At(start - 2));

    // The l of "0701234567 ligger" begins a word; the one of "O7l1" does not.
    private static bool IsDigit(ScreenedText text, int at) => text.DigitAt(at) >= 0
        && (char.IsAsciiDigit(text.At(at)) || !char.IsLetter(text.At(at + 1)) || text.DigitAt(at + 1) >= 0);

    private bool IsNumber(ScreenedText text, in Candidate candidate, int start, bool goesOn)
    {
        var digits = candidate.Digits;
        if (candidate.IsInternational || digits.StartsWith("00"))
        {
            // No country code begins with 0.
            return digits[candidate.IsInternational ? 0 : 2] != '0' && digits.Length >= LeastDigits && (candidate.IsInternational || !inReferences)
                && IsValid(string.Concat(candidate.IsInternational ? "+" : "", digits), out _);
        }

        if (digits.StartsWith("467") || digits.StartsWith("4607"))
        {
            // "46701234567": the country code with nothing before it.
            return !inReferences && digits.Length == (digits[2] == '0' ? 12 : 11) && IsValid(string.Concat("+", digits), out _);
        }

        if (digits[0] != '0')
        {
            return candidate.IsSaid && !goesOn && IsWithoutItsBeginning(text, candidate, start);
        }

        if (digits.Length is < LeastDigits or > MostSwedishDigits || digits[1] == '0' || IsOfServices(digits))
        {
            return false;
        }

        if (digits[1] == '7' && digits.Length == MobileDigits)
        {
            return (candidate.IsSaid || (IsWrittenAsMobile(text, candidate, goesOn) && !(Labels.StandsBefore(text, start, out var isLabel) && isLabel)))
                && IsValid(digits.ToString(), out _);
        }

        return !inReferences && IsWrittenWithAreaCode(text, candidate, goesOn) && IsValid(digits.ToString(), out var number)
            && (candidate.Groups.Length == 1 || candidate.IsEachApart
                || candidate.Groups[0].Digits == 1 + Numbers.Value.GetLengthOfNationalDestinationCode(number!)
                // "tel 0 8 123 456 78"
                || (candidate.IsSaid && candidate.Groups[0].Digits == 1
                    && candidate.Groups[1].Digits == 1 + Numbers.Value.GetLengthOfNationalDestinationCode(number!)));
    }

    /// <summary>"ring 701234567", and after a word for telephones alone "tel 123 45 67" and "tel 1234567".</summary>
    private static bool IsWithoutItsBeginning(ScreenedText text, in Candidate candidate, int start)
    {
        var digits = candidate.Digits;
        if (digits.Length == MobileDigits - 1 && digits[0] == '7' && candidate.Groups[0].Digits >= 2)
        {
            return IsValid(string.Concat("0", digits), out _);
        }

        var word = text.CueBefore(start, WordKinds.PhoneWord, 1);
        return word >= 0 && start - text.Words[word].End <= LongestGap && digits.Length is >= LeastLocalDigits and <= MostLocalDigits
            && (candidate.Groups.Length == 1
                ? !WrittenDates.IsDate(digits) && !text.IsBeforeUnit(candidate.Groups[0].End) && !text.IsWordAt(candidate.Groups[0].End)
                : candidate.Groups.Length is 2 or 3 && candidate.Groups[0].Digits is 2 or 3
                    && candidate.Gap(text, 0).IndexOfAnyExcept(' ', '-') < 0)
            // Helplines all over the EU have 116 and three digits.
            && !(digits.Length == LeastLocalDigits && digits.StartsWith("116"));
    }

    /// <summary>Ten digits that begin as a mobile's, parted as no times, dates or rows of figures are.</summary>
    private static bool IsWrittenAsMobile(ScreenedText text, in Candidate candidate, bool goesOn)
    {
        var groups = candidate.Groups;
        if (candidate.IsEachApart)
        {
            return !goesOn;
        }

        switch (groups[0].Digits)
        {
            case 3 or >= 5:
                return true;
            case 4:
                // "0730-16.00 12" and "0730, 0830" are times.
                return groups.Length == 2 || (groups[1].Digits != 8 && candidate.IsAlikeFrom(text, 1));
            case 1 or 2 when IsAreaCodeAlone(groups):
                // "0 70 174 06 05", "(0)70-174 06 05", "0 7 0 1740605": the zero stands apart from its area code.
                return !goesOn;
            case 2:
                // "07 01 23 45 67" in pairs; "07.30, 08.30" are times.
                return !goesOn && groups.Length == 5 && candidate.IsAlikeFrom(text, 0) && candidate.Gap(text, 0) is not "." and not ", " and not ":";
            case 1:
                return !goesOn && groups.Length == 2;
            default:
                return false;
        }
    }

    /// <summary>A gap after the first three digits, and one inside them.</summary>
    private static bool IsAreaCodeAlone(ReadOnlySpan<Group> groups)
    {
        var i = 0;
        while (i < groups.Length && groups[i].Digits < 3)
        {
            i++;
        }

        return i > 0 && groups[i].Digits == 3;
    }

    private static bool IsWrittenWithAreaCode(ScreenedText text, in Candidate candidate, bool goesOn)
    {
        var groups = candidate.Groups;
        if (candidate.IsEachApart)
        {
            return !goesOn && candidate.IsSaid;
        }

        // "08-02-2024" and "0900-1700", which might be dialled.
        if (groups is [{ Digits: 2 }, { Digits: 4 }, { Digits: 6 or 8 }] or [{ Digits: 4 }, { Digits: 8 }])
        {
            return false;
        }

        var (dots, hyphens, others) = (0, 0, 0);
        for (var i = 0; i < groups.Length - 1; i++)
        {
            foreach (var c in candidate.Gap(text, i))
            {
                dots += c == '.' ? 1 : 0;
                hyphens += c is '-' or '/' ? 1 : 0;
                // A comma after the area code alone is a slip: "08, 123 456 78".
                others += c is ' ' or '\n' or '-' or '/' or '.' or '(' or ')' or '_' || (i == 0 && groups[0].Digits == 3) ? 0 : 1;
            }
        }

        return (candidate.IsSaid || ((others == 0 || candidate.IsAlikeFrom(text, 0)) && (dots == 0 || (hyphens == 0 && dots == groups.Length - 1))))
            && (hyphens < 2 || candidate.Digits.Length > LeastDigits);
    }

    // Numbers that no person has: free and shared cost (Post- och telestyrelsen, the Swedish numbering plan).
    private static bool IsOfServices(ReadOnlySpan<char> digits) =>
        digits.StartsWith("020") || digits.StartsWith("077");

    private static bool IsValid(string digits, out PhoneNumber? number)
    {
        try
        {
            number = Numbers.Value.Parse(digits, "SE");
            return Numbers.Value.IsValidNumber(number);
        }
        catch (NumberParseException)
        {
            number = null;
            return false;
        }
    }

    /// <summary>Digits that stand together.</summary>
    /// <param name="Digits">How many there are up to its end, those of the groups before it included.</param>
    /// <param name="End">One past its last.</param>
    /// <param name="Gap">How many characters part it from the next; 0 for the last.</param>
    private readonly record struct Group(int Digits, int End, int Gap);

    /// <summary>What may be a number.</summary>
    private readonly ref struct Candidate(ReadOnlySpan<char> digits, ReadOnlySpan<Group> groups, bool isInternational, bool isSaid)
    {
        public ReadOnlySpan<char> Digits { get; } = digits;

        public ReadOnlySpan<Group> Groups { get; } = groups;

        /// <summary>A plus stands before it.</summary>
        public bool IsInternational { get; } = isInternational;

        /// <summary>A word for telephones stands before it.</summary>
        public bool IsSaid { get; } = isSaid;

        /// <summary>Every digit stands alone.</summary>
        public bool IsEachApart => Groups.Length == Digits.Length;

        /// <summary>What parts a group from the next.</summary>
        public ReadOnlySpan<char> Gap(ScreenedText text, int group) => text.Chars.Slice(Groups[group].End, Groups[group].Gap);

        /// <summary>The same parts all groups from one on.</summary>
        public bool IsAlikeFrom(ScreenedText text, int group)
        {
            for (var i = group + 1; i < Groups.Length - 1; i++)
            {
                if (!Gap(text, i).SequenceEqual(Gap(text, group)))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
