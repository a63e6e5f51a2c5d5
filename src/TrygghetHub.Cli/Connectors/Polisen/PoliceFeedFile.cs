namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>One line of a feed's file: an event, or what is wrong with it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Event">The event; null when the line is broken.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
internal readonly record struct PoliceFeedLine(int Number, PoliceEvent? Event, string? Problem);

/// <summary>Reads a file of the feed: one JSON object a line.</summary>
/// <remarks>
/// Lines are split as bytes, so that one line in another encoding breaks that line alone.
/// </remarks>
internal static class PoliceFeedFile
{
    // A hundred times the longest line known. Whatever is longer is no event, and is passed over without
    // being held in memory.
    private const int LongestLine = 256 * 1024;

    /// <summary>Lists the lines in order, broken ones too; empty lines count but are not listed.</summary>
    public static IEnumerable<PoliceFeedLine> Read(Stream stream)
    {
        var buffer = new byte[LongestLine];
        var (begin, end, number, tooLong) = (0, 0, 0, false);
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
