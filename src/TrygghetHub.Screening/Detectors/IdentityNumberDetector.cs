using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Personnummer, samordningsnummer and interim numbers: 10 or 12 digits of a date that exists, with a right check digit.
/// </summary>
/// <remarks>
/// The rules are Skatteverket's (folkbokföringslagen 1991:481, 18 and 18 a §§; SKV 704 and 707): the check digit is Luhn's
/// over the last ten, a samordningsnummer has 60 added to the day, an interim number a letter for the first of the last
/// four, which counts as 1. Organisation numbers have 20 or more where the month stands, and so are none.
/// A number may be broken after the year, the month, the date, and inside its last four, by up to three spaces, dots,
/// hyphens, pluses, underscores or slashes; or every digit stands apart by one space, or by one dot. It may be glued to letters, but a
/// longer row of digits holds none.
/// </remarks>
internal sealed class IdentityNumberDetector : IDetector
{
    private const string InterimLetters = "trsuwxjklmn";
    private const int LongestGap = 3;
    private const int AddedToCoordinationDays = 60;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        foreach (var run in text.Runs)
        {
            // Letters that are glued to others are letters: the l of "kl990807" is no digit.
            var start = run.Start < run.FirstDigit && text.IsWordAt(run.Start - 1) ? run.FirstDigit : run.Start;
            if (char.IsAsciiDigit(text.At(start - 1)))
            {
                continue;
            }

            if ((MatchApart(text, run.FirstDigit, 12) ?? MatchApart(text, run.FirstDigit, 10)) is { } apart)
            {
                found.Add(apart.Kind, run.FirstDigit, apart.End);
            }
            else if (Match(text, start, 12) is { } twelve)
            {
                found.Add(twelve.Kind, start, twelve.End);
            }
            else if (Match(text, start, 10) is { } ten)
            {
                found.Add(ten.Kind, start, ten.End);
            }
            else if (start != run.FirstDigit && (Match(text, run.FirstDigit, 12) ?? Match(text, run.FirstDigit, 10)) is { } late)
            {
                found.Add(late.Kind, run.FirstDigit, late.End);
            }
        }
    }

    private static (FindingKind Kind, int End)? Match(ScreenedText text, int start, int count)
    {
        Span<int> digits = stackalloc int[count];
        var century = count - 10;
        var isInterim = false;
        // Bit n: broken before digit n.
        var breaks = 0;
        var plus = false;
        var at = start;
        for (var n = 0; n < count; n++)
        {
            if (n > 0)
            {
                // A colon parts hours from minutes, too: only right before the last four ("850412:2386").
                var gap = n == count - 4 && text.At(at) == ':' && text.DigitAt(at + 1) >= 0 ? 1 : Gap(text, at, ref plus);
                at += gap;
                breaks |= gap > 0 ? 1 << n : 0;
            }

            digits[n] = text.DigitAt(at);
            if (digits[n] < 0 && n == count - 4 && InterimLetters.Contains(text.Folded[Math.Min(at, text.Folded.Length - 1)])
                && at < text.Folded.Length)
            {
                (digits[n], isInterim) = (1, true);
            }

            if (digits[n] < 0)
            {
                return null;
            }

            at++;
        }

        // Not the beginning of more digits; a letter that was read as a digit ends the word, too.
        if (char.IsAsciiDigit(text.At(at)) || (!char.IsAsciiDigit(text.At(at - 1)) && text.IsWordAt(at))
            || !IsWritten(breaks, century))
        {
            return null;
        }

        return KindOf(digits, isInterim, plus) is { } kind ? (kind, at) : null;
    }

    /// <summary>
    /// Every digit alone, "9 9 0 8 0 7 2 3 9 1": as many as a number has and no figure before or after them, as lists of
    /// figures look the same.
    /// </summary>
    private static (FindingKind Kind, int End)? MatchApart(ScreenedText text, int start, int count)
    {
        var gap = text.At(start + 1);
        if (gap is not (' ' or '.') || (text.At(start - 1) == gap && char.IsAsciiDigit(text.At(start - 2))))
        {
            return null;
        }

        Span<int> digits = stackalloc int[count];
        var plus = false;
        var at = start;
        for (var n = 0; n < count; n++)
        {
            if (n == count - 4)
            {
                // The sign before the last four stands for the gap or within two.
                var sign = text.At(at) is '-' or '+' ? at : text.At(at) == gap && text.At(at + 1) is '-' or '+' ? at + 1 : -1;
                if (sign >= 0)
                {
                    plus = text.At(sign) == '+';
                    at = sign == at || text.At(sign + 1) != gap ? sign : sign + 1;
                }
            }

            if (n > 0)
            {
                if (text.At(at) != gap && !(n == count - 4 && text.At(at) is '-' or '+'))
                {
                    return null;
                }

                at++;
            }

            if (!char.IsAsciiDigit(text.At(at)))
            {
                return null;
            }

            digits[n] = text.DigitAt(at++);
        }

        var goesOn = text.IsWordAt(at) || (text.At(at) == gap && char.IsAsciiDigit(text.At(at + 1)));
        return !goesOn && KindOf(digits, isInterim: false, plus) is { } kind ? (kind, at) : null;
    }

    /// <summary>What ten or twelve digits are; null where the date or the check digit is none.</summary>
    private static FindingKind? KindOf(ReadOnlySpan<int> digits, bool isInterim, bool plus)
    {
        var century = digits.Length - 10;
        if (!Luhn(digits[century..]))
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
        var isCoordination = day > AddedToCoordinationDays;
        if (!Exists(year, month, isCoordination ? day - AddedToCoordinationDays : day, century > 0, plus))
        {
            return null;
        }

        return isInterim ? FindingKind.InterimNumber
            : isCoordination ? FindingKind.CoordinationNumber : FindingKind.PersonalIdentityNumber;
    }

    /// <summary>How many characters part two digits; 0 when they stand together.</summary>
    private static int Gap(ScreenedText text, int at, ref bool plus)
    {
        var gap = 0;
        while (gap < LongestGap && text.At(at + gap) is ' ' or '\n' or '.' or '-' or '+' or '/' or '_')
        {
            plus |= text.At(at + gap) == '+';
            gap++;
        }

        return gap;
    }

    /// <summary>People break the date before the month and the day or not at all, and the last four before the last or the middle.</summary>
    private static bool IsWritten(int breaks, int century)
    {
        var (month, day, serial) = (1 << (century + 2), 1 << (century + 4), 1 << (century + 6));
        var allowed = month | day | serial | (serial << 2) | (serial << 3) | (century > 0 ? 1 << 2 : 0);
        // "8504-12-2386" is written; "850412" broken before the day alone is not.
        var isDayAlone = (breaks & day) != 0 && (breaks & month) == 0 && (breaks & serial) == 0;
        var isMonthAlone = (breaks & month) != 0 && (breaks & day) == 0 && century == 0;
        return (breaks & ~allowed) == 0 && !isDayAlone && !isMonthAlone
            && (breaks & ((serial << 2) | (serial << 3))) != ((serial << 2) | (serial << 3));
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
}
