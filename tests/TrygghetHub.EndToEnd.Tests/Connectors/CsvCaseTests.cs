using System.Globalization;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Commands;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Csv;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>Files of separated values as Excel, Macs and exports write them: what comes to the hub of each.</summary>
public class CsvCaseTests
{
    private const string Three = "1001 1002 1003";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Connectors", "Cases", "csv");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Each file and mapping: the ids that stand in the hub afterwards, and the rows with a fault, as line and column.
    public static TheoryData<string, string, string, string> Read => new()
    {
        { "plain-baseline.csv", "map-utf8.json", Three, "" },
        { "plain-baseline.csv", "map-bom.json", Three, "" },
        { "Felanmälan v 47 (kopia).csv", "map-utf8.json", Three, "" },
        { "all-rows-with-trailing-delimiter.csv", "map-utf8.json", Three, "" },
        { "header-with-trailing-delimiter-rows-without.csv", "map-utf8.json", Three, "" },
        { "rows-without-trailing-empty-fields.csv", "map-utf8.json", Three, "" },
        { "many-empty-columns-right.csv", "map-utf8.json", Three, "" },
        { "more-fields-than-the-header.csv", "map-area-codes.json", "1", "3 " },
        { "blank-rows-between-and-below.csv", "map-utf8.json", Three, "" },
        { "ctrl-z-at-end.csv", "map-utf8.json", Three, "" },
        { "nul-padding-at-end.csv", "map-utf8.json", Three, "" },
        { "cr-only-line-ends.csv", "map-utf8.json", Three, "" },
        { "decomposed-nfd-from-a-mac.csv", "map-utf8.json", Three, "" },
        { "sep-line-first.csv", "map-utf8.json", Three, "" },
        { "sep-line-first-with-bom.csv", "map-utf8.json", Three, "" },
        { "quoted-sep-line-first.csv", "map-utf8.json", Three, "" },
        { "excel-unicode-text-utf16le-tab.txt", "map-utf8.json", Three, "" },
        { "utf16le-without-bom.csv", "map-utf8.json", Three, "" },
        { "windows-1252-undeclared.csv", "map-1252.json", Three, "" },
        { "first-header-cell-with-line-break.csv", "map-first-header-cell-with-line-break.json", Three, "" },
        { "header-cell-with-line-break-and-more-commas.csv", "map-header-cell-with-line-break.json", Three, "" },
        { "quoted-header-with-more-commas-than-semicolons.csv", "map-quoted-header.json", Three, "" },
        { "unquoted-header-with-more-commas-than-semicolons.csv", "map-unquoted-header.json", Three, "" },
        { "header-in-formulas.csv", "map-area-codes.json", "0017 0018", "" },
        { "area-codes-that-lost-their-zero.csv", "map-area-codes.json", "1 2 3 4 5", "" },
        { "area-codes-as-decimal-numbers.csv", "map-area-codes.json", "1 2 3 4", "" },
        { "comma-file-with-decimal-commas-quoted.csv", "map-degrees.json", "1", "3 " },
        { "quoted-newlines-and-doubled-quotes.csv", "map-text.json", "1 2", "" },
        { "long-ids-in-scientific-notation.csv", "map-area-codes.json", "", "2 Ärendenr, 3 Ärendenr, 4 Ärendenr" },
        { "ids-in-scientific-notation-of-other-programs.csv", "map-area-codes.json", "12E3 202611000123", "2 Ärendenr, 3 Ärendenr, 4 Ärendenr" },
        { "same-id-twice.csv", "map-area-codes.json", "1 2", "" },
        { "excel-serial-dates.csv", "map-area-codes.json", "1 2 3", "" },
        { "serial-dates-with-clock-column.csv", "map-utf8.json", "1 2 5", "4 Datum + Klockslag, 5 Datum + Klockslag" },
        { "title-lines-above-header-and-total-below.csv", "map-header-line-4.json", "1 2", "7 Datum" },
        {
            "dates-as-systems-write-them.csv", "map-area-codes.json", "1 12 14 2 4",
            string.Join(", ", "4 6 7 8 9 10 11 12 14 16".Split(' ').Select(n => $"{n} Datum"))
        },
        { "degrees-as-people-write-them.csv", "map-degrees.json", "1 2 9", string.Join(", ", "4 5 6 7 8 9 11 12".Split(' ').Select(n => $"{n} Lat")) },
    };

