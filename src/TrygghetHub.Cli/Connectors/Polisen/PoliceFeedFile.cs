using System.Text.Json;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>One line of a feed's file: an event, or what is wrong with it.</summary>
/// <param name="Number">Of the line, or of the element in an array; from 1.</param>
/// <param name="Event">The event; null when the line is broken.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
internal readonly record struct PoliceFeedLine(int Number, PoliceEvent? Event, string? Problem);

/// <summary>Reads the feed: one JSON object a line, as it is archived, or one array, as it is served.</summary>
/// <remarks>
/// Which of them is seen by the first character. Lines are split as bytes, so that one line in another encoding
/// breaks that line alone. An array that breaks off gives what came before.
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
        var buffer = new byte[LongestLine];
        var peeked = stream.ReadAtLeast(buffer.AsSpan(0, Peeked), Peeked, throwOnEndOfStream: false);
        return IsArray(buffer.AsSpan(0, peeked)) ? Elements(stream, buffer.AsSpan(0, peeked)) : Lines(stream, buffer, peeked);
    }

    private static bool IsArray(ReadOnlySpan<byte> begin)
    {
        begin = begin.StartsWith("\uFEFF"u8) ? begin[3..] : begin;
        return begin.TrimStart(" \t\r\n"u8).StartsWith("["u8);
    }

    private static List<PoliceFeedLine> Elements(Stream stream, ReadOnlySpan<byte> begin)
    {
        using var whole = new MemoryStream();
        whole.Write(begin);
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

        var start = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var text = content.AsMemory(start, length - start);
        var reader = new Utf8JsonReader(text.Span);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                var element = text[from..(int)reader.BytesConsumed];
                lines.Add(PoliceEvent.TryParse(element, out var police, out var problem)
                    ? new(lines.Count + 1, police, null)
                    : new(lines.Count + 1, null, problem));
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

    private static IEnumerable<PoliceFeedLine> Lines(Stream stream, byte[] buffer, int peeked)
    {
        var (begin, end, number, tooLong) = (0, peeked, 0, false);
        while (true)
        {
            var read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            int length;
            while ((length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n')) >= 0)
            {
                number++;
                if (Line(buffer.AsMemory(begin, length), number, tooLong) is { } line)
                {
                    yield return line;
                }

                begin += length + 1;
                tooLong = false;
            }

            if (read == 0)
            {
                break;
            }

            // What is left is the beginning of a line. One that fills the buffer alone is too long.
            tooLong |= begin == 0 && end == buffer.Length;
            var rest = tooLong ? 0 : end - begin;
            buffer.AsSpan(begin, rest).CopyTo(buffer);
            (begin, end) = (0, rest);
        }

        if ((end > begin || tooLong)
            && Line(buffer.AsMemory(begin, end - begin), number + 1, tooLong) is { } last)
        {
            yield return last;
        }
    }

    private static PoliceFeedLine? Line(ReadOnlyMemory<byte> bytes, int number, bool tooLong)
    {
        if (tooLong)
        {
            return new(number, null, $"longer than {LongestLine} bytes");
        }

        if (number == 1 && bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (bytes.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        return PoliceEvent.TryParse(bytes, out var police, out var problem)
            ? new(number, police, null)
            : new(number, null, problem);
    }
}
