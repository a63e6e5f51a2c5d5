using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>Where a field's value comes from: a constant, or a column, through a table or not. Immutable.</summary>
/// <param name="Path">Its place in the mapping, such as <c>category</c>.</param>
internal sealed record CsvValue(string Path)
{
    /// <summary>The same for every row; null where a column has it.</summary>
    public string? Constant { get; init; }

    /// <summary>Header of the column; null where it is a constant.</summary>
    public string? Column { get; init; }

    /// <summary>From the column's values, in any spelling, to ours; null where they are ours already.</summary>
    public IReadOnlyDictionary<string, string>? Table { get; init; }

    /// <summary>What an empty value, or one that the table does not have, becomes; null where that is a fault.</summary>
    public string? Otherwise { get; init; }

    /// <summary>All that it can become where that is known: the constant, or the table's values.</summary>
    public IEnumerable<string> Outcomes => new[] { Constant, Otherwise }.Concat(Table?.Values ?? []).OfType<string>();

    /// <summary>Reads <c>"constant"</c> or <c>{"column": …, "table": {…}, "otherwise": …}</c>.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static CsvValue Read(MapNode node)
    {
        if (node.IsText)
        {
            return new(node.Path) { Constant = node.Text() };
        }

        if (!node.IsObject)
        {
            throw node.Fault("a constant, \"…\", or {\"column\": \"…\"} is wanted here.");
        }

        var properties = node.Properties("column", "table", "otherwise");
        if (!properties.TryGetValue("column", out var column))
        {
            throw node.Fault("\"column\" is missing. Write {\"column\": \"…\"}, or a constant, \"…\".");
        }

        return new(node.Path)
        {
            Column = column.Text(),
            Otherwise = properties.GetValueOrDefault("otherwise")?.Text(),
            Table = properties.GetValueOrDefault("table") is { } table ? ReadTable(table) : null,
        };
    }

    /// <summary>The value of a row; empty where it has none and that is no fault.</summary>
    /// <param name="read">Gives the text of a column.</param>
    /// <param name="value">The value, where there is no fault.</param>
    public RowFault? Of(Func<string, string> read, out string value)
    {
        value = Constant ?? "";
        if (Column is null)
        {
            return null;
        }

        var text = read(Column).Trim();
        if (text.Length > 0 && Table is null)
        {
            value = text;
            return null;
        }

        if (text.Length > 0 && Table!.TryGetValue(text, out var known))
        {
            value = known;
            return null;
        }

        value = Otherwise ?? "";
        return text.Length == 0 || Otherwise is not null
            ? null
            : new(
                Column, $"The value is not in the mapping's table \"{Path}.table\".",
                $"Add it there, or set \"{Path}.otherwise\" to what such rows are.");
    }

    private static Dictionary<string, string> ReadTable(MapNode node)
    {
        var table = new Dictionary<string, string>(ComparisonKey.Comparer);
        foreach (var (name, value) in node.Properties())
        {
            if (!table.TryAdd(name, value.Text()))
            {
                throw value.Fault("stands twice: capitals, spaces and kinds of dash make no difference here.");
            }
        }

        return table;
    }
}
