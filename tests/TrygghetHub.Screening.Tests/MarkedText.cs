using System.Text.Json;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

/// <summary>A text written by hand, with what in it points at a person.</summary>
/// <param name="Text">As somebody may have sent it.</param>
/// <param name="Findings">What it holds, by value.</param>
/// <param name="Source">Whose way of writing it has.</param>
internal sealed record MarkedText(string Text, IReadOnlyList<MarkedText.Mark> Findings, string Source)
{
    /// <summary>All texts of <c>Data/texts-*.ndjson</c>, one a line.</summary>
    public static IReadOnlyList<MarkedText> All() =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data"), "texts-*.ndjson").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Where(line => line.Length > 0)
            .Select(line => JsonSerializer.Deserialize<MarkedText>(line, JsonSerializerOptions.Web)!),
    ];

    /// <summary>A value in the text.</summary>
    /// <param name="Kind">The kind in kebab case: <c>phone-number</c>. A kind that the enumeration does not have counts as one that blocks.</param>
    /// <param name="Value">As it stands in the text.</param>
    internal sealed record Mark(string Kind, string Value)
    {
        public bool AlwaysBlocks =>
            !Enum.TryParse<FindingKind>(Kind.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var kind) || kind.AlwaysBlocks();
    }
}
