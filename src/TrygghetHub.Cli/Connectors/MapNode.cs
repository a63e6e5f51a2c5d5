using System.Text.Json;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A place in a mapping file, with what to call it when it is wrong.</summary>
/// <remarks>
/// A mapping is written by hand: comments and trailing commas are taken, an unknown name is an error that says which there are,
/// and one that stands twice is one too. Immutable.
/// </remarks>
internal sealed class MapNode
{
    // A mapping has a few hundred lines.
    private const int LargestBytes = 1024 * 1024;

    private readonly string file;
    private readonly JsonElement element;

    private MapNode(string file, JsonElement element, string path)
    {
        this.file = file;
        this.element = element;
        Path = path;
    }

    /// <summary>The way from the file's root, such as <c>category.table</c>.</summary>
    public string Path { get; }

    /// <summary>True where a text stands here.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>True where an object stands here.</summary>
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Opens a mapping file.</summary>
    /// <exception cref="UsageException">It is missing, unreadable, no JSON or no object.</exception>
    public static MapNode Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no mapping file {path}.", "docs/connectors.md has one to begin with.");
        }

        if (new FileInfo(path).Length > LargestBytes)
        {
            throw new UsageException($"{path} is too large for a mapping.", "Name the mapping file; see docs/connectors.md.");
        }

        return Read(System.IO.Path.GetFileName(path), TextFile.Read(path));
    }

    /// <summary>The same of text that is at hand.</summary>
    public static MapNode Of(string file, ReadOnlyMemory<byte> utf8) => Read(file, TextFile.Read(file, utf8));

    private static MapNode Read(string file, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(
                utf8, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 });
            var root = new MapNode(file, document.RootElement.Clone(), "");
            return root.IsObject ? root : throw root.Fault("an object, { … }, is wanted here.");
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"{file}, line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: not JSON.",
                "Correct the mapping; nothing was sent.");
        }
    }

    /// <summary>The properties of an object, in order.</summary>
    /// <exception cref="UsageException">It is none, or a name stands twice.</exception>
    public IReadOnlyList<(string Name, MapNode Value)> Properties()
    {
        if (!IsObject)
        {
            throw Fault("an object, { … }, is wanted here.");
        }

        var properties = new List<(string, MapNode)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = NameOf(property);
            var value = new MapNode(file, property.Value, Path.Length == 0 ? name : $"{Path}.{name}");
            properties.Add(names.Add(name) ? (name, value) : throw value.Fault("stands twice."));
        }

        return properties;
    }

    // The reader defers the decoding of names until they are asked for.
    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Fault("a name here has an escape that is no character.");
        }
    }

    /// <summary>The properties by name; none may have another name than these.</summary>
    /// <exception cref="UsageException">One has; says which there are.</exception>
    public IReadOnlyDictionary<string, MapNode> Properties(params IReadOnlyList<string> known)
    {
        var properties = Properties();
        foreach (var (name, value) in properties)
        {
            if (!known.Contains(name))
            {
                var meant = ClosestName.Of(name, known) is { } closest ? $" Did you mean \"{closest}\"?" : "";
                throw value.Fault($"unknown name.{meant} Known here: {string.Join(", ", known)}.");
            }
        }

        return properties.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
    }

    /// <summary>The text that stands here.</summary>
    /// <exception cref="UsageException">None does.</exception>
    public string Text()
    {
        try
        {
            return IsText && element.GetString() is { Length: > 0 } text
                ? TextDamage.Find(text) is { } fault ? throw Fault(fault.What + ".") : text
                : throw Fault("a text, \"…\", is wanted here.");
        }
        catch (InvalidOperationException)
        {
            throw Fault("a text, \"…\", is wanted here.");
        }
    }

    /// <summary>The true or false that stands here.</summary>
    /// <exception cref="UsageException">Neither does.</exception>
    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault("true or false is wanted here."),
    };

    /// <summary>The whole number that stands here.</summary>
    /// <param name="most">The largest that makes sense; the smallest is 1.</param>
    /// <exception cref="UsageException">None does.</exception>
    public int Whole(int most) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= 1 && number <= most
        ? number
        : throw Fault($"a whole number from 1 to {most} is wanted here.");

    /// <summary>The texts that stand here: one, or a list.</summary>
    /// <exception cref="UsageException">None do.</exception>
    public IReadOnlyList<string> Texts() => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Select((e, i) => new MapNode(file, e, $"{Path}[{i}]").Text())]
        : [Text()];

    /// <summary>A text that names a value, as <see cref="Words"/> reads it.</summary>
    /// <exception cref="UsageException">It names none; lists those there are.</exception>
    public T Value<T>() where T : struct, Enum => FieldWords.TryRead<T>(Text(), out var value)
        ? value
        : throw Fault($"unknown value. It is one of {FieldWords.All<T>()}.");

    /// <summary>A fault here.</summary>
    public UsageException Fault(string what) => new(
        Path.Length == 0 ? $"{file}: {what}" : $"{file}, \"{Path}\": {what}", "Correct the mapping; nothing was sent.");
}
