using System.Reflection;

namespace TrygghetHub.Forms;

/// <summary>Categories and families as people call them, in Swedish.</summary>
/// <remarks>
/// The list that this version ships with; a code that a newer hub has added stands as it is. Immutable.
/// </remarks>
public static class CategoryNames
{
    private static readonly Dictionary<string, string> Categories = Read("categories.csv", nameAt: 2);
    private static readonly Dictionary<string, string> Families = Read("families.csv", nameAt: 1);
    private static readonly Dictionary<string, string> InSentences = Read("sentence-names.csv", nameAt: 1);

    /// <summary>A family's name; the code itself where this version has none.</summary>
    public static string OfFamily(string family) => Families.GetValueOrDefault(family, family);

    /// <summary>What something is: its category, or the family where that alone is shown; "–" where neither is given.</summary>
    public static string Of(string category, string family) =>
        category.Length > 0 ? Categories.GetValueOrDefault(category, category)
        : family.Length > 0 ? OfFamily(family)
        : "–";

    /// <summary>A family's or category's name after "rapporter om", such as "fordonsbränder"; null where this version has none.</summary>
    public static string? InSentence(string code) => InSentences.GetValueOrDefault(code);

    private static Dictionary<string, string> Read(string file, int nameAt)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var fields = line.Split(',');
                names[fields[0]] = fields[nameAt];
            }
        }
        return names;
    }
}
