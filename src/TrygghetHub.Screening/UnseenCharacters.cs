using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// Characters that a reader does not see, or that move what is seen: controls, formats, and all that Unicode lets a font show
/// as nothing. Pure; thread-safe.
/// </summary>
/// <remarks>
/// The ranges are <c>Default_Ignorable_Code_Point</c> of the Unicode Character Database 16.0, which the general category does
/// not tell: Hangul fillers are letters and variation selectors are marks. U+2800 is a symbol without a dot.
/// </remarks>
public static class UnseenCharacters
{
    private const int BlankBraille = 0x2800;

    private static readonly (int First, int Last)[] DefaultIgnorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Whether the character shows as nothing or moves what is seen. Line breaks and tabs are controls, and count.</summary>
    public static bool Contains(Rune rune) => rune.Value == BlankBraille
        || IsIgnorable(rune.Value)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Whether a font may show the code point as nothing at all.</summary>
    internal static bool IsIgnorable(int codePoint)
    {
        foreach (var (first, last) in DefaultIgnorable)
        {
            if (codePoint <= last)
            {
                return codePoint >= first;
            }
        }

        return false;
    }
}
