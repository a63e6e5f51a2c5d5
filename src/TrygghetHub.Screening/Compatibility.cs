using System.Collections.Frozen;
using System.Globalization;

namespace TrygghetHub.Screening;

/// <summary>
/// Unicode's compatibility forms (NFKC, UAX #15) of what screening looks at: whatever stands for Latin letters, digits and
/// signs.
/// </summary>
/// <remarks>
/// A table of our own, because .NET normalises nothing in invariant globalization, which the hub runs in, and a sender's
/// program may run without: hub and SDK must find the same. Immutable; thread-safe.
/// </remarks>
internal static class Compatibility
{
    private static readonly FrozenDictionary<int, string> Forms;
    private static readonly FrozenDictionary<(char Letter, char Mark), char> Compositions;
    private static readonly FrozenDictionary<char, string> Decompositions;

    static Compatibility()
    {
        var forms = new Dictionary<int, string>();
        var compositions = new Dictionary<(char, char), char>();
        foreach (var line in DataFile.Lines("compatibility.txt"))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (from, to) = (line[..space], line[(space + 1)..]);
            if (from.Split('+') is [var letter, var mark])
            {
                compositions.Add(((char)Hex(letter), (char)Hex(mark)), (char)Hex(to));
                continue;
            }

            var ends = from.Split('-');
            for (int code = Hex(ends[0]), first = code; code <= Hex(ends[^1]); code++)
            {
                forms.Add(code, ends.Length > 1
                    ? ((char)(Hex(to) + code - first)).ToString()
                    : string.Concat(to.Split('+').Select(c => (char)Hex(c))));
            }
        }

        Forms = forms.ToFrozenDictionary();
        Compositions = compositions.ToFrozenDictionary();

        // Two marks that are the same (U+0300, U+0340) make one letter, which is made of the first.
        var decompositions = compositions.GroupBy(c => c.Value, c => c.Key)
            .ToDictionary(g => g.Key, g => g.Min() is var (letter, mark) ? $"{letter}{mark}" : "");
        foreach (var line in DataFile.Lines("decompositions.txt"))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            decompositions.Add((char)Hex(line[..space]), string.Concat(line[(space + 1)..].Split('+').Select(c => (char)Hex(c))));
        }

        Decompositions = decompositions.ToFrozenDictionary();
    }

    /// <summary>What a code point stands for; null where it stands for itself or for something that is not Latin.</summary>
    public static string? FormOf(int codePoint) => Forms.GetValueOrDefault(codePoint);

    /// <summary>The one letter that a letter and a mark make; null where there is none.</summary>
    public static char? Compose(char letter, char mark) => Compositions.TryGetValue((letter, mark), out var made) ? made : null;

    /// <summary>What a character is made of by Unicode's canonical decomposition, in one step; null where it is made of nothing else.</summary>
    public static string? Decompose(char made) => Decompositions.GetValueOrDefault(made);

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
