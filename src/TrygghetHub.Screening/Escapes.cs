using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// Reads what programs write for a character: HTML's entities by name and number, with or without their semicolon, percent
/// encoding of UTF-8, and <c>\u002D</c> and <c>\x2D</c>. Pure; thread-safe.
/// </summary>
/// <remarks>What is escaped twice (<c>&amp;amp;#45;</c>, <c>%252D</c>) is read twice, at most <see cref="MostRounds"/> times.</remarks>
internal static class Escapes
{
    private const int MostRounds = 4;
    private const int ShortestName = 2;
    private const int LongestName = 15;
    private const int MostNumberDigits = 10;

    // Names of HTML 5 for signs that stand in numbers and addresses, beside those of HTML 4 that .NET knows.
    private static readonly FrozenDictionary<string, int> Names = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["ast"] = '*',
        ["midast"] = '*',
        ["bsol"] = '\\',
        ["colon"] = ':',
        ["comma"] = ',',
        ["commat"] = '@',
        ["equals"] = '=',
        ["excl"] = '!',
        ["hyphen"] = '-',
        ["dash"] = '-',
        ["lbrack"] = '[',
        ["lsqb"] = '[',
        ["rbrack"] = ']',
        ["rsqb"] = ']',
        ["lbrace"] = '{',
        ["lcub"] = '{',
        ["rbrace"] = '}',
        ["rcub"] = '}',
        ["lowbar"] = '_',
        ["UnderBar"] = '_',
        ["lpar"] = '(',
        ["rpar"] = ')',
        ["num"] = '#',
        ["percnt"] = '%',
        ["period"] = '.',
        ["plus"] = '+',
        ["quest"] = '?',
        ["semi"] = ';',
        ["sol"] = '/',
        ["verbar"] = '|',
        ["vert"] = '|',
        ["VerticalLine"] = '|',
        ["apos"] = '\'',
        ["Tab"] = ' ',
        ["NewLine"] = '\n',
        ["NonBreakingSpace"] = ' ',
        ["emsp13"] = ' ',
        ["emsp14"] = ' ',
        ["numsp"] = ' ',
        ["puncsp"] = ' ',
        ["hairsp"] = ' ',
        ["ThinSpace"] = ' ',
        ["VeryThinSpace"] = ' ',
        ["MediumSpace"] = ' ',
        ["NoBreak"] = 0x2060,
        ["ZeroWidthSpace"] = 0x200B,
        ["NegativeThinSpace"] = 0x200B,
        ["InvisibleComma"] = 0x2063,
        ["InvisibleTimes"] = 0x2062,
        ["ic"] = 0x2063,
        ["it"] = 0x2062,
        ["centerdot"] = 0xB7,
        ["CenterDot"] = 0xB7,
        ["horbar"] = '-',
        ["bullet"] = 0x2022,
        ["af"] = 0x2061,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An escape may begin here: a cheap look, for texts that have none.</summary>
    public static bool MayBeginAt(ReadOnlySpan<char> text, int at) => at + 2 < text.Length && text[at] switch
    {
        '&' => text[at + 1] == '#' || char.IsAsciiLetter(text[at + 1]),
        '%' => char.IsAsciiHexDigit(text[at + 1]) || text[at + 1] is 'u' or 'U',
        '\\' => text[at + 1] is 'u' or 'x' or 'U' or 'X',
        _ => false,
    };

    /// <summary>Reads all escapes of a text in place.</summary>
    /// <returns>How many code points there are now: as many as before or fewer.</returns>
    public static int Read(Span<Seen> seen)
    {
        var count = seen.Length;
        for (var round = 0; round < MostRounds; round++)
        {
            var before = count;
            count = ReadOnce(seen[..count]);
            if (count == before)
            {
                break;
            }
        }

        return count;
    }

    private static int ReadOnce(Span<Seen> seen)
    {
        var kept = 0;
        for (var i = 0; i < seen.Length;)
        {
            var (codePoint, length) = seen[i].CodePoint switch
            {
                '&' => Entity(seen[i..]),
                '%' => Percent(seen[i..]),
                '\\' => Backslash(seen[i..]),
                _ => default,
            };
            if (length == 0)
            {
                seen[kept++] = seen[i++];
                continue;
            }

            seen[kept++] = new Seen(codePoint, seen[i].Start, seen[i + length - 1].End);
            i += length;
        }

        return kept;
    }

