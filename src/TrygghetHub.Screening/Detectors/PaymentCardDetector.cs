using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Payment cards: 13 to 19 digits that begin as one of the networks' numbers, with a right check digit (ISO/IEC 7812).
/// </summary>
/// <remarks>
/// Without a word for cards near, only numbers of 15 and 16 digits count, together or in the groups that are printed
/// (4-4-4-4, 4-6-5): payment references, which have the same check digit, stand after words of their own.
/// </remarks>
internal sealed class PaymentCardDetector : IDetector
{
    private const int Least = 13;
    private const int Most = 19;
    private const int LongestGap = 3;
    private const int WordsBefore = 5;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        var past = 0;
        foreach (var run in text.Runs)
        {
            if (run.FirstDigit >= past && text.At(run.FirstDigit) is >= '2' and <= '6' && !char.IsAsciiDigit(text.At(run.FirstDigit - 1))
                && End(text, run.FirstDigit) is { } end)
            {
                found.Add(FindingKind.PaymentCard, run.FirstDigit, end);
                past = end;
            }
        }
    }

    private static int? End(ScreenedText text, int start)
    {
        Span<int> digits = stackalloc int[Most + 1];
        var (count, at, breaks) = (0, start, 0);
        int? end = null;
        while (count <= Most)
        {
            if (!char.IsAsciiDigit(text.At(at)))
            {
                var gap = text.Gap(at, LongestGap);
                if (gap == 0 || !char.IsAsciiDigit(text.At(at + gap)))
                {
                    break;
                }

                at += gap;
                breaks |= 1 << count;
            }

            digits[count++] = text.DigitAt(at++);
            if (count is >= Least and <= Most && !text.IsWordAt(at) && IsOfANetwork(digits[..count]) && Luhn(digits[..count])
                && (text.CueBefore(start, WordKinds.CardCue, WordsBefore) >= 0
                    || (IsPrinted(breaks, count) && text.CueBefore(start, WordKinds.RunningNumber, 2) < 0)))
            {
                end = at;
            }
        }

        return end;
    }

    private static bool IsPrinted(int breaks, int count) => count switch
    {
        16 => breaks is 0 or ((1 << 4) | (1 << 8) | (1 << 12)) or (1 << 8) or 0xFFFE,
        15 => breaks is 0 or ((1 << 4) | (1 << 10)) or 0x7FFE,
        _ => false,
    };

    // Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro.
    private static bool IsOfANetwork(ReadOnlySpan<int> digits)
    {
        var four = (digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3];
        return four switch
        {
            >= 4000 and <= 4999 => digits.Length is 13 or 16 or 19,
            (>= 5100 and <= 5599) or (>= 2221 and <= 2720) => digits.Length == 16,
            (>= 3400 and <= 3499) or (>= 3700 and <= 3799) => digits.Length == 15,
            (>= 3000 and <= 3059) or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) => digits.Length is 14 or 16,
            >= 3528 and <= 3589 => digits.Length == 16,
            (>= 5000 and <= 5099) or (>= 5600 and <= 6999) => digits.Length is 16 or 18 or 19,
            _ => false,
        };
    }

    private static bool Luhn(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var doubled = (digits.Length - i) % 2 == 0 ? digits[i] * 2 : digits[i];
            sum += (doubled / 10) + (doubled % 10);
        }

        return sum % 10 == 0;
    }
}
