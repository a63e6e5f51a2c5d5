using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// What all spellings of one word have in common: two texts with the same key are the same type, place, column or code.
/// </summary>
/// <remarks>
/// The one rule by which words that people and systems write are compared. How a letter and its marks are encoded (NFC or
/// NFD) makes no difference, compatibility forms (full width, ligatures) and the digits of all scripts are plain, every kind of space is one
/// blank, every dash a hyphen, invisible characters are left out, and case is folded. Letters of other scripts that only
/// look alike stay different letters. A key is for comparing and never shown. The rule is written here because
/// <c>string.Normalize</c> changes nothing in invariant globalization, in which the hub runs. Pure; thread-safe.
/// </remarks>
public static class ComparisonKey
{
    /// <summary>Compares texts by their keys.</summary>
    public static IEqualityComparer<string> Comparer { get; } = new ByKey();

    /// <summary>The key of a text.</summary>
    /// <param name="text">Of any length; also one that is not valid UTF-16.</param>
    /// <returns>The key; the key of a key is itself. Empty where nothing of the text is visible.</returns>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsKey(text) ? text : Composed(Folded(text));
    }

    /// <summary>Whether two texts are spellings of the same word.</summary>
    public static bool AreSame(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal) || string.Equals(Of(one), Of(other), StringComparison.Ordinal);

    // Most words are their own key once they have been through here: lower-case ASCII with single blanks.
    private static bool IsKey(string text)
    {
        var last = ' ';
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' or (>= 'A' and <= 'Z') || (c == ' ' && last == ' '))
            {
                return false;
            }

            last = c;
        }

        return text.Length == 0 || last != ' ';
    }

    private static StringBuilder Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        var blank = false;
        for (var i = 0; i < text.Length;)
        {
            var isValid = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var taken) == OperationStatus.Done;
            i += taken;
            if (isValid && IsBlank(rune))
            {
                blank = true;
            }
            else if (!isValid || !UnseenCharacters.Contains(rune))
            {
                if (blank && folded.Length > 0)
                {
                    folded.Append(' ');
                }

                blank = false;
                Fold(rune, folded);
            }
        }

        return folded;
    }

    // Each case ends in one that none applies to, so that what is folded once is folded.
    private static void Fold(Rune rune, StringBuilder folded)
    {
        if ((Compatibility.FormOf(rune.Value) ?? (rune.IsBmp ? Compatibility.Decompose((char)rune.Value) : null)) is { } parts)
        {
            foreach (var part in parts.EnumerateRunes())
            {
                Fold(part, folded);
            }
        }
        else if (IsDash(rune))
        {
            folded.Append('-');
        }
        else if (!rune.IsAscii && Rune.GetNumericValue(rune) is >= 0 and <= 9 and var digit
            && Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
        {
            folded.Append((char)('0' + (int)digit));
        }
        else if (Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)) is var lower && lower != rune)
        {
            Fold(lower, folded);
        }
        else
        {
            folded.Append(rune);
        }
    }

    // The marks of a letter in one order, whatever order they came in, and as many as fit put on the letter.
    private static string Composed(StringBuilder folded)
    {
        var text = folded.ToString().AsSpan();
        var composed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var letter = text[i++];
            var begin = i;
            while (i < text.Length && CharUnicodeInfo.GetUnicodeCategory(text[i]) == UnicodeCategory.NonSpacingMark)
            {
                i++;
            }

            var marks = text[begin..i].ToArray();
            Array.Sort(marks);
            var at = composed.Length;
            composed.Append(letter);
            foreach (var mark in marks)
            {
                if (Compatibility.Compose(composed[at], mark) is { } made)
                {
                    composed[at] = made;
                }
                else
                {
                    composed.Append(mark);
                }
            }
        }

        return composed.ToString();
    }

    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || IsBlankGlyph(rune);

    /// <summary>Glyphs without ink that are no spaces to Unicode: Braille without dots, Hangul fillers.</summary>
    internal static bool IsBlankGlyph(Rune rune) => rune.Value is 0x2800 or 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    private static bool IsDash(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation
        // Minus, hyphen bullet, modifier minus.
        || rune.Value is 0x2212 or 0x2043 or 0x02D7;

    private sealed class ByKey : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x is null || y is null ? x == y : AreSame(x, y);

        public int GetHashCode([DisallowNull] string obj) => StringComparer.Ordinal.GetHashCode(Of(obj));
    }
}
