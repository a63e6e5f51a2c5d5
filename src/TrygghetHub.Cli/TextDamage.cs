using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace TrygghetHub.Cli;

/// <summary>Finds where a text has lost characters, or has others than were written. Pure and thread-safe.</summary>
/// <remarks>
/// A name that is damaged is not found by the screening, and a word that is damaged is shown as it is. Found are bytes that
/// are not UTF-8, U+FFFD (some program has already replaced a character), control characters of C1 (windows-1252 that was
/// read as ISO-8859-1), NUL and SUB, and UTF-8 that was read as windows-1252 ("Ã¥" for "å") where no language writes such letters
/// together.
/// </remarks>
internal static class TextDamage
{
    /// <summary>The longest sequence of bytes that is looked at together.</summary>
    public const int LongestSequence = 8;

    // What any damage to valid UTF-8 begins with: NUL, SUB, C1 and spaces of Latin-1, letters of Latin-1, U+FFFD.
    private static readonly SearchValues<byte> Suspects = SearchValues.Create(0x00, 0x1A, 0xC2, 0xC3, 0xEF);

    // The characters that windows-1252 has for the bytes 0x80 to 0x9F, and ISO-8859-1 for those to 0xBF.
    private static readonly SearchValues<char> Continuations = SearchValues.Create(
        "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ" + string.Concat(Enumerable.Range(0x80, 0x40).Select(c => (char)c)));

    private static readonly TextFault Replaced = new(
        "U+FFFD stands here: a program has already replaced a character that it could not read",
        "Export the text from its source again as UTF-8; the character cannot be restored here.");

    /// <summary>UTF-8 that was read as windows-1252.</summary>
    public static readonly TextFault Mojibake = new(
        "the text is UTF-8 that was read as windows-1252, as \"Ã¥\" for \"å\"", "Export the text from its source again as UTF-8.");

    private static readonly TextFault Nul = new("there is a NUL character", "Save the file as text in UTF-8.");

    private static readonly TextFault Sub = new(
        "there is a control character, U+001A, which ends a file of DOS, and the text goes on", "Save the file as text in UTF-8.");

    /// <summary>The first damage of a text.</summary>
    /// <param name="utf8">The whole text.</param>
    /// <param name="at">Where it is; the text's length where there is none.</param>
    /// <returns>What it is, without its place; null where there is none.</returns>
    public static TextFault? Find(ReadOnlySpan<byte> utf8, out int at)
    {
        var invalid = Utf8.IsValid(utf8) ? utf8.Length : FirstInvalid(utf8);
        var valid = utf8[..invalid];
        for (at = 0; valid[at..].IndexOfAny(Suspects) is >= 0 and var next; at++)
        {
            at += next;
            if (Judge(valid[at..]) is { } fault)
            {
                return fault;
            }
        }

        at = invalid;
        return invalid == utf8.Length ? null : new(
            string.Create(CultureInfo.InvariantCulture, $"the byte 0x{utf8[invalid]:X2} is not UTF-8"), "Save the file as UTF-8.")
        { IsOfEncoding = true };
    }

    /// <summary>The first damage of a text that is decoded already, by JSON escapes for example.</summary>
    public static TextFault? Find(string text)
    {
        // ASCII is most of what there is.
        if (Ascii.IsValid(text) && !text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        // Half a surrogate pair becomes U+FFFD here.
        return Find(Encoding.UTF8.GetBytes(text), out _);
    }

    private static TextFault? Judge(ReadOnlySpan<byte> here) => here switch
    {
        [0, ..] => Nul,
        [0x1A, ..] => Sub,
        [0xEF, 0xBF, 0xBD, ..] => Replaced,
        [0xC2, <= 0x9F, ..] => new(
            string.Create(CultureInfo.InvariantCulture, $"there is a control character, U+00{here[1]:X2}"),
            "It comes of windows-1252 that was read as ISO-8859-1. Export the text from its source again as UTF-8."),
        [0xC3, 0x82 or 0x83, .. var rest] when IsContinuation(ref rest) => Mojibake,
        // "â€" and "âˆ" with one more: quotation marks, dashes, signs. "ðŸ" with one more: what shows as a picture.
        [0xC3, 0xA2, .. var rest] when First(rest) is '€' or '\u0080' or 'ˆ' or '\u0088' && IsContinuation(ref rest) && IsContinuation(ref rest)
            => Mojibake,
        [0xC3, 0xB0, .. var rest] when First(rest) is 'Ÿ' or '\u009F' => Mojibake,
        // The byte order mark, and U+FFFD itself.
        [0xC3, 0xAF, 0xC2, 0xBB, 0xC2, 0xBF, ..] or [0xC3, 0xAF, 0xC2, 0xBF, 0xC2, 0xBD, ..] => Mojibake,
        _ => null,
    };

    private static char First(ReadOnlySpan<byte> utf8) =>
        Rune.DecodeFromUtf8(utf8, out var rune, out _) == OperationStatus.Done && rune.IsBmp ? (char)rune.Value : '\0';

    private static bool IsContinuation(ref ReadOnlySpan<byte> utf8)
    {
        if (Rune.DecodeFromUtf8(utf8, out var rune, out var length) != OperationStatus.Done || !rune.IsBmp
            || !Continuations.Contains((char)rune.Value))
        {
            return false;
        }

        utf8 = utf8[length..];
        return true;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        Span<char> scratch = stackalloc char[1024];
        var at = 0;
        while (true)
        {
            var status = Utf8.ToUtf16(utf8[at..], scratch, out var read, out _, replaceInvalidSequences: false);
            at += read;
            if (status != OperationStatus.DestinationTooSmall)
            {
                return at;
            }
        }
    }
}
