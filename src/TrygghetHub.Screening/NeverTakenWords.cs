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

    private readonly Stem[] stems = [.. lines.Select(Stem.Of)];
    private readonly FrozenSet<string> objects = objects.Select(o => Letters.Of(o).Joined).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether one of the words is in a text.</summary>
    public bool AreIn(string text)
    {
        var read = Searched(text);
        return Array.Exists(stems, s => s.IsIn(read) && !(s.MayBeOfObjects && read.IsOfObjects(this)));
    }

    /// <summary>A word that a text seems to misspell: one letter is wrong, missing, too many or in the wrong place. Null for none.</summary>
    public string? NearestIn(string text)
    {
        var read = Searched(text);
        return Array.Find(stems, s => s.IsNear(read) && !(s.MayBeOfObjects && read.IsOfObjects(this))).Line;
    }

    private Read Searched(string text)
    {
        var words = Letters.Of(text).Words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var searched = Array.FindAll(words, w => !objects.Contains(w));
        return new Read(searched, $" {string.Join(' ', searched)} ", string.Concat(searched), searched.Length < words.Length);
    }

    /// <summary>A text as it is searched: without its objects.</summary>
    private readonly record struct Read(string[] Words, string Spaced, string Joined, bool HasObjects)
    {
        public bool IsOfObjects(NeverTakenWords of) => HasObjects && Array.TrueForAll(Words, word =>
        {
            var alone = new Read([word], $" {word} ", word, HasObjects: false);
            return Array.Exists(of.stems, s => s.MayBeOfObjects && s.IsIn(alone));
        });
    }

    /// <param name="Line">As in the data.</param>
    /// <param name="Letters">Its letters alone.</param>
    /// <param name="Bound">Its letters with a blank where it is bound.</param>
    /// <param name="MayBeOfObjects">It does not count beside animals and things alone.</param>
    private readonly record struct Stem(string Line, string Letters, string Bound, bool MayBeOfObjects)
    {
        public static Stem Of(string line)
        {
            var word = line.TrimEnd('?');
            var letters = Screening.Letters.Of(word).Joined;
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
