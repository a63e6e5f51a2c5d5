using System.Collections.Frozen;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// E-mail addresses: a name, <c>@</c> and a domain with a dot, the signs also in brackets, spaced or as words ("(at)",
/// "snabel-a", "punkt").
/// </summary>
/// <remarks>
/// The lengths are those of RFC 5321, which keep the search short: 64 before the sign, 255 after it. Of the common services
/// the domain alone will do ("kalle@gmail"). What is not written as the standard has it must end in a common top domain.
/// </remarks>
internal sealed class EmailAddressDetector : IDetector
{
    private const int MostBefore = 64;
    private const int MostAfter = 255;
    private const int LongestSign = 16;
    private const int LongestShortTop = 6;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CommonTops = Lookup(
        "se", "nu", "com", "org", "net", "eu", "no", "dk", "fi", "info", "biz", "de", "uk", "io", "me", "pl", "app", "dev", "name", "is", "ee");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Services = Lookup(
        "gmail", "hotmail", "outlook", "yahoo", "icloud", "live", "telia", "protonmail", "bredband", "spray", "comhem");

    // Those that are no words: after "at" alone, which stands before words.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OnlyServices = Lookup("gmail", "hotmail", "icloud", "protonmail");

    // Without their brackets, hyphens and spaces.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Signs = Lookup("@", "@@", "at", "a", "snabela", "snabel");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Dots = Lookup(".", "dot", "punkt", "prick");

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if (text.HasAt)
        {
            for (var at = 0; text.Chars[at..].IndexOf('@') is >= 0 and var next; at++)
            {
                at += next;
                Add(text, at, found);
            }
        }

        if ((text.Kinds & WordKinds.MailSign) == 0 && !text.Chars.ContainsAny('(', '[', '{'))
        {
            return;
        }