    private static (int CodePoint, int Length) Entity(ReadOnlySpan<Seen> seen)
    {
        if (seen.Length < 3)
        {
            return default;
        }

        return seen[1].CodePoint == '#' ? Number(seen) : Name(seen);
    }

    private static (int CodePoint, int Length) Number(ReadOnlySpan<Seen> seen)
    {
        var isHex = (seen[2].CodePoint | ' ') == 'x';
        var (at, value, first) = (isHex ? 3 : 2, 0L, isHex ? 3 : 2);
        for (; at < seen.Length && at - first < MostNumberDigits; at++)
        {
            var digit = HexDigit(seen[at].CodePoint);
            if (digit < 0 || (!isHex && digit > 9))
            {
                break;
            }

            value = Math.Min((value * (isHex ? 16 : 10)) + digit, int.MaxValue);
        }

        if (at == first)
        {
            return default;
        }

        at += at < seen.Length && seen[at].CodePoint == ';' ? 1 : 0;
        // Browsers read 128 to 159 as windows-1252, where the dashes are 150 and 151.
        return (value is 150 or 151 ? '-' : Valid(value), at);
    }

    private static (int CodePoint, int Length) Name(ReadOnlySpan<Seen> seen)
    {
        Span<char> name = stackalloc char[LongestName];
        var length = 0;
        while (length < LongestName && length + 1 < seen.Length && seen[length + 1].CodePoint is var c && c < 128 && char.IsAsciiLetterOrDigit((char)c))
        {
            name[length++] = (char)c;
        }

        // Without a semicolon the longest name that begins here: "&nbsp070".
        for (; length >= ShortestName; length--)
        {
            var word = name[..length].ToString();
            if (Named(word) is { } codePoint)
            {
                return (codePoint, length + 1 + (length + 1 < seen.Length && seen[length + 1].CodePoint == ';' ? 1 : 0));
            }
        }

        return default;
    }

    private static int? Named(string name)
    {
        if (Names.TryGetValue(name, out var codePoint))
        {
            return codePoint;
        }

        var entity = string.Concat("&", name, ";");
        var text = WebUtility.HtmlDecode(entity);
        return text.Length is 1 ? text[0] : null;
    }

    private static (int CodePoint, int Length) Percent(ReadOnlySpan<Seen> seen)
    {
        if (seen.Length > 5 && (seen[1].CodePoint | ' ') == 'u' && Hex(seen[2..], 4) is >= 0 and var unit)
        {
            return (Valid(unit), 6);
        }

        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < bytes.Length && (3 * count) + 2 < seen.Length && seen[3 * count].CodePoint == '%'
            && Hex(seen[((3 * count) + 1)..], 2) is >= 0 and var value)
        {
            bytes[count++] = (byte)value;
            if (bytes[0] < 0x80)
            {
                break;
            }
        }

        if (count == 0)
        {
            return default;
        }

        return Rune.DecodeFromUtf8(bytes[..count], out var rune, out var taken) == OperationStatus.Done
            ? (rune.Value, 3 * taken)
            // What is no UTF-8 is Latin-1, where what is above 9F shows.
            : bytes[0] >= 0xA0 ? (bytes[0], 3) : default;
    }

    private static (int CodePoint, int Length) Backslash(ReadOnlySpan<Seen> seen)
    {
        var digits = seen.Length < 2 ? 0 : (seen[1].CodePoint | ' ') switch { 'u' => 4, 'x' => 2, _ => 0 };
        return digits > 0 && seen.Length >= digits + 2 && Hex(seen[2..], digits) is >= 0 and var value
            ? (Valid(value), digits + 2) : default;
    }

    private static int Hex(ReadOnlySpan<Seen> seen, int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++)
        {
            var digit = i < seen.Length ? HexDigit(seen[i].CodePoint) : -1;
            if (digit < 0)
            {
                return -1;
            }

            value = (value * 16) + digit;
        }

        return value;
    }

    private static int HexDigit(int codePoint) => codePoint switch
    {
        >= '0' and <= '9' => codePoint - '0',
        >= 'a' and <= 'f' => codePoint - 'a' + 10,
        >= 'A' and <= 'F' => codePoint - 'A' + 10,
        _ => -1,
    };

    private static int Valid(long value) => value <= 0x10FFFF && Rune.IsValid((int)value) ? (int)value : Rune.ReplacementChar.Value;
}
