using System.Text.RegularExpressions;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>The line <c>sep=;</c> that a file may begin with, to tell Excel its delimiter. It is no row. Pure.</summary>
internal static partial class SeparatorLine
{
    // Longer than any such line is, with the delimiters that some programs add.
    private const int Longest = 1024;

    /// <summary>The delimiter that a file's first line names; null where it is another line.</summary>
    /// <exception cref="UsageException">The file is missing or has a fault in its first lines.</exception>
    public static char? Of(string path, TextEncoding encoding = TextEncoding.Utf8)
    {
        using var text = TextFile.OpenText(path, encoding);
        var begin = new char[Longest];
        return Line().Match(new string(begin, 0, text.ReadBlock(begin))) is { Success: true } match ? match.Groups["delimiter"].Value[0] : null;
    }

    [GeneratedRegex("""^"?sep=(?<delimiter>[^\p{L}\p{N}"\r\n])"?[;,|\t ]*(\r|\n|$)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
