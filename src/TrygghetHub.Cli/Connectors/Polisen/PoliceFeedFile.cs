using System.Text.Json;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>One line of a feed's file: an event, or what is wrong with it.</summary>
/// <param name="Number">Of the line, or of the element in an array; from 1.</param>
/// <param name="Event">The event; null when the line is broken.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
internal readonly record struct PoliceFeedLine(int Number, PoliceEvent? Event, string? Problem);

/// <summary>Reads the feed: one JSON object a line, as it is archived, or one array, as it is served.</summary>
/// <remarks>
/// Which of them is seen by the first character. One line or element in another encoding
/// breaks that one alone. An array that breaks off gives what came before.
/// </remarks>
internal static class PoliceFeedFile
{
    // A hundred times the longest line known. Whatever is longer is no event, and is passed over without
    // being held in memory.
    private const int LongestLine = 256 * 1024;

    // An array is held whole: what is served today is a few hundred kilobytes.
    private const int LongestArray = SourceHttp.LargestBytes;

    // Enough of the beginning to see past a byte order mark and white space.
    private const int Peeked = 4096;

    /// <summary>Lists the lines or elements in order, broken ones too; empty lines count but are not listed.</summary>
    public static IEnumerable<PoliceFeedLine> Read(Stream stream)
    {
        var text = TextStream.Unmarked(stream, out var mark);
        var begin = new byte[Peeked];
        var peeked = text.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        var whole = new BegunStream(begin.AsMemory(0, peeked), text);
        return IsArray(begin.AsSpan(0, peeked))
            ? Elements(whole, mark)
            : TextFile.Lines(whole, LongestLine, mark).Select(line => line.Fault is { } fault
                ? new(line.Number, null, $"{fault.InLine}: {fault.What}. {fault.Remedy}")
                : Parse(line.Utf8, line.Number));
    }

    private static bool IsArray(ReadOnlySpan<byte> begin) => begin.TrimStart(" \t\r\n"u8).StartsWith("["u8);

    private static List<PoliceFeedLine> Elements(Stream stream, int? mark)
    {
        using var whole = new MemoryStream();
        var piece = new byte[64 * 1024];
        int read;
        while (whole.Length <= LongestArray && (read = stream.Read(piece)) > 0)
        {
            whole.Write(piece, 0, read);
        }

        var (content, length) = (whole.GetBuffer(), (int)whole.Length);
        var lines = new List<PoliceFeedLine>();
        if (length > LongestArray)
        {
            lines.Add(new(1, null, $"an array longer than {LongestArray} bytes"));
            return lines;
        }

        var text = content.AsMemory(0, length);
        var reader = new Utf8JsonReader(text.Span);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                var element = text[from..(int)reader.BytesConsumed];
                var fault = TextDamage.Find(element.Span, out var at);
                lines.Add(fault is null
                    ? Parse(element, lines.Count + 1)
                    : new(lines.Count + 1, null, $"byte {(mark ?? 0) + from + at}: {fault.What}. {fault.Remedy}"));
            }

            // What follows the array is no event either.
            reader.Read();
        }
        catch (JsonException)
        {
            lines.Add(new(lines.Count + 1, null, "the array breaks here, and what follows is not read"));
        }

        return lines;
    }

    private static PoliceFeedLine Parse(ReadOnlyMemory<byte> utf8, int number) =>
        PoliceEvent.TryParse(utf8, out var police, out var problem) ? new(number, police, null) : new(number, null, problem);
}
