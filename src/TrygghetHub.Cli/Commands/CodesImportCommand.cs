using System.CommandLine;
using CsvHelper;
using TrygghetHub.Cli.Connectors.Csv;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes import</c>: tells the hub what the caller's own codes are in its categories.</summary>
internal static class CodesImportCommand
{
    private const string CodeColumn = "code";
    private const string CategoryColumn = "category";
    private static readonly char[] Separators = [',', ';', '\t'];

    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv")
        {
            Description = "CSV file with the columns code and category, and a header line. The separator is a comma or a semicolon. Other columns are ignored.",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "import", "Import a mapping from your own codes to the hub's categories. Replaces the mapping that you imported before.")
        {
            file, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var mapping = Read(parsed.GetRequiredValue(file));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var imported = await client.Codes.ImportCodeMappingAsync(
                new ImportCodeMappingRequest { Mapping = mapping }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(imported);
                return ExitCode.Fine;
            }

            screen.Line(imported.Changed
                ? $"Version {imported.Mapping.Version}: {Screen.Figure(imported.Mapping.Codes.Count)} codes."
                : $"Nothing new: version {imported.Mapping.Version} says the same.");
            screen.Note("Next: thub codes unmapped, and thub codes reclassify --dry-run for what was sent before");
            return ExitCode.Fine;
        });
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="UsageException">It cannot be read; says what to change.</exception>
    internal static CodeMapping Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {path}.", "Name a CSV file with the columns code and category.");
        }

        TextFile.Check(path, elseDeclare: " Excel calls that CSV UTF-8.");
        var hasSeparatorLine = SeparatorLine.Of(path) is not null;
        using var heading = TextFile.OpenText(path);
        var first = heading.ReadLine() ?? "";
        first = hasSeparatorLine ? heading.ReadLine() ?? "" : first;

        using var text = TextFile.OpenText(path);
        using var csv = CsvReader.Create(text, new CsvReaderOptions
        {
            // The one that the heading has, as Excel in Sweden writes or as the standard does (RFC 4180).
            Separator = Separators.MaxBy(separator => first.Count(c => c == separator)),
            HasHeader = false,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
        });
        if (!csv.Read() || (hasSeparatorLine && csv.LineNumber == 1 && !csv.Read()))
        {
            throw new UsageException("The file is empty.", "Its first line names the columns: code,category.");
        }

        var headings = Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i)).ToList();
        var (codeAt, categoryAt) = (ColumnOf(CodeColumn, headings), ColumnOf(CategoryColumn, headings));
        var mapping = new CodeMapping();
        while (csv.Read())
        {
            var (code, category) = (Field(csv, codeAt), Field(csv, categoryAt));
            if (code.Length == 0 && category.Length == 0)
            {
                continue;
            }

            if (code.Length == 0 || category.Length == 0)
            {
                throw new UsageException(
                    $"Line {csv.LineNumber}: {(code.Length == 0 ? "the code" : "the category")} is empty.", "Give both, or leave the line out.");
            }

            mapping.Codes.Add(new MappedCode { SourceCategory = code, Category = category });
        }

        return mapping.Codes.Count > 0
            ? mapping
            : throw new UsageException(
                "The file has no codes, and would take away all that you have.", "Give at least one line under the heading.");
    }

    private static int ColumnOf(string column, List<string> headings) => headings.FindIndex(h => ComparisonKey.AreSame(h, column)) is >= 0 and var at
        ? at
        : throw new UsageException(
            $"The file has no column \"{column}\"; it has {string.Join(", ", headings.Select(h => $"\"{TextCell.Printable(h)}\""))}.",
            "Name the columns code and category in the first line.");

    private static string Field(CsvReader csv, int at) => at < csv.FieldCount ? csv.GetString(at).Trim() : "";
}
