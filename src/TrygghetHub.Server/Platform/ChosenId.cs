using System.Text.RegularExpressions;

namespace TrygghetHub.Server.Platform;

/// <summary>
/// The rule for ids that callers choose. They stand in names, certificates, logs and the journal for good, so no number of a
/// person fits in one, and no registration plate. Pure; thread-safe.
/// </summary>
/// <remarks>
/// Lower-case letters a–z, digits and hyphens, starting with a letter, with few digits: an identity number has ten or twelve,
/// and a date of birth six in a row. A Swedish plate is three letters, none of them I, Q or V, two digits, and a digit or a letter,
/// which is not O either (Transportstyrelsen); it stands in a part of its own, between hyphens, with or without a hyphen inside.
/// </remarks>
internal static partial class ChosenId
{
    /// <summary>Digits in all, fewer than an identity number has.</summary>
    public const int MostDigits = 9;

    private const int MostInARow = 5;

    /// <summary>What an id is made of, after its length: "… is 2 to 40 of …".</summary>
    public const string Rule =
        "a–z, 0–9 and hyphen, starts with a letter, and has at most five digits in a row, hyphens not counted, and nine in all; "
        + "no part of it is like a registration plate: three letters, two digits, a digit or letter";

    /// <summary>What a caller's mark of something is made of, after what it is.</summary>
    public const string DigitRule = "has at most five digits in a row, whatever stands between them but letters, and nine in all";

    /// <summary>Whether a text may be an id.</summary>
    /// <param name="text">The text.</param>
    /// <param name="least">Fewest characters, at least 1.</param>
    /// <param name="most">Most characters.</param>
    public static bool IsValid(string text, int least, int most) =>
        text.Length >= least && text.Length <= most && char.IsAsciiLetterLower(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && HasFewDigits(text) && !Plate().IsMatch(text);

    /// <summary>
    /// Whether a text has so few digits that no number of a person fits in it. Digits are in a row where no letter stands
    /// between them.
    /// </summary>
    public static bool HasFewDigits(ReadOnlySpan<char> text)
    {
        var (all, row) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (System.Text.Rune.IsNumber(rune))
            {
                row++;
                if (++all > MostDigits || row > MostInARow)
                {
                    return false;
                }
            }
            else if (System.Text.Rune.IsLetter(rune))
            {
                row = 0;
            }
        }

        return true;
    }

    /// <summary>Whether a text has fewer digits in all than an identity number, in a row or not.</summary>
    public static bool HasNoWholeNumber(ReadOnlySpan<char> text)
    {
        var all = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            all += System.Text.Rune.IsNumber(rune) ? 1 : 0;
        }

        return all <= MostDigits;
    }

    [GeneratedRegex("(?:^|-)[a-hj-pr-uw-z]{3}-?[0-9]{2}-?[0-9a-hj-npr-uw-z](?:$|-)")]
    private static partial Regex Plate();
}
