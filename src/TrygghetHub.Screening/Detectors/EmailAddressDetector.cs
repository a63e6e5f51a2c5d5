using System.Collections.Frozen;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// E-mail addresses: a name, <c>@</c> (also written "(at)", "[a]" or "snabel-a"), and a domain with a dot.
/// </summary>
/// <remarks>The lengths are those of RFC 5321, which keep the search short: 64 before the sign, 255 after it.</remarks>
internal sealed class EmailAddressDetector : IDetector
{
    private const int MostBefore = 64;
    private const int MostAfter = 255;

    private static readonly string[] Bracketed = ["(at)", "[at]", "{at}"];

    // These number the points of a list, too: "enligt (a) nedan.och".
    private static readonly string[] Letters = ["(a)", "[a]", "{a}"];

    private static readonly string[] Trunks =
    [
        "snabel-a", "snabela", "snabel a", "(snabel-a)", "[snabel-a]", "{snabel-a}", "(snabela)", "[snabela]", "{snabela}",
        "(snabel a)", "[snabel a]", "{snabel a}",
    ];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CommonTops =
        FrozenSet.Create(StringComparer.Ordinal, "se", "nu", "com", "org", "net", "eu", "no", "dk", "fi", "info")
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if (text.HasAt)
        {
            Find(text, "@", mayBePoint: false, found);
        }

        if (text.Chars.ContainsAny('(', '[', '{'))
        {
            Find(text, Bracketed, mayBePoint: false, found);
            Find(text, Letters, mayBePoint: true, found);
        }

        if (text.Folded.Contains("snabel", StringComparison.Ordinal))
        {
            Find(text, Trunks, mayBePoint: false, found);
        }
    }

    private static void Find(ScreenedText text, string[] signs, bool mayBePoint, Found found)
    {
        foreach (var sign in signs)
        {
            Find(text, sign, mayBePoint, found);
        }
    }

    private static void Find(ScreenedText text, string sign, bool mayBePoint, Found found)
    {
        for (var at = 0; text.Folded[at..].IndexOf(sign, StringComparison.Ordinal) is >= 0 and var next; at += sign.Length)
        {
            at += next;
            if (Match(text, at, at + sign.Length, mayBePoint) is { } match)
            {
                found.Add(FindingKind.EmailAddress, match.Start, match.End);
            }
        }
    }

    private static (int Start, int End)? Match(ScreenedText text, int at, int after, bool mayBePoint)
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
            && (!isSpaced || (mayBePoint
                ? CommonTops.Contains(text.Chars[(lastDot + 1)..end])
                : char.IsLower(text.At(lastDot + 1)) && top <= 6))
            ? (start, end) : null;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '%' or '\'';
}