        foreach (var word in text.Words)
        {
            if (word.Is(WordKinds.MailSign) || (word.Length == 1 && text.At(word.Start) is 'a' or 'A' && text.At(word.Start - 1) is '(' or '[' or '{'))
            {
                Add(text, word.Start, found);
            }
        }
    }

    private static void Add(ScreenedText text, int sign, Found found)
    {
        if (Match(text, sign) is { } match)
        {
            found.Add(FindingKind.EmailAddress, match.Start, match.End);
        }
    }

    private static (int Start, int End)? Match(ScreenedText text, int sign)
    {
        var (from, to) = (sign, sign);
        var isWord = text.At(sign) != '@';
        // The sign with its brackets and spaces: from the last letter of the name to the first of the domain.
        while (from > 0 && sign - from < LongestSign && !IsNamePart(text.At(from - 1)) && text.At(from - 1) != '\n')
        {
            from--;
        }

        to = isWord ? SignEnd(text, sign) : sign + 1;
        while (to < text.Chars.Length && to - sign < LongestSign && !text.IsWordAt(to) && text.At(to) is not ('\n' or '.' or ',' or '@'))
        {
            to++;
        }

        if (isWord && from == sign)
        {
            // "-at-", "_at_"
            while (from > 0 && text.At(from - 1) is '-' or '_')
            {
                from--;
            }

            if (from == sign)
            {
                return null;
            }
        }

        var raw = text.Chars[from..to];
        var isStrict = raw is "@";
        if (!isStrict && !IsSign(text.Folded[from..to]))
        {
            return null;
        }

        var start = NameStart(text, from);
        if (start == from)
        {
            return null;
        }

        // A space on either side is how people write what they do not want linked; and the letter numbers points of lists, too.
        var isSpaced = raw.Contains(' ');
        var isLetter = isWord && text.Words[text.WordAt(sign)].Length == 1;
        var tops = isStrict || (!isWord && !isSpaced) ? Tops.Any : isLetter && isSpaced ? Tops.CommonAsWritten : isSpaced ? Tops.Common : Tops.Short;
        return DomainEnd(text, to, tops, text.Folded[from..to] is " at " ? OnlyServices : Services) is { } end ? (start, end) : null;
    }

    private static int SignEnd(ScreenedText text, int sign)
    {
        var word = text.WordAt(sign);
        var end = text.Words[word].End;
        // "snabel-a", "snabel a"
        if (text.Lower(text.Words[word]) is "snabel" && word + 1 < text.Words.Length && text.Words[word + 1] is { Length: 1 } a
            && text.At(a.Start) is 'a' or 'A' && a.Start - end <= 1)
        {
            end = a.End;
        }

        return end;
    }

    private static bool IsSign(ReadOnlySpan<char> folded) => Is(folded, Signs);

    private static bool Is(ReadOnlySpan<char> folded, FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> words)
    {
        Span<char> letters = stackalloc char[LongestSign];
        var count = 0;
        foreach (var c in folded)
        {
            if (char.IsLetter(c) || c is '@' or '.')
            {
                if (count == letters.Length)
                {
                    return false;
                }

                letters[count++] = c;
            }
        }

        return words.Contains(letters[..count]);
    }

    private static int NameStart(ScreenedText text, int end)
    {
        var start = end;
        while (start > 0 && end - start < MostBefore && IsNamePart(text.At(start - 1)))
        {
            start--;
        }

        // "a n n a @", letter by letter; "anna punkt berg (at)".
        while (start > 1 && end - start < MostBefore)
        {
            if (end - start == 1 || IsLetterByLetter(text, start, end))
            {
                if (text.At(start - 1) == ' ' && IsNamePart(text.At(start - 2)) && !IsNamePart(text.At(start - 3)))
                {
                    start -= 2;
                    continue;
                }
            }

            var word = text.WordAt(start) - 1;
            if (word < 1 || !text.Words[word].Is(WordKinds.MailDot) || start - text.Words[word].End > 2
                || text.Words[word].Start - text.Words[word - 1].End > 2 || text.Words[word].Start == text.Words[word - 1].End)
            {
                break;
            }

            start = text.Words[word - 1].Start;
        }

        return start;
    }

    private static bool IsLetterByLetter(ScreenedText text, int start, int end) => text.At(start + 1) == ' ' && end - start > 1;

    /// <summary>The end of a domain that begins here; null where there is none.</summary>
    private static int? DomainEnd(ScreenedText text, int start, Tops tops, FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> services)
    {
        var (at, dots) = (start, 0);
        // "Kalle @torget,se upp" is no address.
        var isSpaced = tops is Tops.Common or Tops.CommonAsWritten;
        var isByLetter = text.At(start + 1) == ' ' && text.IsWordAt(start + 2) && text.At(start + 3) is ' ' or '.';
        int? best = null;
        while (at - start < MostAfter)
        {
            var label = at;
            at = LabelEnd(text, at, isByLetter);
            if (at == label)
            {
                return best;
            }

            var name = isByLetter ? Joined(text.Folded[label..at]) : text.Folded[label..at].ToString();
            if ((dots == 0 && services.Contains(name)) || (dots > 0 && IsTop(name, tops, char.IsLower(text.At(label)))))
            {
                best = at;
            }

            if (DotEnd(text, at, isSpaced, out var isPlain) is not { } next)
            {
                return best;
            }

            tops = isPlain ? tops : Tops.Common;
            dots++;
            at = next;
        }

        return best;
    }

    private static bool IsTop(string name, Tops tops, bool isLower) => name.Length >= 2 && char.IsLetter(name[0]) && tops switch
    {
        Tops.Any => true,
        Tops.Short => isLower && name.Length <= LongestShortTop,
        Tops.CommonAsWritten => isLower && CommonTops.Contains(name),
        _ => CommonTops.Contains(name),
    };

    private static int LabelEnd(ScreenedText text, int at, bool isByLetter)
    {
        while (text.IsWordAt(at) || (text.At(at) == '-' && text.IsWordAt(at + 1))
            || (isByLetter && text.At(at) == ' ' && text.IsWordAt(at + 1) && !text.IsWordAt(at + 2)))
        {
            at++;
        }

        return at;
    }

    private static string Joined(ReadOnlySpan<char> letters) => letters.ToString().Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The end of a dot, as a sign or a word, with its brackets and spaces; null where none stands here.</summary>
    private static int? DotEnd(ScreenedText text, int at, bool isSpaced, out bool isPlain)
    {
        isPlain = text.At(at) == '.' && text.IsWordAt(at + 1);
        if (isPlain)
        {
            return at + 1;
        }

        var gap = text.Gap(at, 3);
        if (gap > 0 && text.Chars.Slice(at, gap) is " ." or " . " or ".." or " ," or "[.]" or "(.)" or "{.}" or "·" or "•" or "[.] " or " [.]")
        {
            return at + gap;
        }

        // "kalle@exempel,se": the key beside the dot.
        if (!isSpaced && text.At(at) is ',' or ';' or ':' or '_' or '/' && text.IsWordAt(at + 1))
        {
            return at + 1;
        }

        var word = text.WordAt(at);
        if (word >= text.Words.Length || text.Words[word].Start - at > 3 || !text.Words[word].Is(WordKinds.MailDot))
        {
            return null;
        }

        var end = text.Words[word].End + text.Gap(text.Words[word].End, 3);
        return text.Words[word].Start > at && end > text.Words[word].End && Is(text.Folded[at..end], Dots) ? end : null;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '%' or '\'';

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(params string[] words) =>
        words.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Which top domains make a domain of what follows the sign: fewer, the less the sign says.</summary>
    private enum Tops
    {
        /// <summary>Any: after "@".</summary>
        Any,

        /// <summary>Of six letters or fewer, in lower case: after "(at)".</summary>
        Short,

        /// <summary>A common one: where signs are spaced or words.</summary>
        Common,

        /// <summary>A common one in lower case: after "(a)", which numbers the points of lists, too.</summary>
        CommonAsWritten,
    }
}
