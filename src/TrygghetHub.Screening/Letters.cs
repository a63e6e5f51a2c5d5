using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>What is left of a text when it is read for words: letters from a to z, and digits.</summary>
/// <param name="Words">Its words with a blank before, between and after; letters that stand alone in a row are one word.</param>
/// <param name="Joined">Its letters and digits without blanks.</param>
internal readonly record struct Letters(string Words, string Joined)
{
    // Latin letters that no mark makes, as those write them who have none of them.
    private const string Variants = "ßsøoæaœoðdþpłlıiđdħhŧt";

    /// <summary>Reads a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="coarse">
    /// Whether aa, ae and oe are one letter also where they come from other letters: "närstående" is "narstande" then, and
    /// so is "naerstaende", of which nobody can tell which e belongs to an a.
    /// </param>
    public static Letters Of(string text, bool coarse = false)
    {
        var folded = new StringBuilder(text.Length);
        var isBare = false;
        foreach (var rune in ComparisonKey.Of(text).EnumerateRunes())
        {
            var letter = Bare(rune);
            if (Rune.IsLetterOrDigit(letter))
            {
                // As those write who have no å, ä and ö: aa, ae, oe.
                if (!(isBare || (coarse && folded.Length > 0))
                    || (folded[^1], letter.Value) is not (('a', 'a') or ('a', 'e') or ('o', 'e')))
                {
                    folded.Append(letter);
                    isBare = !rune.IsBmp || Compatibility.Decompose((char)rune.Value) is null;
                }
                else
                {
                    isBare = false;
                }
            }
            else if (Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
            {
                folded.Append(' ');
                isBare = false;
            }
        }

        var plain = folded.ToString();
        var words = new StringBuilder(" ");
        var isAlone = false;
        foreach (var word in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (isAlone && word.Length == 1)
            {
                words.Length--;
            }

            words.Append(word).Append(' ');
            isAlone = word.Length == 1;
        }

        return new Letters(words.ToString(), plain.Replace(" ", "", StringComparison.Ordinal));
    }

    private static Rune Bare(Rune rune)
    {
        while (rune.IsBmp && Compatibility.Decompose((char)rune.Value) is { } parts)
        {
            rune = new Rune(parts[0]);
        }

        // Case is folded here, and either case may be what looks alike.
        var seen = LookAlikes.Of(rune.Value) is not '\0' and var lower ? lower : LookAlikes.Of(Rune.ToUpperInvariant(rune).Value);
        return char.IsAsciiLetter(seen) ? new Rune(char.ToLowerInvariant(seen))
            : rune.IsBmp && Variants.IndexOf((char)rune.Value, StringComparison.Ordinal) is >= 0 and var at && at % 2 == 0
                ? new Rune(Variants[at + 1])
                : rune;
    }
}
