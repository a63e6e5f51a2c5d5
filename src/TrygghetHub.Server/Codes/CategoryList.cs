using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace TrygghetHub.Server.Codes;

/// <summary>A category of events, in one of eight families.</summary>
/// <param name="Code">Kebab-case, stable for ever.</param>
/// <param name="Family">Code of its family.</param>
/// <param name="Name">In Swedish.</param>
/// <param name="Taken">False for what concerns individuals: refused from everyone, whatever an agreement says.</param>
internal sealed record Category(string Code, string Family, string Name, bool Taken);

/// <summary>The hub's categories and families: data with a version, not code. Immutable.</summary>
internal sealed class CategoryList
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
    public static CategoryList Embedded { get; } = Load();

    public int Version { get; }

    public IEnumerable<Category> Categories => categories.Values.OrderBy(c => c.Code, StringComparer.Ordinal);

    public IEnumerable<string> Families => families.Keys.Order(StringComparer.Ordinal);

    public Category? Find(string code) => categories.GetValueOrDefault(code);

    /// <summary>The family's name in Swedish.</summary>
    public string FamilyName(string family) => families[family];

    private static CategoryList Load()
    {
        // "# Version 1. One category a line: …"
        var head = Lines("categories.csv").First();
        var version = int.Parse(head.AsSpan("# Version ".Length, head.IndexOf('.', StringComparison.Ordinal) - "# Version ".Length), CultureInfo.InvariantCulture);
        var families = Rows("families.csv").Select(f => KeyValuePair.Create(f[0], f[1])).ToList();
        var categories = Rows("categories.csv").Select(f => new Category(f[0], f[1], f[2], f[3] == "yes")).ToList();
        return new CategoryList(version, categories, families);
    }

    private static IEnumerable<string[]> Rows(string file) =>
        Lines(file).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(','));

    private static IEnumerable<string> Lines(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("TrygghetHub.Server.Codes." + file)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
