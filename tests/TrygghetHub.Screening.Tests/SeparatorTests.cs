using System.Globalization;
using System.Text;
using CsCheck;

namespace TrygghetHub.Screening.Tests;

/// <summary>
/// Whatever of all Unicode stands between the digits of a number and is no letter and no figure, the number is found: the
/// separators are not a list.
/// </summary>
public sealed class SeparatorTests
{
    private const string Number = "850412-2386";

    /// <summary>Every character that may part digits: nothing that is read as a letter or a figure.</summary>
    private static readonly Rune[] Separators =
    [
        .. Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(c => new Rune(c)).Where(r => Rune.GetUnicodeCategory(r)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol
            or UnicodeCategory.OtherSymbol || UnseenCharacters.Contains(r))
            .Where(r => !IsReadAsLetterOrFigure(r)),
    ];

    [Fact]
    public void Separators_OfAllUnicode_AreManyThousands() => Assert.True(Separators.Length > 8_000, $"{Separators.Length}");

    [Fact]
    public void Screen_AnyCharacterBeforeTheLastFour_HidesNoNumber() =>
        Assert.DoesNotContain(Separators, separator => !IsFound($"Sagt av 850412{separator}2386 nu"));

    [Fact]
    public void Screen_AnyCharacterBetweenAllDigits_HidesNoNumber() =>
        Assert.DoesNotContain(Separators, separator => !IsFound($"Sagt av {string.Join(separator.ToString(), "8504122386".AsEnumerable())} nu"));

    [Fact]
    public void Screen_AnyCharacterBetweenAllDigitsOfAMobile_HidesNoNumber() =>
        Assert.DoesNotContain(Separators, separator => !IsFound($"Sagt av {string.Join(separator.ToString(), "0701740605".AsEnumerable())} nu"));

    [Fact]
    public void Screen_AnyCharacterThatDoesNotShowAnywhere_HidesNothing()
    {
        var unseen = Separators.Where(r => UnseenCharacters.IsIgnorable(r.Value)).ToArray();
        Gen.Select(Gen.Int[0, unseen.Length - 1].Array[1, 12], Gen.Int[0, 1_000_000], Gen.Int[0, 4]).Sample((which, seed, kind) =>
        {
            var random = new Random(seed);
            var text = new StringBuilder(((string[])[Number, "070-174 06 05", "anna@exempel.se", "regnr KLM 12D", "K123456-24"])[kind]);
            foreach (var index in which)
            {
                text.Insert(random.Next(text.Length + 1) is var at && at < text.Length && char.IsLowSurrogate(text[at]) ? at + 1 : at, unseen[index].ToString());
            }

            Assert.True(IsFound($"Sagt av {text} nu"), string.Join(' ', text.ToString().EnumerateRunes().Select(r => $"{r.Value:X4}")));
        }, iter: 5_000);
    }

    [Fact]
    public void Screen_EveryFigureOfUnicode_IsADigit()
    {
        var figures = Enumerable.Range(0x80, 0x10FF80).Where(Rune.IsValid).Select(c => new Rune(c)).Where(r => Rune.IsDigit(r)).GroupBy(r => (int)Rune.GetNumericValue(r))
            .ToDictionary(g => g.Key, g => g.ToArray());
        Gen.Int[0, 1_000_000].Sample(
            seed =>
            {
                var random = new Random(seed);
                var text = string.Concat(Number.Select(c => c == '-' ? "-" : figures[c - '0'][random.Next(figures[c - '0'].Length)].ToString()));

                Assert.True(IsFound(text), text);
            },
            iter: 2_000);
    }

    private static bool IsFound(string text) => Spans.Screener.Screen(text).Any(f => f.Kind.AlwaysBlocks());

    // "\u2122" is read as TM, and the sign of a Roman number as its letters.
    private static bool IsReadAsLetterOrFigure(Rune rune)
    {
        using var read = new ScreenedText(rune.ToString());
        return read.Chars.ToString().Any(c => char.IsLetterOrDigit(c) || c == '\u6F22');
    }
}
