using System.Globalization;
using System.Text;

namespace TrygghetHub.Cli;

/// <summary>Reads every text file that <c>thub</c> takes, and standard input. Thread-safe.</summary>
/// <remarks>
/// A text is read as it was written or not at all: a byte order mark of UTF-8, UTF-16 or UTF-32 is honoured, anything else is
/// UTF-8 unless another encoding is declared, and the first place where that does not hold (<see cref="TextDamage"/>) is a
/// fault that names file, line, column and byte. Nothing is replaced by U+FFFD.
/// </remarks>
internal static class TextFile
{
    // NUL and SUB (Ctrl+Z), which some systems fill the end of a file with.
    private static readonly byte[] Filling = [0, 0x1A];

    /// <summary>Opens a file as UTF-8 without a byte order mark; reading it throws at the first fault.</summary>
    /// <exception cref="UsageException">The file is missing or cannot be opened.</exception>
    public static Stream Open(string path, TextEncoding declared = TextEncoding.Utf8, string elseDeclare = "")
    {
        var raw = OpenBytes(path);
        try
        {
            // Its first bytes are read here, and may have a fault.
            return new TextStream(Path.GetFileName(path), raw, declared, elseDeclare);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>The same to read characters from.</summary>
    /// <inheritdoc cref="Open"/>
    public static StreamReader OpenText(string path, TextEncoding declared = TextEncoding.Utf8) =>
        new(Open(path, declared), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);

    /// <summary>Reads a whole file as UTF-8 without a byte order mark.</summary>
    /// <exception cref="UsageException">The file is missing, cannot be read, or has a fault.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var text = Open(path);
            return ToEnd(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {exception.Message}", "Check the path.");
        }
    }

    /// <summary>The same of bytes that are at hand.</summary>
    /// <exception cref="UsageException">They have a fault.</exception>
    public static byte[] Read(string name, ReadOnlyMemory<byte> content, TextEncoding declared = TextEncoding.Utf8)
    {
        using var text = new TextStream(name, new MemoryStream(content.ToArray(), writable: false), declared);
        return ToEnd(text);
    }

    /// <summary>Reads a file to its end for its faults alone.</summary>
    /// <exception cref="UsageException">It has one.</exception>
    public static void Check(string path, TextEncoding declared = TextEncoding.Utf8, string elseDeclare = "")
    {
        using var text = Open(path, declared, elseDeclare);
        text.CopyTo(Stream.Null);
    }

    /// <summary>Opens a file as the bytes that it has, for <see cref="Lines(Stream, int)"/>.</summary>
    /// <exception cref="UsageException">The file is missing.</exception>
    public static Stream OpenBytes(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {path}.", "Check the path.");
        }
    }

    /// <summary>The lines of a text, each judged alone: a faulty one leaves the others as they are.</summary>
    /// <param name="content">The bytes; left open. Read as they come, one line held at a time.</param>
    /// <param name="longestBytes">A longer line is a fault, and is not held.</param>
    /// <returns>All lines but those that are empty or hold white space and fillings alone.</returns>
    public static IEnumerable<TextLine> Lines(Stream content, int longestBytes) =>
        Lines(TextStream.Unmarked(content, out var mark), longestBytes, mark);

    /// <summary>The same of what <see cref="TextStream.Unmarked"/> gives.</summary>
    /// <inheritdoc cref="Lines(Stream, int)"/>
    public static IEnumerable<TextLine> Lines(Stream text, int longestBytes, int? mark)
    {
        var buffer = new byte[64 * 1024];
        var (begin, end, number, isTooLong, offset) = (0, 0, 0, false, 0L);
        while (true)
        {
            // What is left is the beginning of a line: it moves to the front, and the buffer grows with it.
            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }

            if (end > longestBytes)
            {
                offset += end;
                (isTooLong, end) = (true, 0);
            }
            else if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = text.Read(buffer, end, buffer.Length - end);
            end += read;
            int length;
            while ((length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n')) >= 0)
            {
                number++;
                if (Line(buffer.AsMemory(begin, length), isTooLong) is { } line)
                {
                    yield return line;
                }

                offset += length + 1;
                begin += length + 1;
                isTooLong = false;
            }

            if (read == 0)
            {
                break;
            }
        }

        number++;
        if ((end > begin || isTooLong) && Line(buffer.AsMemory(begin, end - begin).TrimEnd(Filling), isTooLong) is { } last)
        {
            yield return last;
        }

        TextLine? Line(ReadOnlyMemory<byte> bytes, bool tooLong)
        {
            if (tooLong || bytes.Length > longestBytes)
            {
                return new(number, default, new(
                    string.Create(CultureInfo.InvariantCulture, $"the line is longer than {longestBytes:N0} bytes"), "Split it.")
                { Line = number });
            }

            if (bytes.Span.IndexOfAnyExcept(" \t\r\0\u001A"u8) < 0)
            {
                return null;
            }

            return TextDamage.Find(bytes.Span, out var at) is { } fault
                ? new(number, default, fault with
                {
                    Offset = mark + offset + at,
                    Line = number,
                    Column = 1 + Encoding.UTF8.GetString(bytes.Span[..at]).EnumerateRunes().Count(),
                })
                : new(number, bytes, null);
        }
    }

    private static byte[] ToEnd(Stream text)
    {
        using var whole = new MemoryStream();
        text.CopyTo(whole);
        return whole.ToArray();
    }
}
