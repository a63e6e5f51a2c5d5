namespace TrygghetHub.Screening;

/// <summary>How names of streets and squares end in Swedish.</summary>
internal static class StreetNames
{
    private static readonly string[] Endings =
    [
        "gatan", "gata", "vägen", "väg", "gränd", "gränden", "stigen", "stig", "torget", "torg", "backen", "backe", "allén",
        "allé", "platsen", "plats", "plan", "planen", "gården", "leden", "slingan", "kajen", "esplanaden", "ringen", "parken",
        "liden", "brinken", "stråket", "svängen", "kroken", "skolan", "skola", "kyrkan", "kyrka", "bron", "sjukhus", "hallen",
    ];

    /// <summary>A word that is, or ends as, the name of a street or a square.</summary>
    /// <param name="word">In lower case.</param>
    public static bool IsStreet(ReadOnlySpan<char> word) => Ending(word) > 0;

    /// <summary>A name and an ending in one, such as "jarlsgatan": the first part stands in the genitive.</summary>
    /// <param name="word">In lower case.</param>
    public static bool IsNamed(ReadOnlySpan<char> word) =>
        Ending(word) is > 0 and var length && word.Length - length > 2 && word[^(length + 1)] is 's' or 'x' or 'z';

    private static int Ending(ReadOnlySpan<char> word)
    {
        foreach (var ending in Endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                return ending.Length;
            }
        }

        return 0;
    }
}
