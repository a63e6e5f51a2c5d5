using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Every area that the hub knows, in one version.
/// </summary>
/// <remarks>
/// Invariant: codes are unique, every area but a county lies in one of the level above whose code its own
/// begins with, an area in use lies in one in use, and no two counties or municipalities share a name. Names
/// and codes handed out are the book's own strings. Immutable and thread-safe.
/// </remarks>
internal sealed class AreaBook
{
    private const string EmbeddedName = "TrygghetHub.Server.Areas.areas.csv";

    private static readonly IReadOnlyList<Area> noAreas = [];
    private static readonly IReadOnlyList<string> noCodes = [];

    private readonly FrozenDictionary<string, Entry> entries;
    private readonly FrozenDictionary<string, Area[]> byName;
    private readonly Lazy<AreaMap> map;
    private readonly Lazy<AreaMap> closedMap;
    private readonly IReadOnlyList<Area> counties;

    /// <summary>Makes a book, or refuses areas that do not fit together.</summary>
    /// <param name="version">Number of this version, from 1 on; a later one is greater.</param>
    /// <param name="areas">In any order.</param>
    /// <exception cref="InvalidDataException">The invariant does not hold; the message names the area.</exception>
    public AreaBook(int version, IEnumerable<Area> areas)
    {
        Version = version;

        // Parents come before children in the order of codes, since a child's code begins with its parent's.
        var ordered = areas.OrderBy(area => area.Code, StringComparer.Ordinal).ToArray();
        var chains = new Dictionary<string, AreaChain>(StringComparer.Ordinal);
        var names = new Dictionary<string, Area>(ComparisonKey.Comparer);
        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var area in ordered)
        {
            if (!chains.TryAdd(area.Code, ChainOf(area, chains)))
            {
                throw new InvalidDataException($"Area {area.Code}: the code is there twice.");
            }

            if (!area.IsClosed && area.Parent is not null && closed.Contains(area.Parent))
            {
                throw new InvalidDataException($"Area {area.Code}: {area.Parent}, which holds it, is closed.");
            }

            if (area.IsClosed)
            {
                closed.Add(area.Code);
            }

            if (area.Level <= AreaLevel.Municipality && !names.TryAdd(area.DisplayName, area))
            {
                throw new InvalidDataException($"Area {area.Code}: {names[area.DisplayName].Code} has the same name.");
            }
        }

        var children = ordered
            .Where(area => area.Parent is not null)
            .ToLookup(area => area.Parent!, StringComparer.Ordinal);
        counties = [.. ordered.Where(area => area.Level == AreaLevel.County)];
        entries = ordered.ToFrozenDictionary(
            area => area.Code,
            area =>
            {
                Area[] within = [.. children[area.Code]];
                string[] municipalities = area.Level == AreaLevel.County
                    ? [.. within.Select(child => child.Code)]
                    : [chains[area.Code].Municipality!];
                return new Entry(area, chains[area.Code], within, municipalities);
            },
            StringComparer.Ordinal);

        Area[] open = [.. ordered.Where(area => !area.IsClosed)];
        byName = ordered
            .Where(area => area.Level >= AreaLevel.District)
            .SelectMany(area => NamesOf(area).Select(name => (Name: name, Area: area)))
            .GroupBy(named => named.Name, named => named.Area, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        map = new Lazy<AreaMap>(() => new AreaMap(open));
        closedMap = new Lazy<AreaMap>(() => new AreaMap([.. ordered.Where(area => area.IsClosed)]));
    }

    /// <summary>Number of this version; stands with every picture that was counted by it.</summary>
    public int Version { get; }

    /// <summary>Where the areas in use lie; made when it is first asked for, since old books seldom are.</summary>
    public AreaMap Map => map.Value;

    /// <summary>Every area, closed ones included, in the order of codes.</summary>
    public IEnumerable<Area> Areas => entries.Values.Select(entry => entry.Area).OrderBy(area => area.Code, StringComparer.Ordinal);

    /// <summary>The next version of the book.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="changed">Areas that are new, or take the place of the one with their code.</param>
    /// <exception cref="InvalidDataException">The invariant does not hold; the message names the area.</exception>
    public AreaBook With(int version, IEnumerable<Area> changed)
    {
        var areas = entries.Values.ToDictionary(entry => entry.Area.Code, entry => entry.Area, StringComparer.Ordinal);
        foreach (var area in changed)
        {
            areas[area.Code] = area;
        }

        return new AreaBook(version, areas.Values);
    }

