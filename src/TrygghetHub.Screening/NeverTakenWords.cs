using System.Collections.Frozen;

namespace TrygghetHub.Screening;

/// <summary>
/// Finds the words by which a type or a text tells of an individual, in any spelling, and what seems to misspell one.
/// Immutable; thread-safe.
/// </summary>
/// <param name="lines">
/// Words and their stems. <c>|</c> at its beginning or end binds one to the beginning or end of a word. One that ends in
/// <c>?</c> does not count where every other word is of animals or things.
/// </param>
/// <param name="objects">Words of animals and things; no never-taken word is looked for in them.</param>
internal sealed class NeverTakenWords(IEnumerable<string> lines, IEnumerable<string> objects)
{
    // A shorter stem is looked for in single words ("minibar nattetid" holds no "barn"), and is near too much.
    private const int LongStem = 6;
    private const int LongAcrossWords = 7;

    private readonly Stem[] stems = [.. lines.Select(line => Stem.Of(line, coarse: false))];

    // Those with an å, ä or ö before an a or e.
    private readonly Stem[] coarseStems = [.. lines.Select(line => Stem.Of(line, coarse: true)).Except(lines.Select(line => Stem.Of(line, coarse: false)))];
    private readonly FrozenSet<string> objects = objects.Select(o => Letters.Of(o).Joined).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether one of the words is in a text.</summary>
    public bool AreIn(string text) => Readings(text).Any(reading =>
        Array.Exists(reading.Stems, s => s.IsIn(reading.Read) && !(s.MayBeOfObjects && reading.Read.IsOfObjects(reading.Stems))));

    /// <summary>A word that a text seems to misspell: one letter is wrong, missing, too many or in the wrong place. Null for none.</summary>
    public string? NearestIn(string text) => Readings(text)
        .Select(reading => Array.Find(
            reading.Stems, s => s.IsNear(reading.Read) && !(s.MayBeOfObjects && reading.Read.IsOfObjects(reading.Stems))).Line)
        .FirstOrDefault(line => line is not null);

    // A text that can be read in more than one way is read in each.
    private IEnumerable<(Read Read, Stem[] Stems)> Readings(string text)
    {
        yield return (Searched(Letters.Of(text)), stems);
        yield return (Searched(Letters.Of(text, coarse: true)), coarseStems);

        // Between words they are a blank, within a word they hide it.
        if (text.EnumerateRunes().Any(ComparisonKey.IsBlankGlyph))
        {
            foreach (var reading in Readings(string.Concat(text.EnumerateRunes().Where(r => !ComparisonKey.IsBlankGlyph(r)))))
            {
                yield return reading;
            }
        }
    }

    private Read Searched(Letters letters)
    {
        var words = letters.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var searched = Array.FindAll(words, w => !objects.Contains(w));
        return new Read(searched, $" {string.Join(' ', searched)} ", string.Concat(searched), searched.Length < words.Length);
    }

    /// <summary>A text as it is searched: without its objects.</summary>
    private readonly record struct Read(string[] Words, string Spaced, string Joined, bool HasObjects)
    {
        public bool IsOfObjects(Stem[] stems) => HasObjects && Array.TrueForAll(Words, word =>
        {
            var alone = new Read([word], $" {word} ", word, HasObjects: false);
            return Array.Exists(stems, s => s.MayBeOfObjects && s.IsIn(alone));
        });
    }

    /// <param name="Line">As in the data.</param>
    /// <param name="Letters">Its letters alone.</param>
    /// <param name="Bound">Its letters with a blank where it is bound.</param>
    /// <param name="MayBeOfObjects">It does not count beside animals and things alone.</param>
    private readonly record struct Stem(string Line, string Letters, string Bound, bool MayBeOfObjects)
    {
        public static Stem Of(string line, bool coarse)
        {
            var word = line.TrimEnd('?');
            var letters = Screening.Letters.Of(word, coarse).Joined;
            return new Stem(
                line, letters, (word.StartsWith('|') ? " " : "") + letters + (word.EndsWith('|') ? " " : ""), word.Length < line.Length);
        }

        private bool IsBound => Bound.Length > Letters.Length;

        public bool IsIn(in Read read) =>
            (IsBound || Letters.Length < LongStem ? read.Spaced : read.Joined).Contains(Bound, StringComparison.Ordinal);

        public bool IsNear(in Read read)
        {
            if (Letters.Length < LongStem || (Bound[0] == ' ' && Bound[^1] == ' '))
            {
                return false;
            }

            // With one mistake in six letters much is near that only begins or ends so: "gripen" and "gripanordning".
            var isWhole = Letters.Length == LongStem;
            foreach (var word in read.Words)
            {
                if (Misspelling.IsIn(Letters, word, startsThere: isWhole || Bound[0] == ' ', endsThere: isWhole || Bound[^1] == ' '))
                {
                    return true;
                }
            }

            return !IsBound && (Letters.Length >= LongAcrossWords
                ? Misspelling.IsIn(Letters, read.Joined, startsThere: false, endsThere: false)
                : Misspelling.Heard(read.Joined).Contains(Misspelling.Heard(Letters), StringComparison.Ordinal));
        }
    }
}
