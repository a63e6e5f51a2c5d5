using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Values of a report's fields as mappings and rows write them: <c>second-hand</c>, <c>grid</c>, <c>2</c>. Pure.</summary>
internal static class FieldWords
{
    /// <summary>All values, for a message.</summary>
    public static string All<T>() where T : struct, Enum =>
        string.Join(", ", Enum.GetValues<T>().Where(v => !v.Equals(default(T))).Select(v => Words.Of(v)));

    /// <summary>Reads a value in any case, with hyphens, underscores or spaces. A severity may be its number, 1 to 4.</summary>
    public static bool TryRead<T>(string text, out T value) where T : struct, Enum
    {
        var asked = ComparisonKey.Of(text).Replace('_', '-').Replace(' ', '-');
        if (typeof(T) == typeof(Precision) && asked == "grid")
        {
            asked = Words.Of(Precision.Grid250M);
        }

        foreach (var known in Enum.GetValues<T>())
        {
            var isNumber = typeof(T) == typeof(Severity)
                && asked == Convert.ToInt32(known, System.Globalization.CultureInfo.InvariantCulture)
                    .ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (!known.Equals(default(T)) && (isNumber || Words.Of(known) == asked))
            {
                value = known;
                return true;
            }
        }

        value = default;
        return false;
    }
}
