using System.Buffers;
using PhoneNumbers;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Telephone numbers: what libphonenumber holds valid, of what begins with <c>+</c>, <c>00</c>, <c>0</c> or Sweden's 46 and
/// a mobile's 7.
/// </summary>
/// <remarks>
/// Only candidates go to libphonenumber, which costs microseconds each. Its numbers are any that could be dialled, so that
/// what looks like times ("08.30-16.00", "0830-1600") or dates ("08-02-2024") is left out first: a Swedish number is broken
/// after its area code, and only a number broken by dots alone has dots; a mobile's ten digits may be broken in two ways.
/// Short numbers (112, 1177, 114 14) are nobody's and
/// pass. In references, which are full of running numbers, only mobile numbers and those with <c>+</c> count.
/// </remarks>
internal sealed class PhoneNumberDetector(bool inReferences) : IDetector
{
    private const int LeastDigits = 8;
    private const int MostDigits = 15;
    private const int MostSwedishDigits = 10;
    private const int MobileDigits = 10;
    private const int LongestGap = 3;
    private const int MostGroups = 8;

    private static readonly SearchValues<char> GapCharacters = SearchValues.Create(" -./()\n");

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
        if (!isInternational && (first is not (0 or 4) || IsInsideNumber(text, start)))
        {
            return null;
        }

        Span<char> digits = stackalloc char[MostDigits];
        Span<(int Digits, int End)> groups = stackalloc (int, int)[MostGroups];
        var (count, groupCount, at) = (0, 0, start);
        var (dots, firstDots, hyphens, gaps) = (0, 0, 0, 0);
        (int Start, int End)? match = null;
        while (groupCount < MostGroups)
        {
            for (; IsDigit(text, at); at++)
            {
                if (count == MostDigits)
                {
                    return match;
                }

                digits[count++] = (char)('0' + text.DigitAt(at));
            }

            groups[groupCount++] = (count, at);
            if (count >= LeastDigits
                && (IsPlain(dots, hyphens, gaps) || IsMobile(digits[..count], groups[0].Digits, dots - firstDots, gaps))
                && IsNumber(digits[..count], groups[..groupCount], isInternational, hyphens))
            {
                match = (isInternational ? text.At(start - 1) == '+' ? start - 1 : start - 2 : start, at);
            }

            var gap = 0;
            while (gap < LongestGap && GapCharacters.Contains(text.At(at + gap)))
            {
                dots += text.At(at + gap) == '.' ? 1 : 0;
                hyphens += text.At(at + gap) is '-' or '/' ? 1 : 0;
                gap++;
            }

            gaps += gap > 0 ? 1 : 0;
            firstDots = gaps <= 1 ? dots : firstDots;
            at += gap;
            if (gap == 0 || !IsDigit(text, at))
            {
                break;
            }
        }

        return match;
    }

    /// <summary>Broken by dots alone, or without any: "08.30-16.00" are times.</summary>
    private static bool IsPlain(int dots, int hyphens, int gaps) => dots == 0 || (hyphens == 0 && dots == gaps);

    /// <summary>
    /// Ten digits that begin as a mobile's and break after its area code, "070-123.45.67". After four, what follows is broken
    /// in one way: "0701.23 45 67", whereas "0730-16.00 12" are times and a number.
    /// </summary>
    private static bool IsMobile(ReadOnlySpan<char> digits, int firstGroup, int laterDots, int gaps) =>
        digits.Length == MobileDigits && digits.StartsWith("07")
        && (firstGroup == 3 || (firstGroup == 4 && (laterDots == 0 || laterDots == gaps - 1)));

    /// <summary>The decimals of a number, or the rest of a date or a running number.</summary>
    private static bool IsInsideNumber(ScreenedText text, int start) =>
        text.At(start - 1) is '.' or ',' or ':' or '-' && char.IsAsciiDigit(text.At(start - 2));

    // The l of "0701234567 ligger" begins a word; the one of "O7l1" does not.
    private static bool IsDigit(ScreenedText text, int at) => text.DigitAt(at) >= 0
        && (char.IsAsciiDigit(text.At(at)) || !char.IsLetter(text.At(at + 1)) || text.DigitAt(at + 1) >= 0);

    private bool IsNumber(ReadOnlySpan<char> digits, ReadOnlySpan<(int Digits, int End)> groups, bool isInternational, int hyphens)
    {
        var isAbroad = isInternational || digits.StartsWith("00");
        if (isAbroad)
        {
            return (isInternational || !inReferences)
                && IsValid(string.Concat(isInternational ? "+" : "", digits), out _);
        }

        if (digits[0] == '4')
        {
            // "46701234567": the country code with nothing before it.
            return !inReferences && digits.Length == 11 && digits.StartsWith("467") && IsValid(string.Concat("+", digits), out _);
        }

        if (digits.Length > MostSwedishDigits || digits[1] == '0' || IsOfServices(digits))
        {
            return false;
        }

        if (digits[1] == '7' && digits.Length == MobileDigits)
        {
            return IsValid(digits.ToString(), out _);
        }

        // "08-02-2024" and "0900-1700", which might be dialled.
        var isDateOrTimes = groups is [{ Digits: 2 }, { Digits: 4 }, { Digits: 6 or 8 }] or [{ Digits: 4 }, { Digits: 8 }];
        return !inReferences && !isDateOrTimes && (hyphens < 2 || digits.Length > LeastDigits)
            && IsValid(digits.ToString(), out var number)
            && (groups.Length == 1 || groups[0].Digits == 1 + Numbers.Value.GetLengthOfNationalDestinationCode(number!));
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
}
