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

    // How far down a header is looked for, to say where it is.
    private const int MostTitles = 50;
    private const string Delimiters = ";,\t|";

    private readonly string path;
    private readonly TextEncoding encoding;
    private readonly char delimiter;
    private readonly int headerLine;
    private readonly Dictionary<string, int> columns;

    private CsvFile(string path, TextEncoding encoding, Beginning beginning)
    {
        this.path = path;
        this.encoding = encoding;
        (delimiter, headerLine) = (beginning.Delimiter, beginning.Line);
        Header = beginning.Header;
        columns = new(ComparisonKey.Comparer);
        for (var i = 0; i < Header.Count; i++)
        {
            columns.TryAdd(Header[i], i);
        }
    }

    // What may be a header, read with a delimiter.
    private sealed record Beginning(char Delimiter, int Line, string[] Header)
    {
        public int Has(CsvMap map) => map.Columns.Count(c => Header.Contains(c.Column, ComparisonKey.Comparer));
    }

    // A record as it stands; without fields where it is too long, and then it is the last.
    private readonly record struct Raw(int Line, string[]? Fields, CsvMalformedReason? Malformed)
    {
        public bool IsBlank => Fields is not null && Fields.All(string.IsNullOrWhiteSpace);
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
        var candidates = map.Delimiter is { } declared ? [declared]
            : SeparatorLine.Of(path, map.Encoding) is { } named ? [named] : Delimiters.ToCharArray();
        // The one with which most columns of the mapping are there; else the one that the header has most of.
        var beginning = candidates
            .Select(c => Beginnings(path, map.Encoding, c).FirstOrDefault(h => map.HeaderLine is not { } line || h.Line == line))
            .OfType<Beginning>()
            .OrderByDescending(h => h.Has(map)).ThenByDescending(h => h.Header.Length)
            .FirstOrDefault();
        if (beginning is null)
        {
            throw map.HeaderLine is { } wanted
                ? new UsageException(
                    $"{map.File}, \"headerLine\": no row of {name} begins on line {wanted}.", "Count the lines from 1, empty ones too; nothing was sent.")
                : new UsageException($"{name} has no header.", "Its first line is to name the columns, as the mapping does.");
        }

        if (beginning.Header.Length > MostColumns)
        {
            throw new UsageException($"{name} has more than {MostColumns} columns.", "Is it the right file?");
        }

        var file = new CsvFile(path, map.Encoding, beginning);
        file.CheckColumns(map, beginning);
        return file;
    }

    /// <summary>The records after the header, in order; rows without anything in them are passed over.</summary>
    /// <remarks>
    /// A row that ends before the header does has nothing in the fields that are left: Excel does not write the delimiters of
    /// empty fields at the end. One that has empty fields beyond the header has none there.
    /// </remarks>
    public IEnumerable<CsvRecord> Records()
    {
        foreach (var raw in Read(path, encoding, delimiter))
        {
            if (raw.Line <= headerLine || raw.IsBlank)
            {
                continue;
            }

            if (raw.Fields is not { } fields)
            {
                yield return new(
                    raw.Line, null,
                    new("", "A row from here on is longer than 262,144 bytes, and the file is not read further.",
                        "A quotation mark may never be closed. Correct it, and run the same again."));
            }
            else if (raw.Malformed is { } reason && Broken(reason) is { } fault)
            {
                yield return new(raw.Line, null, fault);
            }
            else if (fields.Skip(Header.Count).Any(f => !string.IsNullOrWhiteSpace(f)))
            {
                yield return new(raw.Line, null, new(
                    "", $"The row has more fields than the header ({Header.Count}).",
                    $"Quote fields that hold the delimiter, {Shown(delimiter)}, or a line break."));
            }
            else
            {
                Array.Resize(ref fields, Header.Count);
                yield return new(raw.Line, [.. fields.Select(f => f ?? "")], null);
            }
        }
    }

    /// <summary>Where a column is; it is there, since <see cref="Open"/> has looked.</summary>
    public int Index(string column) => columns[column];

    private void CheckColumns(CsvMap map, Beginning taken)
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
                    $"{map.File}, \"{place}\": {Name} has {found} columns called \"{TextCell.Printable(column)}\".",
                    "Give the columns different names in the file; nothing was sent.");
            }

            var meant = ClosestName.Of(column.Trim(), Header) is { } closest ? $" Did you mean \"{TextCell.Printable(closest)}\"?" : "";
            var names = TextCell.Printable(string.Join(", ", Header.Where(h => h.Length > 0)));
            throw new UsageException(
                $"{map.File}, \"{place}\": {Name} has no column \"{TextCell.Printable(column)}\".{meant}",
                $"Its columns are: {names}. {Suspect(map, taken) ?? $"Change the name in {map.File}; nothing was sent."}");
        }
    }

    // Another line or delimiter with which more of the mapping's columns are there.
    private string? Suspect(CsvMap map, Beginning taken)
    {
        var better = Delimiters.SelectMany(d => Beginnings(path, encoding, d))
            .Where(h => h.Has(map) > taken.Has(map))
            .OrderByDescending(h => h.Has(map)).ThenBy(h => h.Line)
            .FirstOrDefault();
        if (better is null)
        {
            return taken.Header is [var whole] && whole.AsSpan().ContainsAny(Delimiters)
                ? "Whole lines are within quotation marks: export the file again without them; nothing was sent."
                : taken.Header.Length == 1
                ? $"There is only one, so \"delimiter\" may be wrong: {Shown(delimiter)} was taken. Nothing was sent."
                : null;
        }

        var line = better.Line == taken.Line ? "" : $" The header seems to be line {better.Line}: write \"headerLine\": {better.Line}.";
        var other = better.Delimiter == taken.Delimiter
            ? ""
            : $" \"delimiter\" may be wrong: {Shown(delimiter)} was taken, and with {Shown(better.Delimiter)} there are more of the columns.";
        return $"{(line + other).TrimStart()} Correct {map.File}; nothing was sent.";
    }

    private static string Shown(char delimiter) => delimiter == '\t' ? "tab" : $"\"{delimiter}\"";

    private static IEnumerable<Beginning> Beginnings(string path, TextEncoding encoding, char delimiter) =>
        Read(path, encoding, delimiter).TakeWhile(r => r.Fields is not null).Where(r => !r.IsBlank).Take(MostTitles)
            .Select(r => new Beginning(delimiter, r.Line, [.. r.Fields!.Select(f => f.Trim().Trim('"').Trim())]));

    private static IEnumerable<Raw> Read(string path, TextEncoding encoding, char delimiter)
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
        var hasSeparatorLine = SeparatorLine.Of(path, encoding) is not null;
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
                yield return new(line + 1, null, null);
                yield break;
            }

            line = (int)reader.LineNumber;
            if (!(line == 1 && hasSeparatorLine))
            {
                yield return new(line, Fields(reader), malformed.Remove(line, out var reason) ? reason : null);
            }
        }
    }

    private static string[] Fields(CsvReader reader)
    {
        var fields = new string[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Plain(reader.GetString(i));
        }

        return fields;
    }

    // ="0139" is a formula that keeps Excel from taking a text for a number.
    private static string Plain(string field) =>
        field.Trim() is ['=', '"', .. var text, '"'] ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : field;

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