    // Each file and mapping: what the error says, and what its remedy does.
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "empty.csv", "map-utf8.json", "has no header", "first line" },
        { "cp850-dos.csv", "map-utf8.json", "is not UTF-8", "Save the file as UTF-8." },
        { "cp850-dos.csv", "map-1252.json", "code page 850", "Save the file as UTF-8" },
        { "plain-baseline.csv", "map-cp1252.json", "map-cp1252.json, line 3", "Save the file as UTF-8." },
        { "windows-1252-undeclared.csv", "map-utf8.json", "is not UTF-8", "\"encoding\": \"windows-1252\"" },
        { "plain-baseline.csv", "map-1252.json", "windows-1252 was declared, but the text is UTF-8", "\"encoding\": \"utf-8\"" },
        { "utf8-read-as-windows-1252.csv", "map-text-1252.json", "windows-1252 was declared, but the text is UTF-8", "\"encoding\": \"utf-8\"" },
        { "utf8-read-as-windows-1252-ascii-header.csv", "map-text-1252-ascii-header.json", "but the text is UTF-8", "\"encoding\": \"utf-8\"" },
        { "plain-baseline.csv", "map-wrong-delimiter.json", "has no column \"Ärendenr\"", "\"delimiter\" may be wrong: \",\" was taken, and with \";\"" },
        { "title-lines-above-header-and-total-below.csv", "map-area-codes.json", "has no column \"Ärendenr\"", "write \"headerLine\": 4" },
        { "plain-baseline.csv", "map-header-line-4.json", "has no column \"Ärendenr\"", "write \"headerLine\": 1" },
        { "whole-lines-in-quotation-marks.csv", "map-area-codes.json", "has no column \"Ärendenr\"", "Whole lines are within quotation marks" },
        { "empty.csv", "map-header-line-4.json", "no row of empty.csv begins on line 4", "Count the lines" },
    };

    private static IEnumerable<string> OtherFiles =>
        ["codes-blank-rows.csv", "codes-sep-line.csv", "map-text-ascii-header.json"];

    private static async Task<(RowRunSummary Summary, FakeReportingHub Hub)> RunAsync(string file, string mapping)
    {
        var hub = new FakeReportingHub([new Area { Code = "0139", DisplayName = "Upplands-Bro", Level = AreaLevel.Municipality }]);
        var map = CsvMap.Open(Path.Combine(Folder, mapping));
        var summary = new RowRunSummary();
        var rows = new CsvRows(CsvFile.Open(Path.Combine(Folder, file), map), map, EventTypeList.Embedded).Read();
        await new RowConnector(hub).RunAsync(rows.ToAsyncEnumerable(), summary, Cancellation);
        return (summary, hub);
    }

    private static Report Of(FakeReportingHub hub, string sourceRef) => Assert.Single(hub.Standing, r => r.Report.SourceRef == sourceRef).Report;

    [Theory]
    [MemberData(nameof(Read))]
    public async Task Rows_AsTheyAreWritten_AreReadOrListedAndTheRunIsNotClean(string file, string mapping, string standing, string faults)
    {
        var (summary, hub) = await RunAsync(file, mapping);

        Assert.Equal(standing, string.Join(' ', hub.Standing.Select(r => r.Report.SourceRef).Order(StringComparer.Ordinal)));
        Assert.Equal(
            faults,
            string.Join(", ", summary.Faults.SelectMany(f => f.Lines.Select(l => (Line: l, f.Fault.Field))).OrderBy(f => f.Line).Select(f => $"{f.Line} {f.Field}")));
        Assert.All(summary.Faults, f => Assert.NotEqual("", f.Fault.Remedy));
        Assert.Equal(summary.LinesRead, summary.Sent + summary.Faulty + summary.Repeated.Count);
        Assert.Equal(summary.Sent == summary.LinesRead, summary.Clean);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void File_ThatCannotBeReadSo_SaysWhyAndWhatToChange(string file, string mapping, string told, string remedy)
    {
        var thrown = Assert.Throws<UsageException>(() =>
        {
            var map = CsvMap.Open(Path.Combine(Folder, mapping));
            CsvFile.Open(Path.Combine(Folder, file), map);
        });

        Assert.Contains(told, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_AreAllRun() => Assert.Equal(
        Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal),
        Read.Select(r => r.Data).Concat(Refused.Select(r => r.Data)).SelectMany(d => new[] { d.Item1, d.Item2 })
            .Concat(OtherFiles).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Rows_OfOneTable_AreTheSameReportsInEveryForm()
    {
        var plain = (await RunAsync("plain-baseline.csv", "map-utf8.json")).Hub.Standing.Select(r => r.Observation!.ToString()).ToList();

        Assert.Equal(3, plain.Count);
        // One form has lost what stood in its last fields, and one mapping does not name them.
        foreach (var (file, mapping, _, _) in Read.Select(r => r.Data).Where(d => d.Item3 == Three
            && d.Item1 != "rows-without-trailing-empty-fields.csv" && d.Item2 != "map-unquoted-header.json"))
        {
            Assert.Equal(plain, (await RunAsync(file, mapping)).Hub.Standing.Select(r => r.Observation!.ToString()));
        }
    }

    [Theory]
    [InlineData("area-codes-that-lost-their-zero.csv", "0139 0139 0139-bro 01 01")]
    [InlineData("area-codes-as-decimal-numbers.csv", "0139 0139 01 139,5")]
    [InlineData("header-in-formulas.csv", "0139 0139-bro")]
    public async Task Areas_AreTheCodesThatWereMeant(string file, string areas)
    {
        var (_, hub) = await RunAsync(file, "map-area-codes.json");

        Assert.Equal(areas, string.Join(' ', hub.Standing.OrderBy(r => r.Report.SourceRef, StringComparer.Ordinal).Select(r => r.Report.Place.Area)));
    }

    [Theory]
    [InlineData("excel-serial-dates.csv", "map-area-codes.json", "1", "2026-11-03 00:00", TimeCertainty.Day)]
    [InlineData("excel-serial-dates.csv", "map-area-codes.json", "2", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("excel-serial-dates.csv", "map-area-codes.json", "3", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("serial-dates-with-clock-column.csv", "map-utf8.json", "1", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("serial-dates-with-clock-column.csv", "map-utf8.json", "2", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("serial-dates-with-clock-column.csv", "map-utf8.json", "5", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("dates-as-systems-write-them.csv", "map-area-codes.json", "12", "2026-11-03 14:30", TimeCertainty.Exact)]
    [InlineData("dates-as-systems-write-them.csv", "map-area-codes.json", "14", "2026-11-03 14:30", TimeCertainty.Exact)]
    public async Task Times_AreThoseOfSwedishClocks(string file, string mapping, string sourceRef, string local, TimeCertainty certainty)
    {
        var occurred = Of((await RunAsync(file, mapping)).Hub, sourceRef).Occurred;

        Assert.Equal(local, TimeZoneInfo.ConvertTime(occurred.From.ToDateTimeOffset(), LocalTime.Stockholm).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        Assert.Equal(certainty, occurred.Certainty);
    }

    [Fact]
    public async Task Ids_ThatLostDigits_AreToldAsThat()
    {
        var (summary, _) = await RunAsync("long-ids-in-scientific-notation.csv", "map-area-codes.json");

        var fault = Assert.Single(summary.Faults);
        Assert.Contains("its last digits are lost", fault.Fault.Rule, StringComparison.Ordinal);
        Assert.Equal(3, fault.Count);
    }

    [Fact]
    public async Task Rows_WithTheIdOfAnEarlierOne_AreListedByLine()
    {
        var (summary, hub) = await RunAsync("same-id-twice.csv", "map-area-codes.json");

        Assert.Equal([3], summary.Repeated.First.Select(n => n.Line));
        Assert.False(summary.Clean);
        Assert.Equal("graffiti", Of(hub, "1").Category);
    }

    [Fact]
    public async Task Rows_ThatEndBeforeTheHeader_HaveNothingInTheFieldsThatAreLeft()
    {
        var (_, hub) = await RunAsync("rows-without-trailing-empty-fields.csv", "map-utf8.json");

        var sent = hub.Standing.OrderBy(r => r.Report.SourceRef, StringComparer.Ordinal).Select(r => r.Observation!).ToList();
        var (first, second) = (sent[0], sent[1]);
        Assert.Equal((Remedy.Done, Remedy.Unspecified), (first.Remedy, second.Remedy));
        Assert.Null(second.Report.Place.Position);
    }

    [Theory]
    [InlineData("codes-blank-rows.csv")]
    [InlineData("codes-sep-line.csv")]
    public void CodesImport_OfAFileFromExcel_HasItsCodes(string file)
    {
        var mapped = Assert.Single(CodesImportCommand.Read(Path.Combine(Folder, file)).Codes);

        Assert.Equal(("KL", "graffiti"), (mapped.SourceCategory, mapped.Category));
    }

    [Fact]
    public async Task Text_OfAFileThatIsDeclaredAsItIs_IsSentAsItIsWritten()
    {
        var (_, hub) = await RunAsync("utf8-read-as-windows-1252-ascii-header.csv", "map-text-ascii-header.json");

        Assert.Equal("Klotter vid Åsa Öbergs väg", Of(hub, "1").Summary);
    }
}
