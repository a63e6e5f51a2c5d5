using System.Collections.Frozen;

namespace TrygghetHub.Screening;

/// <summary>Names of places that are not taken for names of people, of one word or more. Immutable; thread-safe.</summary>
internal sealed class KnownPlaces
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> folded;
    private readonly int mostWords;

    /// <summary>The places as they are written; capitals do not matter.</summary>
    public KnownPlaces(IEnumerable<string> names)
    {
        var all = names.Select(ComparisonKey.Of).Where(n => n.Length > 0).ToFrozenSet(StringComparer.Ordinal);
        folded = all.GetAlternateLookup<ReadOnlySpan<char>>();
        mostWords = all.Count == 0 ? 0 : all.Max(n => n.Split(' ', '-').Length);
    }

    /// <summary>The word is a place or belongs to one, also in the genitive ("Brunnas").</summary>
    public bool Cover(ScreenedText text, int word)
    {
        for (var first = Math.Max(0, word - mostWords + 1); first <= word; first++)
        {
            for (var last = word; last < Math.Min(text.Words.Length, first + mostWords); last++)
            {
                var name = text.Folded[text.Words[first].Start..text.Words[last].End];
                if (folded.Contains(name) || (name[^1] == 's' && folded.Contains(name[..^1])))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
