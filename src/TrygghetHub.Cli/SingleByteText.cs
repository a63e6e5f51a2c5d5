using System.Globalization;
using System.Text;

namespace TrygghetHub.Cli;

/// <summary>Decodes windows-1252, and refuses what was declared so and is something else. Not thread-safe.</summary>
/// <remarks>
/// Every byte is some character of a single-byte encoding, so that a wrong one is not seen by decoding alone. Refused are the
/// five bytes that windows-1252 does not define; text whose bytes beyond ASCII are all UTF-8; and the letters å, ä and ö of
/// code page 850 and of Mac Roman within words, where windows-1252 has †, „, ” and Œ, Š, š.
/// </remarks>
internal sealed class SingleByteText
{
    /// <summary>The most bytes of UTF-8 that one byte becomes.</summary>
    public const int MostBytesPerByte = 3;

    /// <summary>The text was declared windows-1252 and is UTF-8.</summary>
    public static readonly TextFault IsUtf8 = new(
        "windows-1252 was declared, but the text is UTF-8",
        "Declare UTF-8 (in a mapping: \"encoding\": \"utf-8\"), or save the file in windows-1252.");

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    // The UTF-8 of every byte.
    private static readonly byte[][] Characters = [.. Enumerable.Range(0, 256)
        .Select(b => Encoding.UTF8.GetBytes(Windows1252.GetString([(byte)b])))];

    private long offset;
    private int line = 1;
    private int column = 1;
    private byte last;
    private byte beforeLast;

    // Of UTF-8: how many more bytes continue the character, whether all were such so far, and where the first began.
    private int wanted;
    private bool isUtf8SoFar = true;
    private TextFault? firstUtf8;

    /// <summary>Decodes a piece of the text.</summary>
    /// <param name="bytes">The piece.</param>
    /// <param name="isEnd">Nothing follows.</param>
    /// <param name="utf8">Room for <see cref="MostBytesPerByte"/> times as much.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <returns>The first fault, with its place; null where there is none.</returns>
    public TextFault? Decode(ReadOnlySpan<byte> bytes, bool isEnd, Span<byte> utf8, out int written)
    {
        written = 0;
        foreach (var b in bytes)
        {
            if (wanted > 0 && isUtf8SoFar && IsUndefined(b))
            {
                // Part of a character of UTF-8, as all before: that says more.
                return firstUtf8;
            }

            if (IsUndefined(b))
            {
                return Here(
                    string.Create(CultureInfo.InvariantCulture, $"windows-1252 was declared, and does not define the byte 0x{b:X2}"),
                    "Save the file as UTF-8, and declare that.");
            }

            if (IsLetterOfAnother(b))
            {
                return Here(
                    string.Create(CultureInfo.InvariantCulture,
                        $"windows-1252 was declared, but the byte 0x{last:X2} within a word is a letter of code page 850 or Mac Roman"),
                    "Save the file as UTF-8, and declare that.") with
                { Offset = offset - 1, Column = column - 1 };
            }

            Follow(b);
            var character = Characters[b];
            character.CopyTo(utf8[written..]);
            written += character.Length;
            (beforeLast, last) = (last, b);
            offset++;
            (line, column) = b == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        return isEnd && isUtf8SoFar && wanted == 0 ? firstUtf8 : null;
    }

    private static bool IsUndefined(byte b) => b is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D;

    private static bool IsLetter(byte b) => char.IsAsciiLetter((char)b);

    private bool IsLetterOfAnother(byte b) => last switch
    {
        0x84 or 0x86 => IsLetter(beforeLast) && IsLetter(b),
        0x8A or 0x8C => IsLetter(beforeLast) && char.IsAsciiLetterLower((char)b),
        _ => false,
    };

    private void Follow(byte b)
    {
        if (wanted > 0)
        {
            isUtf8SoFar &= (b & 0xC0) == 0x80;
            wanted--;
            return;
        }

        if (b < 0x80)
        {
            return;
        }

        wanted = b switch { >= 0xC2 and <= 0xDF => 1, >= 0xE0 and <= 0xEF => 2, >= 0xF0 and <= 0xF4 => 3, _ => 0 };
        isUtf8SoFar &= wanted > 0;
        firstUtf8 ??= Here(IsUtf8);
    }

    private TextFault Here(string what, string remedy) => Here(new TextFault(what, remedy));

    private TextFault Here(TextFault fault) => fault with { Offset = offset, Line = line, Column = column };
}
