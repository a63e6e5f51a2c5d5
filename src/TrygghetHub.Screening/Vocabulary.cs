using System.Collections.Frozen;

namespace TrygghetHub.Screening;

/// <summary>The words that screening knows, by their lower-case form. Immutable; thread-safe.</summary>
internal static class Vocabulary
{
    /// <summary>Longer words are in no list, and need not be looked for.</summary>
    public const int LongestWord = 24;

    // "tyskreg", "norskskyltad": a country, and that a vehicle is registered there.
    private static readonly string[] EndingsOfRegistered = ["reg", "regad", "regat", "registrerad", "registrerat", "registrerade", "skyltad", "skyltat", "skyltade"];

    private static readonly FrozenDictionary<string, WordKinds>.AlternateLookup<ReadOnlySpan<char>> Words =
        Read().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What a word is.</summary>
    /// <param name="folded">In lower case.</param>
    public static WordKinds KindsOf(ReadOnlySpan<char> folded) =>
        folded.Length <= LongestWord && Words.TryGetValue(folded, out var kinds) ? kinds : WordKinds.None;

    private static FrozenDictionary<string, WordKinds> Read()
    {
        var words = new Dictionary<string, WordKinds>(StringComparer.Ordinal);
        foreach (var (file, kind) in new[]
        {
            ("first-names.txt", WordKinds.FirstName), ("last-names.txt", WordKinds.LastName),
            ("names-that-are-words.txt", WordKinds.AlsoWord),
        })
        {
            foreach (var name in DataFile.Lines(file))
            {
                Add(words, name.ToLowerInvariant(), kind);
            }
        }

        foreach (var line in DataFile.Lines("cue-words.txt"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var kind = Enum.Parse<WordKinds>(line[..colon]);
            foreach (var word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                Add(words, word, kind);
            }
        }

        foreach (var country in words.Where(w => (w.Value & WordKinds.ForeignCue) != 0 && w.Key.EndsWith("sk", StringComparison.Ordinal)).Select(w => w.Key).ToList())
        {
            foreach (var ending in EndingsOfRegistered)
            {
                Add(words, country + ending, WordKinds.ForeignCue);
            }
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, WordKinds> words, string word, WordKinds kind) =>
        words[word] = words.GetValueOrDefault(word) | kind;
}
