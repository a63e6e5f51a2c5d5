using System.Text;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Names of areas as people write them, made alike for comparing and for codes. Pure and thread-safe.
/// </summary>
/// <remarks>The hub runs without the system's tables of languages: the letters of the names of Sweden stand here.</remarks>
internal static class AreaName
{
    private const string Accented = "åäàáâãāæöøòóôõōœéèêëēěüùúûūíìîïīñńŋçčćđðšśžźýÿŧłß";
    private const string Plain = "aaaaaaaaooooooooeeeeeeuuuuuiiiiinnncccddsszzyytls";

    /// <summary>
    /// What two ways to write a name have in common: letters and digits of its <see cref="ComparisonKey"/> without accents,
    /// words with one space between.
    /// </summary>
    public static string Folded(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in ComparisonKey.Of(name))
        {
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(WithoutAccent(c));
            }
            else if (!IsCombiningMark(c) && folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded.ToString().TrimEnd();
    }

    /// <summary>A name without what stands in parentheses at its end: "Exempeltorget" of "Exempeltorget (Bro)".</summary>
    public static string WithoutSuffix(string name)
    {
        var trimmed = name.TrimEnd();
        return trimmed.EndsWith(')') && trimmed.LastIndexOf('(') is > 0 and var at ? trimmed[..at].TrimEnd() : trimmed;
    }

    /// <summary>The last part of a code: letters a–z and digits of a name; empty where it has none.</summary>
    public static string ShortName(string name) => string.Concat(
        Folded(WithoutSuffix(name)).Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)).Take(40));

    private static char WithoutAccent(char c) => c < 128 ? c : Accented.IndexOf(c) is >= 0 and var at ? Plain[at] : c;

    private static bool IsCombiningMark(char c) => c is >= '\u0300' and <= '\u036f';
}
