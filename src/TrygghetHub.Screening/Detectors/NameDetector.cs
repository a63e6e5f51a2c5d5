using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Names of people: common first and last names, single or together, whoever bears them.</summary>
/// <remarks>
/// <para>A name counts when it is written with a capital; one of five letters or more that is no word also without.</para>
/// <para>A name that is also a common word or a place (Björn, Sten, Lund, Nora) counts only with a capital and in company:
/// in a row with a name that is no word, as a first name before a last name, or after a title ("grannen Björn").</para>
/// <para>Known places pass. Names before a street's ending are the street's ("Hjalmar Brantings plats", "Birger
/// Jarlsgatan"), names after such as kvarteret or stormen theirs.</para>
/// <para>A capitalised word after a name is taken as its last name, so that the finding covers all of it.</para>
/// </remarks>
internal sealed class NameDetector(KnownPlaces places) : IDetector
{
    private const int LeastLowerCase = 5;
    private const int LongestStreet = 6;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if ((text.Kinds & WordKinds.Name) == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            if (!IsName(text, i))
            {
                continue;
            }

            var first = i;
            while (i + 1 < text.Words.Length && IsName(text, i + 1) && IsBeside(text, i))
            {
                i++;
            }

            if (Counts(text, first, i) && !IsPlaceOrStreet(text, first, i))
            {
                var last = i + 1 < text.Words.Length && IsBeside(text, i) && IsUnknownCapital(text, i + 1) ? i + 1 : i;
                found.Add(FindingKind.Name, text.Words[first].Start, text.Words[last].End);
                i = last;
            }
        }
    }

    /// <summary>The word may be a name as it is written.</summary>
    public static bool IsName(ScreenedText text, int index)
    {
        var word = text.Words[index];
        return word.Is(WordKinds.Name) && !word.Is(WordKinds.NoName) && word.Length > 1
            && (word.Is(WordShape.Capital)
                ? !word.Is(WordShape.Upper) || word.Length > 2
                : word.Length >= LeastLowerCase && !word.Is(WordKinds.AlsoWord) && !IsGlued(text, word));
    }

    private static bool Counts(ScreenedText text, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (!text.Words[i].Is(WordKinds.AlsoWord))
            {
                return true;
            }

            if (i < last && text.Words[i].Is(WordKinds.FirstName) && text.Words[i + 1].Is(WordKinds.LastName))
            {
                return true;
            }
        }

        return first > 0 && text.Words[first - 1].Is(WordKinds.Title | WordKinds.Kinship) && text.Between(text.Words[first - 1], text.Words[first]).Length == 1;
    }

    private bool IsPlaceOrStreet(ScreenedText text, int first, int last)
    {
        if (first > 0 && IsPlaceCue(text, text.Words[first - 1], text.Words[first]))
        {
            return true;
        }

        // A person and an address without a comma: "Anna Berg Kungsgatan 5". The last name is not in the genitive.
        var isWholeName = last > first && text.Words[first].Is(WordKinds.FirstName) && text.Words[last].Is(WordKinds.LastName)
            && !text.Words[last].Is(WordShape.Genitive);
        for (var i = last + 1; i < Math.Min(text.Words.Length, last + LongestStreet) && IsBeside(text, i - 1); i++)
        {
            var word = text.Words[i];
            if (word.Is(WordKinds.Street) || (!word.Is(WordShape.Capital) && StreetNames.IsStreet(text.Lower(word))))
            {
                return true;
            }

            if (!word.Is(WordShape.Capital))
            {
                break;
            }

            if (!isWholeName && StreetNames.IsNamed(text.Lower(word)))
            {
                return true;
            }
        }

        for (var i = first; i <= last; i++)
        {
            if (!places.Cover(text, i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>"Kvarteret Elsa", "S:t Olof", "Söderby-Karl".</summary>
    private static bool IsPlaceCue(ScreenedText text, Word before, Word name)
    {
        var gap = text.Chars[before.End..name.Start];
        return (before.Is(WordKinds.PlaceCue) && gap.Length <= 2)
            || (gap is " " && text.At(before.Start - 1) == ':' && text.Lower(before) is "t")
            || (gap is "-" && before.Is(WordShape.Capital) && !before.Is(WordKinds.Name));
    }

    private bool IsUnknownCapital(ScreenedText text, int index)
    {
        var word = text.Words[index];
        return word is { Kinds: WordKinds.None, Length: > 2 } && word.Is(WordShape.Capital) && !word.Is(WordShape.Upper)
            && !StreetNames.IsStreet(text.Lower(word)) && !places.Cover(text, index);
    }

    /// <summary>Nothing but a space or a hyphen stands between the word and the next.</summary>
    private static bool IsBeside(ScreenedText text, int index) =>
        text.Between(text.Words[index], text.Words[index + 1]) is " " or "-";

    private static bool IsGlued(ScreenedText text, Word word) =>
        text.At(word.Start - 1) is '@' or '_' or '/' or '.' || text.At(word.End) is '@' or '_' || char.IsAsciiDigit(text.At(word.End));
}
