using TrygghetHub.Screening;

namespace TrygghetHub.Cli;

/// <summary>The name that somebody probably meant. Pure.</summary>
internal static class ClosestName
{
    // Whoever wrote this many letters wrong meant something else.
    private const int MostWrong = 3;

    // Names longer than that are no names; comparing costs their lengths multiplied.
    private const int LongestCompared = 64;

    /// <summary>The closest of the known names by their keys; null where none is close.</summary>
    public static string? Of(string asked, IEnumerable<string> known) => known
        .Where(k => k.Length <= LongestCompared && asked.Length <= LongestCompared)
        .Select(k => (Name: k, Wrong: Distance(ComparisonKey.Of(asked), ComparisonKey.Of(k))))
        .Where(k => k.Wrong <= Math.Min(MostWrong, asked.Length / 2))
        .OrderBy(k => k.Wrong)
        .Select(k => k.Name)
        .FirstOrDefault();

    // Levenshtein's distance: letters to put in, take out or change.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(
                    Math.Min(row[j], row[j - 1]) + 1, before + (a[i - 1] == b[j - 1] ? 0 : 1));
                before = above;
            }
        }

        return row[^1];
    }
}
