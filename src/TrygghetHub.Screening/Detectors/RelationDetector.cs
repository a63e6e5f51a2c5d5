using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Persons by somebody else's name or by a nickname: "Kevins bror", "kallad Råttan", "alias råttan".</summary>
/// <remarks>
/// A name in the genitive, whether a word too or not, and a word of kin or company; or a capitalised word that ends in s in
/// mid-sentence, since names that no list has are still names. "Mannens bror" is nobody. Known places pass.
/// </remarks>
internal sealed class RelationDetector(KnownPlaces places) : IDetector
{
    private const int LongestNickname = 30;
    private const int LongestGap = 3;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        var hasKinship = (text.Kinds & WordKinds.Kinship) != 0;
        var hasCue = (text.Kinds & (WordKinds.NicknameCue | WordKinds.Alias)) != 0;
        var hasQuote = (text.Kinds & WordKinds.FirstName) != 0 && text.Chars.Contains('"');
        if (!hasKinship && !hasCue && !hasQuote)
        {
            return;
        }

        for (var i = 0; i + 1 < text.Words.Length; i++)
        {
            var (word, next) = (text.Words[i], text.Words[i + 1]);
            if (next.Is(WordKinds.Kinship) && text.Between(word, next) is " " && IsOwner(text, i))
            {
                found.Add(FindingKind.Relation, word.Start, next.End);
            }
            else if (word.Is(WordKinds.NicknameCue | WordKinds.Alias) && NicknameEnd(text, i) is { } end)
            {
                found.Add(FindingKind.Relation, word.Start, end);
            }
            else if (hasQuote && word.Is(WordKinds.FirstName) && word.Is(WordShape.Capital) && text.At(word.End) == ' '
                && QuoteEnd(text, word.End + 1) is { } quoteEnd)
            {
                found.Add(FindingKind.Relation, word.Start, quoteEnd);
            }
        }
    }

    private bool IsOwner(ScreenedText text, int index)
    {
        var word = text.Words[index];
        var folded = text.Lower(word);
        if (folded[^1] is not ('s' or 'x' or 'z'))
        {
            return false;
        }

        var isName = word.Is(WordKinds.Name) && (word.Is(WordShape.Capital) || !word.Is(WordKinds.AlsoWord));
        var isUnlisted = word.Kinds == WordKinds.None && word.Is(WordShape.Capital) && !word.Is(WordShape.First | WordShape.Upper);
        return isName || (isUnlisted && !places.Cover(text, index));
    }

    private int? NicknameEnd(ScreenedText text, int cue)
    {
        var (word, next) = (text.Words[cue], text.Words[cue + 1]);
        var gap = text.Between(word, next);
        if (gap.Length > LongestGap || gap.ContainsAny('.', ',', '\n'))
        {
            return null;
        }

        if (gap.Contains('"') || gap.Contains('\''))
        {
            return QuoteEnd(text, next.Start - 1) ?? next.End;
        }

        return word.Is(WordKinds.Alias) || (next.Is(WordShape.Capital) && !next.Is(WordShape.Upper) && !places.Cover(text, cue + 1)) ? next.End : null;
    }

    /// <summary>One past the quotation mark that ends what begins with one; null where none does.</summary>
    private static int? QuoteEnd(ScreenedText text, int open)
    {
        if (text.At(open) is not ('"' or '\''))
        {
            return null;
        }

        var rest = text.Chars[(open + 1)..];
        var length = rest[..Math.Min(rest.Length, LongestNickname)].IndexOf(text.At(open));
        return length > 1 ? open + 1 + length + 1 : null;
    }
}