    /// <summary>The book that came with the program: all counties and municipalities, and some districts.</summary>
    /// <exception cref="InvalidDataException">The file is broken; the message names the line or the area.</exception>
    public static AreaBook LoadEmbedded()
    {
        using var stream = typeof(AreaBook).Assembly.GetManifestResourceStream(EmbeddedName)
            ?? throw new InvalidDataException($"{EmbeddedName} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return Read(reader);
    }

    /// <summary>Reads a book from its file format.</summary>
    /// <remarks>
    /// Line 1 is <c># version N</c>, line 2 the heading <c>code,name,flags</c>, and each further line an area.
    /// Level and parent follow from the code. Names hold no comma; flags are <c>illustrative</c> and
    /// <c>sparse</c>, with a space between.
    /// </remarks>
    /// <exception cref="InvalidDataException">A line cannot be read, or the areas do not fit together.</exception>
    public static AreaBook Read(TextReader reader)
    {
        const string VersionMark = "# version ";

        if (reader.ReadLine() is not { } first || !first.StartsWith(VersionMark, StringComparison.Ordinal)
            || !int.TryParse(
                first.AsSpan(VersionMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new InvalidDataException($"Line 1: expected \"{VersionMark}N\".");
        }

        if (reader.ReadLine() is not "code,name,flags")
        {
            throw new InvalidDataException("Line 2: expected \"code,name,flags\".");
        }

        var areas = new List<Area>();
        for (var number = 3; reader.ReadLine() is { } line; number++)
        {
            areas.Add(ReadArea(line, number));
        }

        return new AreaBook(version, areas);
    }

    /// <summary>Finds an area by its code.</summary>
    /// <returns>Whether the book holds it. Codes are compared byte for byte.</returns>
    public bool TryGet(string code, [NotNullWhen(true)] out Area? area)
    {
        var found = entries.TryGetValue(code, out var entry);
        area = entry?.Area;
        return found;
    }

    /// <summary>Resolves a code to the areas that hold it, itself included.</summary>
    /// <returns>Whether the book holds the area; if not, <paramref name="chain"/> is the default value.</returns>
    public bool TryResolve(string code, out AreaChain chain)
    {
        var found = entries.TryGetValue(code, out var entry);
        chain = entry?.Chain ?? default;
        return found;
    }

    /// <summary>
    /// What lies directly inside an area, in the order of codes; the counties for null.
    /// </summary>
    /// <returns>Nothing for an area that has nothing inside it, and for a code that the book lacks.</returns>
    public IReadOnlyList<Area> Children(string? code) =>
        code is null ? counties : entries.TryGetValue(code, out var entry) ? entry.Children : noAreas;

    /// <summary>
    /// Codes of the municipalities that an area consists of or lies in: all those of a county in the order
    /// of codes, a municipality itself, the one that holds a district or place.
    /// </summary>
    /// <returns>Nothing for a code that the book lacks.</returns>
    public IReadOnlyList<string> Municipalities(string areaCode) =>
        entries.TryGetValue(areaCode, out var entry) ? entry.Municipalities : noCodes;

    /// <summary>
    /// Districts and places in use inside an area, itself included, that people call so: case, accents and what stands
    /// in parentheses at the end of the area's name are no matter.
    /// </summary>
    /// <param name="within">Code of the area.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="on">In use on that day; null for now.</param>
    /// <returns>In the order of codes; nothing for a code that the book lacks.</returns>
    public IReadOnlyList<Area> Named(string within, string name, DateOnly? on = null) =>
        byName.TryGetValue(AreaName.Folded(name), out var found)
            ? [.. found.Where(area => (on is { } day ? area.ClosedOn(day) is null : !area.IsClosed)
                && entries[area.Code].Chain.IsWithin(within))]
            : noAreas;

    /// <summary>The area of a level in use on a day that holds a position; null where none is known to.</summary>
    /// <remarks>What has been closed since comes first: what holds the position now has taken its place.</remarks>
    public Area? Find(AreaLevel level, SwerefPoint at, DateOnly on) =>
        closedMap.Value.Find(level, at, on) ?? Map.Find(level, at, on);

    private static IEnumerable<string> NamesOf(Area area) => new[]
    {
        AreaName.Folded(area.DisplayName), AreaName.Folded(AreaName.WithoutSuffix(area.DisplayName)),
    }.Distinct(StringComparer.Ordinal);

    private static Area ReadArea(string line, int number)
    {
        if (line.Split(',') is not [var code, var name, var flags] || name.Length == 0 || name.Trim() != name)
        {
            throw new InvalidDataException($"Line {number}: expected \"code,name,flags\".");
        }

        var (illustrative, sparse) = (false, false);
        foreach (var flag in flags.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (flag)
            {
                case "illustrative":
                    illustrative = true;
                    break;
                case "sparse":
                    sparse = true;
                    break;
                default:
                    throw new InvalidDataException($"Line {number}: there is no flag \"{flag}\".");
            }
        }

        var (level, parent) = PlaceOf(code)
            ?? throw new InvalidDataException($"Line {number}: \"{code}\" is not formed as an area's code.");
        return new Area(code, name, level, parent, illustrative, sparse);
    }

    /// <summary>
    /// Where a code stands, from its form alone: 01, 0139, 0139-bro, 0139-bro-exempeltorget. Null where it has no such form.
    /// </summary>
    public static (AreaLevel Level, string? Parent)? PlaceOf(string code)
    {
        var parts = code.Split('-');
        if (!parts[0].All(char.IsAsciiDigit)
            || !parts.Skip(1).All(part => part.Length > 0 && part.All(IsOfShortName)))
        {
            return null;
        }

        return (parts[0].Length, parts.Length) switch
        {
            (2, 1) => (AreaLevel.County, null),
            (4, 1) => (AreaLevel.Municipality, code[..2]),
            (4, 2) => (AreaLevel.District, parts[0]),
            (4, 3) => (AreaLevel.Place, code[..code.LastIndexOf('-')]),
            _ => null,
        };

        static bool IsOfShortName(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
    }

    private static AreaChain ChainOf(Area area, Dictionary<string, AreaChain> chains)
    {
        if (PlaceOf(area.Code) != (area.Level, area.Parent))
        {
            throw new InvalidDataException($"Area {area.Code}: level or parent is not what the code says.");
        }

        var parent = default(AreaChain);
        if (area.Parent is not null && !chains.TryGetValue(area.Parent, out parent))
        {
            throw new InvalidDataException($"Area {area.Code}: {area.Parent}, which should hold it, is missing.");
        }

        return area.Level switch
        {
            AreaLevel.County => new AreaChain(area.Code, null, null, null),
            AreaLevel.Municipality => parent with { Municipality = area.Code },
            AreaLevel.District => parent with { District = area.Code },
            _ => parent with { Place = area.Code },
        };
    }

    private sealed record Entry(
        Area Area, AreaChain Chain, IReadOnlyList<Area> Children, IReadOnlyList<string> Municipalities);
}
