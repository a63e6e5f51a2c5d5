using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Bank accounts: an IBAN of any country with right check digits, or 7 to 15 digits after a word for an account.</summary>
/// <remarks>
/// IBAN is ISO 13616 with ISO 7064's mod 97-10. Swedish accounts are a clearing number of 4 or 5 digits and 2 to 10 more,
/// without one check that all banks share, so that the word decides. Bankgiro and plusgiro are organisations' and pass.
/// </remarks>
internal sealed class BankAccountDetector : IDetector
{
    private const int LeastIban = 15;
    private const int MostIban = 34;
    private const int LeastDigits = 7;
    private const int MostDigits = 15;
    private const int LongestWay = 30;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        foreach (var run in text.Runs)
        {
            if (run.DigitsEnd - run.FirstDigit >= 2 && IbanEnd(text, run.FirstDigit - 2) is { } end)
            {
                found.Add(FindingKind.BankAccount, run.FirstDigit - 2, end);
            }
        }

        if ((text.Kinds & WordKinds.Account) == 0 || text.Runs.Length == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            if (text.Words[i].Is(WordKinds.Account) && Account(text, i) is { } account)
            {
                found.Add(FindingKind.BankAccount, account.Start, account.End);
            }
        }
    }

    private static (int Start, int End)? Account(ScreenedText text, int word)
    {
        var run = text.RunAt(text.Words[word].End);
        if (run == text.Runs.Length || text.Runs[run].FirstDigit - text.Words[word].End > LongestWay)
        {
            return null;
        }

        for (var i = word + 1; i < text.Words.Length && text.Words[i].Start < text.Runs[run].FirstDigit; i++)
        {
            if (text.Words[i].Is(WordKinds.Giro))
            {
                return null;
            }
        }

        var (at, digits, end) = (text.Runs[run].FirstDigit, 0, 0);
        for (var gap = 0; gap <= 2 && digits <= MostDigits; at++)
        {
            if (char.IsAsciiDigit(text.At(at)))
            {
                (digits, gap, end) = (digits + 1, 0, at + 1);
            }
            else if (text.At(at) is ' ' or '-' or ',' or '.')
            {
                gap++;
            }
            else
            {
                break;
            }
        }

        return digits is >= LeastDigits and <= MostDigits ? (text.Runs[run].FirstDigit, end) : null;
    }

    private static int? IbanEnd(ScreenedText text, int start)
    {
        if (start < 0 || !char.IsAsciiLetter(text.At(start)) || !char.IsAsciiLetter(text.At(start + 1)) || text.IsWordAt(start - 1))
        {
            return null;
        }

        Span<char> iban = stackalloc char[MostIban];
        var (count, at) = (0, start);
        int? match = null;
        for (; count < MostIban; at++)
        {
            var c = char.ToUpperInvariant(text.At(at));
            if (char.IsAsciiLetterOrDigit(c))
            {
                iban[count++] = c;
                if (count >= LeastIban && !text.IsWordAt(at + 1) && IsChecked(iban[..count]))
                {
                    match = at + 1;
                }
            }
            else if (c is not (' ' or '-') || !text.IsWordAt(at + 1))
            {
                break;
            }
        }

        return match;
    }

    private static bool IsChecked(ReadOnlySpan<char> iban)
    {
        var remainder = 0;
        for (var i = 0; i < iban.Length; i++)
        {
            var c = iban[(i + 4) % iban.Length];
            remainder = char.IsAsciiDigit(c)
                ? ((remainder * 10) + c - '0') % 97
                : ((remainder * 100) + c - 'A' + 10) % 97;
        }

        return remainder == 1;
    }
}
