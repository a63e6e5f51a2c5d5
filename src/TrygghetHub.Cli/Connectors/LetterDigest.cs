namespace TrygghetHub.Cli.Connectors;

/// <summary>
/// Digests in letters alone, a to p for the sixteen values of half a byte: a mark that the hub keeps has few digits, so that no
/// number of a person fits in one.
/// </summary>
internal static class LetterDigest
{
    /// <summary>Two letters for each byte.</summary>
    public static string Of(ReadOnlySpan<byte> hash)
    {
        Span<char> letters = stackalloc char[hash.Length * 2];
        for (var i = 0; i < hash.Length; i++)
        {
            letters[2 * i] = (char)('a' + (hash[i] >> 4));
            letters[(2 * i) + 1] = (char)('a' + (hash[i] & 15));
        }

        return new string(letters);
    }

    /// <summary>Whether a text may be one.</summary>
    public static bool IsOne(string text) => text.All(c => c is >= 'a' and <= 'p');
}
