using System.Globalization;

namespace TrygghetHub.Cli;

/// <summary>Why a text cannot be read as it was meant, and the first place where. Immutable.</summary>
/// <param name="What">What is wrong; never repeats the text.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record TextFault(string What, string Remedy)
{
    /// <summary>The bytes are not UTF-8, so that they may be of another encoding.</summary>
    public bool IsOfEncoding { get; init; }

    /// <summary>Bytes before the place, counted from the beginning of the file; null where that is not known.</summary>
    public long? Offset { get; init; }

    /// <summary>Line of the place, from 1.</summary>
    public int Line { get; init; } = 1;

    /// <summary>Column of the place in characters (code points), from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary>The place within its line: <c>column 7 (byte 1024)</c>.</summary>
    public string InLine => string.Create(
        CultureInfo.InvariantCulture, $"column {Column}{(Offset is { } offset ? $" (byte {offset})" : "")}");

    /// <summary>The fault of a file.</summary>
    public UsageException In(string name) => new(
        string.Create(CultureInfo.InvariantCulture, $"{name}, line {Line}, {InLine}: {What}."), Remedy);
}
