using CsvHelper;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>Reads a file of separated values with a header (RFC 4180; semicolons and tabs too).</summary>
/// <remarks>
/// The parsing is CsvHelper's; here are bounds, lines and words. A row has at most 256 KiB, so that a quotation mark that
/// is never closed does not take the rest of a large file into memory.
/// </remarks>
internal sealed class CsvFile
{
    private const int LongestRecord = 256 * 1024;
    private const int MostColumns = 1000;
    private const int LongestHeader = 64 * 1024;
    private const string Delimiters = ";,\t|";

    private readonly string path;
    private readonly TextEncoding encoding;
    private readonly char delimiter;
    private readonly Dictionary<string, int> columns;

    private CsvFile(string path, TextEncoding encoding, char delimiter, string[] header)
    {
        this.path = path;
        this.encoding = encoding;
        this.delimiter = delimiter;
        Header = header;
        columns = new(ComparisonKey.Comparer);
        for (var i = 0; i < header.Length; i++)
        {
            columns.TryAdd(header[i], i);
        }
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>The columns' names, trimmed, in order.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file and checks that it can be read as the mapping says, before anything is sent.</summary>
    /// <exception cref="UsageException">It cannot; says what to change.</exception>
    public static CsvFile Open(string path, CsvMap map)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {path}.", "Check the path.");
        }

        var name = Path.GetFileName(path);
        TextFile.Check(
            path, map.Encoding,
            elseDeclare: " Or, where Excel in Sweden has saved it, write \"encoding\": \"windows-1252\" in the mapping.");
        var delimiter = map.Delimiter ?? Detect(path, map.Encoding);
        var file = new CsvFile(path, map.Encoding, delimiter, []);
        var first = file.Records(withHeader: true).FirstOrDefault();
        if (first?.Fields is not { } header || header.All(string.IsNullOrWhiteSpace))
        {
            throw new UsageException(
                $"{name} has no header.", "Its first line is to name the columns, as the mapping does.");
        }

        if (header.Length > MostColumns)
        {
            throw new UsageException($"{name} has more than {MostColumns} columns.", "Is it the right file?");
        }

        file = new CsvFile(path, map.Encoding, delimiter, [.. header.Select(h => h.Trim())]);
        file.CheckColumns(map);
        return file;
    }

    /// <summary>The records after the header, in order; empty lines are passed over.</summary>
    public IEnumerable<CsvRecord> Records() => Records(withHeader: false);

    /// <summary>Where a column is; it is there, since <see cref="Open"/> has looked.</summary>
    public int Index(string column) => columns[column];

    // The one that the header has most of; a semicolon where it has none, as Excel in Sweden writes.
    private static char Detect(string path, TextEncoding encoding)
    {
        using var reader = TextFile.OpenText(path, encoding);
        var buffer = new char[LongestHeader];
        var header = buffer.AsSpan(0, reader.ReadBlock(buffer));
        var end = header.IndexOfAny('\r', '\n');
        header = end < 0 ? header : header[..end];
        var (best, most) = (Delimiters[0], 0);
        foreach (var candidate in Delimiters)
        {
            var count = header.Count(candidate);
            (best, most) = count > most ? (candidate, count) : (best, most);
        }

        return best;
    }

    private void CheckColumns(CsvMap map)
    {
        foreach (var (place, column) in map.Columns)
        {
            var found = Header.Count(h => ComparisonKey.AreSame(h, column));
            if (found == 1)
            {
                continue;
            }

            if (found > 1)
            {
                throw new UsageException(
                    $"{map.File}, \"{place}\": {Name} has {found} columns called \"{column}\".",
                    "Give the columns different names in the file; nothing was sent.");
            }

            var meant = ClosestName.Of(column.Trim(), Header) is { } closest ? $" Did you mean \"{closest}\"?" : "";
            var hint = Header.Count == 1
                ? $" There is only one, so \"delimiter\" may be wrong: {Shown(delimiter)} was taken."
                : "";
            throw new UsageException(
                $"{map.File}, \"{place}\": {Name} has no column \"{column}\".{meant}",
                $"Its columns are: {TextCell.Printable(string.Join(", ", Header))}.{hint} Change the name in {map.File}; nothing was sent.");
        }
    }

    private static string Shown(char delimiter) => delimiter == '\t' ? "tab" : $"\"{delimiter}\"";

    private IEnumerable<CsvRecord> Records(bool withHeader)
    {
        // By the line where the record begins, which is found before the record is given.
        var malformed = new Dictionary<long, CsvMalformedReason>();
        using var text = TextFile.OpenText(path, encoding);
        using var reader = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRecord,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = found => malformed[found.LineNumber] = found.Reason,
        });
        var isHeader = true;
        var line = 0;
        while (true)
        {
            var isTooLong = false;
            try
            {
                if (!reader.Read())
                {
                    yield break;
                }
            }
            catch (CsvFormatException)
            {
                isTooLong = true;
            }

            if (isTooLong)
            {
                yield return new(
                    line + 1, null,
                    new("", "A row from here on is longer than 262,144 bytes, and the file is not read further.",
                        "A quotation mark may never be closed. Correct it, and run the same again."));
                yield break;
            }

            line = (int)reader.LineNumber;
            if (reader.FieldCount == 0 || (reader.FieldCount == 1 && string.IsNullOrWhiteSpace(reader.GetString(0))))
            {
                continue;
            }

            if (isHeader)
            {
                isHeader = false;
                if (withHeader)
                {
                    yield return new(line, Fields(reader), null);
                    yield break;
                }

                continue;
            }

            yield return malformed.Remove(line, out var reason) && Broken(reason) is { } fault
                ? new(line, null, fault)
                : reader.FieldCount != Header.Count
                    ? new(line, null, new(
                        "", $"The row has {(reader.FieldCount < Header.Count ? "fewer" : "more")} fields than the header ({Header.Count}).",
                        "Quote fields that hold the delimiter or a line break, and leave empty ones in their place."))
                    : new(line, Fields(reader), null);
        }
    }

    private static string[] Fields(CsvReader reader)
    {
        var fields = new string[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.GetString(i);
        }

        return fields;
    }

    // A mark inside a field that is not quoted, as in 3" rör, can be read in one way only.
    private static RowFault? Broken(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => null,
        CsvMalformedReason.UnterminatedQuote => new(
            "", "A quotation mark that begins in this row is never closed.", "Close it, or double it inside a quoted field."),
        _ => new(
            "", "The quotation marks of the row do not pair.", "Quote the whole field and double the marks inside it: \"3\"\" rör\"."),
    };
}
