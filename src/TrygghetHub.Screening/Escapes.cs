using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// What programs write for a character: HTML's character references and elements, percent encoding of UTF-8 (and JavaScript's
/// <c>%u00E5</c>), and <c>\u002D</c> and <c>\x2D</c>. Pure; thread-safe.
/// </summary>
/// <remarks>
/// Character references are read as the HTML Standard does (section 13.2.5.72 and on): names of its list, those that may lack their
/// semicolon as the longest that begins there, numbers of any length, those from 128 to 159 as windows-1252.
/// </remarks>
internal static class Escapes
{
    private const int LongestName = 31;
    private const int LongestNameWithoutSemicolon = 6;
    private const int ShortestName = 2;
    private const int LongestElementName = 10;
    private const int LongestAttributes = 1_000;
    private const int MostOfUtf8 = 4;
    private const int FirstOfWindows = 0x80;
    private const string Windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    private static readonly FrozenDictionary<string, (string Text, bool WithoutSemicolon)>.AlternateLookup<ReadOnlySpan<char>> Names =
        DataFile.Lines("entities.txt").Select(line => line.Split(' ')).ToFrozenDictionary(
            parts => parts[0].TrimStart('*'),
            parts => (string.Concat(parts[1].Split('+').Select(c => char.ConvertFromUtf32(int.Parse(c, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))), parts[0][0] == '*'),
            StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    // An element within a line shows as nothing, any other one begins a line.
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Elements = Shown(
        "a abbr b big code em font i mark s small span strong sub sup tt u wbr",
        "br p div li ul ol dl dt dd table tbody thead tr td th h1 h2 h3 h4 h5 h6 hr img section article blockquote pre body html head script style")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>An escape may begin here: a cheap look, for texts that have none.</summary>
    public static bool MayBeginAt(ReadOnlySpan<char> text, int at) => at + 2 < text.Length && text[at] switch
    {
        '&' => text[at + 1] == '#' || char.IsAsciiLetter(text[at + 1]),
        '%' => char.IsAsciiHexDigit(text[at + 1]) || text[at + 1] is 'u' or 'U',
        '\\' => text[at + 1] is 'u' or 'x' or 'U' or 'X',
        '<' => char.IsAsciiLetter(text[at + 1]) || text[at + 1] is '/' or '!',
        _ => false,
    };

    /// <summary>The escape that begins a text; null where none does.</summary>
    public static Escape? At(Cursor text) => text.Current switch
    {
        '&' => Reference(text),
        '%' => Percent(text),
        '\\' => Unit(text),
        '<' => Element(text),
        _ => null,
    };

    /// <summary>The character that windows-1252 has for a number; the number itself where it is no other than in Unicode.</summary>
    public static int OfWindows(int number) =>
        number - FirstOfWindows is >= 0 and var index && index < Windows.Length ? Windows[index] : number;

    private static Escape? Reference(Cursor text)
    {
        text.Move();
        return text.Current == '#' ? Number(text) : Name(text);
    }

    private static Escape? Number(Cursor text)
    {
        text.Move();
        var radix = 10;
        if (text.Current is 'x' or 'X')
        {
            text.Move();
            radix = 16;
        }

        var (value, hasDigits) = (0, false);
        for (; HexDigit(text.Current) is >= 0 and var digit && digit < radix; text.Move())
        {
            // Beyond Unicode it no longer matters how far.
            (value, hasDigits) = (Math.Min((value * radix) + digit, Seen.FirstByte), true);
        }

        if (!hasDigits)
        {
            return null;
        }

        text.MoveIf(';');
        value = OfWindows(value);
        return new(value > 0 && Rune.IsValid(value) ? Character(new Rune(value)) : "\uFFFD", text.Taken);
    }

    private static Escape? Name(Cursor text)
    {
        Span<char> name = stackalloc char[LongestName];
        var length = 0;
        var begin = text;
        for (; length < LongestName && text.Current is > 0 and < 0x80 and var c && char.IsAsciiLetterOrDigit((char)c); text.Move())
        {
            name[length++] = (char)c;
        }

        if (text.Current == ';' && Names.TryGetValue(name[..length], out var named))
        {
            text.Move();
            return new(named.Text, text.Taken);
        }

        for (length = Math.Min(length, LongestNameWithoutSemicolon); length >= ShortestName; length--)
        {
            if (Names.TryGetValue(name[..length], out named) && named.WithoutSemicolon)
            {
                begin.Move(length);
                begin.MoveIf(';');
                return new(named.Text, begin.Taken);
            }
        }

        return null;
    }

    private static Escape? Percent(Cursor text)
    {
        var begin = text;
        text.Move();
        if (text.Current is 'u' or 'U')
        {
            return Unit(begin);
        }

        if (Hex(ref text, 2) is not { } first)
        {
            return null;
        }

        // What follows was read before: the other bytes of one character stand there as bytes.
        Span<byte> bytes = [(byte)first, 0, 0, 0];
        var count = 1;
        for (var rest = text; count < MostOfUtf8 && rest.CurrentByte is { } next; rest.Move())
        {
            bytes[count++] = next;
        }

        if (Rune.DecodeFromUtf8(bytes[..count], out var rune, out var taken) != OperationStatus.Done || Rune.IsControl(rune))
        {
            return new((byte)first, text.Taken);
        }

        text.Move(taken - 1);
        return new(rune.ToString(), text.Taken);
    }

    /// <summary><c>\u00E5</c>, <c>%u00E5</c> and <c>\xE5</c>: a UTF-16 code unit, or two that make one character.</summary>
    private static Escape? Unit(Cursor text)
    {
        var sign = text.Current;
        if (OneUnit(ref text, sign) is not { } high)
        {
            return null;
        }

        if (!char.IsSurrogate(high))
        {
            return new(Character(new Rune(high)), text.Taken);
        }

        return OneUnit(ref text, sign) is { } low && Rune.TryCreate(high, low, out var rune) ? new(rune.ToString(), text.Taken) : null;
    }

    private static char? OneUnit(ref Cursor text, int sign)
    {
        if (text.Current != sign)
        {
            return null;
        }

        text.Move();
        var digits = text.Current switch { 'u' or 'U' => 4, 'x' or 'X' when sign == '\\' => 2, _ => 0 };
        text.Move();
        return digits > 0 && Hex(ref text, digits) is { } unit ? (char)unit : null;
    }

    private static Escape? Element(Cursor text)
    {
        text.Move();
        text.MoveIf('/');
        Span<char> name = stackalloc char[LongestElementName];
        var length = 0;
        for (; length < LongestElementName && text.Current is > 0 and < 0x80 and var c && char.IsAsciiLetterOrDigit((char)c); text.Move())
        {
            name[length++] = char.ToLowerInvariant((char)c);
        }

        if (!Elements.TryGetValue(name[..length], out var shown))
        {
            return null;
        }

        if (text.Current is ' ' or '\t' or '\n' or '\r' or '\f')
        {
            for (var i = 0; i < LongestAttributes && text.Current is not ('<' or '>' or -1); i++)
            {
                text.Move();
            }
        }

        text.MoveIf('/');
        if (text.Current != '>')
        {
            return null;
        }

        text.Move();
        return new(shown, text.Taken);
    }

    // A control character draws nothing.
    private static string Character(Rune rune) => Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune) ? "" : rune.ToString();

    private static int? Hex(ref Cursor text, int count)
    {
        var value = 0;
        for (; count > 0; count--, text.Move())
        {
            if (HexDigit(text.Current) is not (>= 0 and var digit))
            {
                return null;
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

    private static FrozenDictionary<string, string> Shown(string inline, string block) =>
        inline.Split(' ').Select(n => (n, Text: "")).Concat(block.Split(' ').Select(n => (n, Text: "\n")))
            .ToFrozenDictionary(e => e.n, e => e.Text, StringComparer.Ordinal);

    /// <summary>An escape that was read.</summary>
    internal readonly record struct Escape
    {
        /// <summary>One that stands for a text, which may be empty.</summary>
        public Escape(string text, int length) => (Text, Length) = (text, length);

        /// <summary>One that stands for a byte that is no whole character of UTF-8.</summary>
        public Escape(byte value, int length) => (Text, Byte, Length) = ("", value, length);

        /// <summary>What it stands for.</summary>
        public string Text { get; }

        /// <summary>The byte that it stands for instead.</summary>
        public byte? Byte { get; }

        /// <summary>How many entries of the reading it takes.</summary>
        public int Length { get; }
    }

    /// <summary>A place in what was read, whose last entry is the first character; marks above and below letters are passed.</summary>
    internal ref struct Cursor
    {
        private readonly ReadOnlySpan<Seen> seen;
        private int at;

        /// <summary>At the last entry.</summary>
        public Cursor(ReadOnlySpan<Seen> seen)
        {
            this.seen = seen;
            at = seen.Length - 1;
        }

        /// <summary>The code point here; -1 past the end, and for a byte that is none.</summary>
        public readonly int Current => Here is >= 0 and var here && !seen[here].IsByte ? seen[here].CodePoint : -1;

        /// <summary>The byte here; null for everything else.</summary>
        public readonly byte? CurrentByte => at >= 0 && seen[at].IsByte ? seen[at].Byte : null;

        /// <summary>How many entries were passed; not the marks of the next, which may belong to what the escape stands for.</summary>
        public readonly int Taken => seen.Length - 1 - at;

        private readonly int Here
        {
            get
            {
                var here = at;
                while (here >= 0 && Folding.IsMark(seen[here].CodePoint))
                {
                    here--;
                }

                return here;
            }
        }

        /// <summary>To the next characters.</summary>
        public void Move(int count = 1)
        {
            for (; count > 0 && at >= 0; count--)
            {
                at = Here - 1;
            }
        }

        /// <summary>To the next character where this one is as given.</summary>
        public void MoveIf(int codePoint)
        {
            if (Current == codePoint)
            {
                Move();
            }
        }
    }
}
