using System.Collections.Frozen;

namespace TrygghetHub.Screening;

/// <summary>Letters of other scripts that a reader sees as Latin letters or as figures. Immutable; thread-safe.</summary>
/// <remarks>For detection alone: words that are compared keep their letters (<see cref="ComparisonKey"/>).</remarks>
internal static class LookAlikes
{
    private static readonly FrozenDictionary<int, char> Letters = DataFile.Lines("look-alikes.txt")
        .SelectMany(line => line[2..].EnumerateRunes().Select(letter => (letter.Value, Latin: line[0])))
        .ToFrozenDictionary(pair => pair.Value, pair => pair.Latin);

    /// <summary>What a code point looks like; <c>\0</c> where it looks like itself alone.</summary>
    public static char Of(int codePoint) => Letters.GetValueOrDefault(codePoint);
}
