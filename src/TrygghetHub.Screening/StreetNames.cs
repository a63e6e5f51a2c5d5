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

    private static readonly string[] Institutions =
        ["gymnasiet", "gymnasium", "skolan", "skola", "kyrkan", "kyrka", "sjukhus", "hallen", "kulturhus", "hemmet"];

    /// <summary>A word that is, or ends as, the name of a street or a square.</summary>
    /// <param name="word">In lower case.</param>
    public static bool IsStreet(ReadOnlySpan<char> word) => Ending(word, Endings) > 0;

    /// <summary>A name and an ending in one, such as "jarlsgatan" or "brehmergymnasiet".</summary>
    /// <remarks>Of a street the name stands in the genitive or is one in -son: "storgatan" holds none.</remarks>
    /// <param name="word">In lower case.</param>
    public static bool IsNamed(ReadOnlySpan<char> word)
    {
        if (Ending(word, Institutions) is > 0 and var institution && word.Length > institution + 2)
        {
            return true;
        }

        var street = Ending(word, Endings);
        return street > 0 && word.Length > street + 2
            && (word[^(street + 1)] is ('s' or 'x' or 'z') || word[..^street].EndsWith("son", StringComparison.Ordinal));
    }

    private static int Ending(ReadOnlySpan<char> word, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                return ending.Length;
            }
        }

        return 0;
    }
}
