using System.Text.RegularExpressions;

namespace TrygghetHub.Cli.Connectors;

/// <summary>The id that a row has at its source. Pure.</summary>
internal static partial class RowRef
{
    private const int LongestRef = 128;

    /// <summary>What is wrong with an id; null where nothing is. One that the hub cannot take would end the whole run.</summary>
    /// <param name="field">Where it stands, to be said.</param>
    /// <param name="sourceRef">Trimmed.</param>
    public static RowFault? Check(string field, string sourceRef) => sourceRef.Length == 0
        ? new(field, "There is no id.", "Give each row an id of its own that stays the same when the row is corrected.")
        : sourceRef.Length > LongestRef || sourceRef.Any(char.IsControl)
            ? new(field, $"An id has at most {LongestRef} characters and no line breaks.", "Give the row a shorter id.")
            : Rounded().IsMatch(sourceRef)
                ? new(
                    field, "The id is a number in scientific notation, as 1,23457E+11: its last digits are lost.",
                    "Export the rows from their source again with the ids as text; a program has taken them for numbers and rounded them.")
                : null;

    // As Excel, R and Java write a large number. Without a plus or decimals, as in 12E3, it may be an id.
    [GeneratedRegex("^-?[0-9]+([.,][0-9]+[eE][+]?|[eE][+])[0-9]{1,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex Rounded();
}
