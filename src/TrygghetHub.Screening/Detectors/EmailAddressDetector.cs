using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// E-mail addresses: a name, <c>@</c> (also written "(at)", "[at]" or "snabel-a"), and a domain with a dot.
/// </summary>
/// <remarks>The lengths are those of RFC 5321, which keep the search short: 64 before the sign, 255 after it.</remarks>
internal sealed class EmailAddressDetector : IDetector
{
    private const int MostBefore = 64;
    private const int MostAfter = 255;

    private static readonly string[] Signs = ["@", "(at)", "[at]", "{at}", "snabel-a", "snabela"];

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        foreach (var sign in Signs)
        {
            if (sign == "@" && !text.HasAt)
            {
                continue;
            }

            for (var at = 0; text.Folded[at..].IndexOf(sign, StringComparison.Ordinal) is >= 0 and var next; at += sign.Length)
            {
                at += next;
                if (Match(text, at, at + sign.Length) is { } match)
                {
                    found.Add(FindingKind.EmailAddress, match.Start, match.End);
                }
            }
        }
    }

    private static (int Start, int End)? Match(ScreenedText text, int at, int after)
    {
        // A space on either side is how people write what they do not want linked.
        var isSpaced = text.At(at - 1) == ' ' || text.At(after) == ' ';
        var nameEnd = text.At(at - 1) == ' ' ? at - 1 : at;
        var start = nameEnd;
        while (start > 0 && nameEnd - start < MostBefore && IsNamePart(text.At(start - 1)))
        {
            start--;
        }

        var domain = text.At(after) == ' ' ? after + 1 : after;
        var end = domain;
        var lastDot = -1;
        while (end < text.Chars.Length && end - domain < MostAfter && (text.IsWordAt(end) || text.At(end) is '-' or '.'))
        {
            // A dot that ends the sentence is no dot of the domain.
            if (text.At(end) == '.')
            {
                if (!text.IsWordAt(end + 1))
                {
                    break;
                }

                lastDot = end;
            }

            end++;
        }

        var top = lastDot < 0 ? 0 : end - lastDot - 1;
        return start < nameEnd && lastDot > domain && top >= 2 && char.IsLetter(text.At(lastDot + 1))
            // With spaces round the sign only what looks like a domain, all in lower case, counts.
            && (!isSpaced || (char.IsLower(text.At(lastDot + 1)) && top <= 6))
            ? (start, end) : null;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '%' or '\'';
}
