namespace TrygghetHub.Screening;

/// <summary>
/// Whether a word is another with one letter wrong, missing, too many or changed with its neighbour; letters that sound alike
/// in Swedish are the same letter. For words of <see cref="Letters"/>. Pure.
/// </summary>
internal static class Misspelling
{
    /// <summary>Whether a whole word is another one, misspelt or not.</summary>
    public static bool IsOf(string word, string written) => IsIn(word, written, startsThere: true, endsThere: true);

    /// <summary>Whether a word is in a longer one, misspelt or not.</summary>
    /// <param name="word">What is looked for.</param>
    /// <param name="written">Where.</param>
    /// <param name="startsThere">It is the beginning of the longer one.</param>
    /// <param name="endsThere">It is its end.</param>
    public static bool IsIn(string word, string written, bool startsThere, bool endsThere)
    {
        (word, written) = (Heard(word), Heard(written));
        // Sellers' algorithm for approximate matching, with transpositions: row i holds the least number of mistakes with
        // which the first i letters of the word end at each letter of what is written.
        var rows = new int[3][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new int[written.Length + 1];
        }

        var (before, last, row) = (rows[0], rows[1], rows[2]);
        for (var j = 0; j <= written.Length; j++)
        {
            last[j] = startsThere ? j : 0;
        }

        for (var i = 1; i <= word.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= written.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (word[i - 1] == written[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && word[i - 1] == written[j - 2] && word[i - 2] == written[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return (endsThere ? last[^1] : last.Min()) <= 1;
    }

    /// <summary>A word as it sounds, letter by letter.</summary>
    public static string Heard(string word) => word.Replace('w', 'v').Replace('z', 's').Replace('c', 'k').Replace('q', 'k');
}
