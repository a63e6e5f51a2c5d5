using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>What one character is to a reader: a plain letter, digit, sign or space, or nothing. Pure; thread-safe.</summary>
/// <remarks>For detection alone: it takes away what tells two words apart (<see cref="ComparisonKey"/> does not).</remarks>
internal static class Folding
{
    /// <summary>No form is longer, in UTF-16 code units.</summary>
    public const int LongestForm = 18;

    private const int BlankBraille = 0x2800;
    private const int TenKeycap = 0x1F51F;
    private const int FirstCombining = 0x300;

    /// <summary>What one character becomes where one makes one; <c>\0</c> where more is to be done.</summary>
    public static char Plain(char c) => c switch
    {
        '\n' or '\r' => '\n',
        '\t' or '\u00A0' => ' ',
        < ' ' or '\u007F' => '\0',
        // Latin-1 and Latin Extended-A: letters that NFKC leaves alone.
        >= '\u00C0' and < '\u0132' => c,
        '\u00A7' or '\u00B0' or '\u00AB' or '\u00BB' or '\u20AC' => c,
        >= '\u2010' and <= '\u2015' or '\u2212' => '-',
        '\u2018' or '\u2019' => '\'',
        '\u201C' or '\u201D' or '\u201E' => '"',
        '\u3002' or '\uFF61' or '\u2024' => '.',
        _ => c is >= ' ' and <= '~' ? c : '\0',
    };

    /// <summary>The code point marks the letter before it: an accent, a ring, a keycap.</summary>
    public static bool IsMark(int codePoint) => codePoint >= FirstCombining && Rune.IsValid(codePoint)
        && !UnseenCharacters.IsIgnorable(codePoint) && Rune.GetUnicodeCategory(new Rune(codePoint))
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>What a code point is read as. Not marks, which make one letter with the one before them.</summary>
    /// <param name="codePoint">Valid.</param>
    /// <param name="folded">Written from its beginning; at least <see cref="LongestForm"/>.</param>
    /// <returns>How many characters were written; 0 for what does not show.</returns>
    public static int Fold(int codePoint, Span<char> folded)
    {
        if (codePoint <= char.MaxValue && Plain((char)codePoint) is var plain and not '\0')
        {
            folded[0] = plain;
            return 1;
        }

        if (UnseenCharacters.IsIgnorable(codePoint))
        {
            return 0;
        }

        if (Compatibility.FormOf(codePoint) is { } form)
        {
            for (var i = 0; i < form.Length; i++)
            {
                folded[i] = Plain(form[i]) is var simple and not '\0' ? simple : form[i];
            }

            return form.Length;
        }

        var rune = new Rune(codePoint);
        if (LookAlikes.Of(codePoint) is var latin and not '\0')
        {
            folded[0] = latin;
            return 1;
        }

        if (Figure(rune) is { } figure)
        {
            var length = 0;
            if (figure > 9)
            {
                folded[length++] = (char)('0' + (figure / 10));
            }

            folded[length++] = (char)('0' + (figure % 10));
            return length;
        }

        folded[0] = Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Format or UnicodeCategory.Control => '\0',
            UnicodeCategory.SpaceSeparator => ' ',
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => '\n',
            UnicodeCategory.DashPunctuation => '-',
            UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation => '"',
            // Beyond the Latin scripts nothing is looked for; a letter stays a letter.
            _ => codePoint == BlankBraille ? ' ' : rune.IsBmp ? (char)codePoint : Rune.IsLetter(rune) ? '\u6F22' : '\uFFFD',
        };
        return folded[0] == '\0' ? 0 : 1;
    }

    /// <summary>What a byte is that is no UTF-8: the character of windows-1252; <c>\0</c> where it does not show.</summary>
    public static char PlainOfByte(byte value)
    {
        Span<char> folded = stackalloc char[LongestForm];
        return Fold(Escapes.OfWindows(value), folded) > 0 ? folded[0] : '\0';
    }

    /// <summary>The number from 0 to 99 that a character stands for, of whatever script and form; null for others.</summary>
    private static int? Figure(Rune rune)
    {
        var value = rune.Value == TenKeycap ? 10 : Rune.GetNumericValue(rune);
        return value is >= 0 and <= 99 && value == Math.Floor(value) ? (int)value : null;
    }
}
