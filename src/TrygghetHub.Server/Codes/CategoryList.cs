using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TrygghetHub.Server.Codes;

/// <summary>A category of reports, in one of eight families.</summary>
/// <param name="Code">Kebab-case, stable for ever.</param>
/// <param name="Family">Code of its family.</param>
/// <param name="Name">In Swedish.</param>
/// <param name="Taken">False for what concerns individuals: refused from everyone, whatever an agreement says.</param>
/// <param name="IsConcern">Whether a report of it is of something that went wrong or might; a calm evening is none.</param>
internal sealed record Category(string Code, string Family, string Name, bool Taken, bool IsConcern);

/// <summary>The hub's categories and families: data with a version, not code. Immutable.</summary>
internal sealed partial class CategoryList
{
    /// <summary>Where a code goes that no mapping names.</summary>
    public const string Other = "other";

    private readonly FrozenDictionary<string, Category> categories;
    private readonly FrozenDictionary<string, string> families;

    private CategoryList(int version, IEnumerable<Category> categories, IEnumerable<KeyValuePair<string, string>> families)
    {
        Version = version;
        this.categories = categories.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);
        this.families = families.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The list that this version of the hub ships with.</summary>
    public static CategoryList Embedded { get; } =
        Parse(Lines("categories.csv"), Lines("families.csv"));

    public int Version { get; }

    public IEnumerable<Category> Categories => categories.Values.OrderBy(c => c.Code, StringComparer.Ordinal);

    public IEnumerable<string> Families => families.Keys.Order(StringComparer.Ordinal);

    public Category? Find(string code) => categories.GetValueOrDefault(code);

    /// <summary>The family's name in Swedish.</summary>
    public string FamilyName(string family) => families[family];

    /// <summary>Whether a report of the category is of something that went wrong or might.</summary>
    /// <param name="code">Of the category; empty where a reader may see the family alone.</param>
    /// <returns>False for what is known to be none: what a reader may not tell from a concern counts as one.</returns>
    public bool IsConcern(string code) => Find(code) is not { IsConcern: false };

    /// <summary>Reads a list as its two files hold it.</summary>
    /// <param name="categories">"# Version 2. …", further lines of comment, and a line for each category.</param>
    /// <param name="families">A line for each family: code and name.</param>
    /// <exception cref="InvalidDataException">A line is not as it must be; says which, and what it must be.</exception>
    public static CategoryList Parse(IReadOnlyList<string> categories, IReadOnlyList<string> families)
    {
        var version = VersionHead().Match(categories.Count == 0 ? "" : categories[0]);
        if (!version.Success)
        {
            throw new InvalidDataException("categories.csv, line 1: it must begin with its version, \"# Version 2.\"");
        }

        var names = Rows(families, "families.csv", columns: 2)
            .Select(row => KeyValuePair.Create(row.Fields[0], row.Fields[1])).ToDictionary(StringComparer.Ordinal);
        var read = new Dictionary<string, Category>(StringComparer.Ordinal);
        foreach (var (fields, where) in Rows(categories, "categories.csv", columns: 5))
        {
            if (!names.ContainsKey(fields[1]))
            {
                throw new InvalidDataException($"{where}: the family \"{fields[1]}\" is not in families.csv.");
            }

            var category = new Category(
                fields[0], fields[1], fields[2], YesOrNo(fields[3], "taken", where), YesOrNo(fields[4], "concern", where));
            if (!read.TryAdd(category.Code, category))
            {
                throw new InvalidDataException($"{where}: the category \"{category.Code}\" stands twice; a code has one line.");
            }
        }

        return new CategoryList(int.Parse(version.Groups[1].ValueSpan, CultureInfo.InvariantCulture), read.Values, names);
    }

    private static bool YesOrNo(string value, string column, string where) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw new InvalidDataException($"{where}: {column} is \"{value}\"; it must be yes or no."),
    };

    private static IEnumerable<(string[] Fields, string Where)> Rows(IReadOnlyList<string> lines, string file, int columns)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
            {
                continue;
            }

            var (fields, where) = (lines[i].Split(','), $"{file}, line {i + 1}");
            if (fields.Length != columns || Array.Exists(fields, string.IsNullOrWhiteSpace))
            {
                throw new InvalidDataException($"{where}: it must have {columns} columns, and something in each of them.");
            }

            yield return (fields, where);
        }
    }

    private static string[] Lines(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("TrygghetHub.Server.Codes." + file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }

    [GeneratedRegex(@"^# Version ([0-9]{1,6})\.")]
    private static partial Regex VersionHead();
}
