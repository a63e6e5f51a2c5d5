namespace TrygghetHub.Screening;

/// <summary>Digests in hexadecimal, such as an ETag or a SHA-256: long enough, and not of digits alone. Pure.</summary>
internal static class Digest
{
    private const int Shortest = 16;

    /// <summary>Whether what begins at a place of a text stands inside one.</summary>
    public static bool Holds(string text, int start)
    {
        var (from, to) = (start, start);
        while (from > 0 && char.IsAsciiHexDigit(text[from - 1]))
        {
            from--;
        }

        while (to < text.Length && char.IsAsciiHexDigit(text[to]))
        {
            to++;
        }

        return to - from >= Shortest && text.AsSpan(from, to - from).ContainsAnyExceptInRange('0', '9');
    }
}
