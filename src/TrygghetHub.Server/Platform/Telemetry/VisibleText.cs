using System.Globalization;
using System.Text;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// Text from outside as a log or a terminal may show it: what would move the cursor, start a line, turn the direction of writing
/// or show as nothing is written as <c>\uXXXX</c>. Pure.
/// </summary>
internal static class VisibleText
{
    /// <summary>The text, with what is not seen written out.</summary>
    /// <param name="text">Any text, also one that is not valid UTF-16.</param>
    /// <param name="keepLines">Whether line feeds stay: for text whose lines are the program's own.</param>
    public static string Of(string text, bool keepLines = false)
    {
        var first = IndexOfUnseen(text, keepLines);
        if (first < 0)
        {
            return text;
        }

        var visible = new StringBuilder(text, 0, first, text.Length + 32);
        for (var i = first; i < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, i, out var rune);
            var length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && !IsUnseen(rune, keepLines))
            {
                visible.Append(text, i, length);
            }
            else
            {
                foreach (var unit in text.AsSpan(i, length))
                {
                    visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                }
            }

            i += length;
        }

        return visible.ToString();
    }

    private static int IndexOfUnseen(string text, bool keepLines)
    {
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is >= ' ' and <= '~')
            {
                i++;
                continue;
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune) || IsUnseen(rune, keepLines))
            {
                return i;
            }

            i += rune.Utf16SequenceLength;
        }

        return -1;
    }

    private static bool IsUnseen(Rune rune, bool keepLines) =>
        !(keepLines && rune.Value == '\n')
        && (UnseenCharacters.Contains(rune)
            // What they look like depends on the font, which may show nothing.
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
