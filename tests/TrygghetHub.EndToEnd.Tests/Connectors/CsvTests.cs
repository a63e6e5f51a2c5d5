using System.Text;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Csv;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public sealed class CsvTests : IDisposable
{
    private const string Map = """
        {
          "type": "observation", // comments are taken
          "sourceRef": "Nr", "from": "Datum", "to": "Slut",
          "category": { "column": "Typ", "table": { "Lampa": "broken-lighting", "Klotter": "graffiti" } },
          "area": "0139-bro", "latitude": "Lat", "longitude": "Long", "precision": "point",
          "source": "fault-report", "count": "Antal", "summary": "Text",
        }
        """;

    private const string Header = "Nr;Datum;Slut;Typ;Lat;Long;Antal;Text\n";

    private const string PublishedMap = """
        {
          "type": "incident", "sourceRef": "Nr", "from": "Datum", "area": "0139", "responder": "police", "origin": "published",
          "category": { "column": "Typ", "table": { "Klotter": "graffiti" } }, "summary": "Text",
        }
        """;

    private const string PublishedHeader = "Nr;Datum;Typ;Text\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trygghethub-csv-");

    public void Dispose() => folder.Delete(recursive: true);

    private static CsvMap MapOf(string json) => CsvMap.Read(MapNode.Of("map.json", Encoding.UTF8.GetBytes(json)), "map.json");

    private CsvFile Open(byte[] content, string map)
    {
        var path = Path.Combine(folder.FullName, "fel.csv");
        File.WriteAllBytes(path, content);
        return CsvFile.Open(path, MapOf(map));
    }

    private List<SourceRow> Read(string content, string map = Map, Encoding? encoding = null) =>
        [.. new CsvRows(Open((encoding ?? Encoding.UTF8).GetBytes(content), map), MapOf(map), EventTypeList.Embedded).Read()];

    private Observation One(string row, string map = Map)
    {
        var read = Assert.Single(Read(Header + row, map));
        Assert.Null(read.Fault);
        return read.Report!.Observation!;
    }

    [Fact]
    public void Open_ColumnThatIsNotThere_SaysWhichWhichExistAndWhatToChange()
    {
        var thrown = Assert.Throws<UsageException>(
            () => Open(Encoding.UTF8.GetBytes(Header), Map.Replace("\"Datum\"", "\"Datom\"", StringComparison.Ordinal)));

        Assert.Equal("map.json, \"from\": fel.csv has no column \"Datom\". Did you mean \"Datum\"?", thrown.Message);
        Assert.Equal(
            "Its columns are: Nr, Datum, Slut, Typ, Lat, Long, Antal, Text. Change the name in map.json; nothing was sent.",
            thrown.Remedy);
    }

    [Theory]
    [InlineData("\u00C4rendenr;Område\u00A0typ;Tid", "Klotter")]
    [InlineData("\u200BA\u0308rendenr;OMRA\u030ADE  TYP;tid", " KLOTTER\u00A0")]
    [InlineData("\"\u00C4rende\u00ADnr\";Område\ttyp ;Tid", "klot\u00ADter")]
    public void Row_OfAFileSpelledOtherwise_IsReadByTheSameMapping(string header, string type)
    {
        const string map = """
            { "type": "observation", "sourceRef": "Ärendenr", "from": "Tid", "area": "0139", "source": "fault-report",
              "category": { "column": "Område typ", "table": { "Klotter": "graffiti" } } }
            """;

        var row = Assert.Single(Read($"{header}\n1;{type};2026-11-02\n", map));

        Assert.Null(row.Fault);
        Assert.Equal(("1", "graffiti"), (row.Report!.Report.SourceRef, row.Report.Report.Category));
    }

    [Fact]
    public void Row_OfAPublishedEvent_GivesItsTypeAndLeavesTheCategoryToTheHub()
    {
        var rows = Read(
            PublishedHeader + "1;2026-11-02;\"Skadeg&ouml;relse \";En ruta\n2;2026-11-02;TRAFIKKONTROLL;\n"
            + "3;2026-11-02;Drönarincident;En ruta\n4;2026-11-02;Övrigt;\"En kvinna utsatt för v&aring;ldtäkt\"\n", PublishedMap);

        Assert.All(rows, r => Assert.Null(r.Fault));
        Assert.Equal(
            [("Skadegörelse", "", false, "En ruta"), ("TRAFIKKONTROLL", "", true, ""), ("Drönarincident", "", false, ""), ("Övrigt", "", false, "")],
            rows.Select(r => r.Report!.Report).Select(r => (r.SourceCategory, r.Category, r.ContextOnly, r.Summary)));
        Assert.All(rows, r => Assert.Equal(IncidentOrigin.Published, r.Report!.Incident!.Origin));
        Assert.Equal([false, false, false, true], rows.Select(r => r.IsTextOfIndividual));
    }

    [Theory]
    [InlineData("", "The field is empty.")]
    [InlineData("&nbsp;", "The field is empty.")]
    [InlineData("Våldtäkt", "Events of this type concern individuals and are never taken; the row was not sent.")]
    [InlineData("F&ouml;rsvunnen person", "Events of this type concern individuals and are never taken; the row was not sent.")]
    public void Row_OfAPublishedEventThatTheHubDoesNotTake_IsListedAndNotSent(string type, string rule)
    {
        var row = Assert.Single(Read(PublishedHeader + $"1;2026-11-02;\"{type}\";\n", PublishedMap));

        Assert.Null(row.Report);
        Assert.Equal(("Typ", rule), (row.Fault!.Field, row.Fault.Rule));
        Assert.NotEqual("", row.Fault.Remedy);
    }

    [Theory]
    [InlineData("\"published\"")]
    [InlineData("{ \"column\": \"Källa\", \"table\": { \"webb\": \"published\", \"vi\": \"reported\" } }")]
    public void Map_OfPublishedEventsWithOneCategoryForAll_IsRefused(string origin)
    {
        var thrown = Assert.Throws<UsageException>(() => MapOf(PublishedMap
            .Replace("\"published\"", origin, StringComparison.Ordinal)
            .Replace("{ \"column\": \"Typ\", \"table\": { \"Klotter\": \"graffiti\" } }", "\"other\"", StringComparison.Ordinal)));

        Assert.Contains("category", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("a published event is taken by its type", thrown.Message + thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WrongDelimiter_IsSuspected()
    {
        var thrown = Assert.Throws<UsageException>(() => Open(
            Encoding.UTF8.GetBytes(Header), Map.Replace("\"type\"", "\"delimiter\": \",\", \"type\"", StringComparison.Ordinal)));

        Assert.Contains("\"delimiter\" may be wrong: \",\" was taken, and with \";\" there are more of the columns.", thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BytesThatAreNotUtf8_NamesTheOtherEncoding()
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Header + "1;2026-11-02;;Lampa;;;;Skräp\n");

        var thrown = Assert.Throws<UsageException>(() => Open(bytes, Map));
        Assert.Contains("\"encoding\": \"windows-1252\"", thrown.Remedy, StringComparison.Ordinal);

        var map = Map.Replace("\"type\"", "\"encoding\": \"windows-1252\", \"type\"", StringComparison.Ordinal);
        var row = Assert.Single(new CsvRows(Open(bytes, map), MapOf(map), EventTypeList.Embedded).Read());
        Assert.Equal("Skräp", row.Report!.Report.Summary);
    }

    [Fact]
    public void Open_Utf8DeclaredWindows1252_IsRefusedAndNotSentAsSomethingElse()
    {
        var map = Map.Replace("\"type\"", "\"encoding\": \"windows-1252\", \"type\"", StringComparison.Ordinal);

        var thrown = Assert.Throws<UsageException>(() => Open(Encoding.UTF8.GetBytes(Header + "1;2026-11-02;;Lampa;;;;Åsa Öberg\n"), map));

        Assert.Equal("fel.csv, line 2, column 24 (byte 61): windows-1252 was declared, but the text is UTF-8.", thrown.Message);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-32", true)]
    public void Row_OfAFileInUtf16_IsRead(string encodingName, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(encodingName);
        byte[] content = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Header + "1;2026-11-02;;Lampa;;;;Råby\n")];

        Assert.Equal("Råby", Assert.Single(new CsvRows(Open(content, Map), MapOf(Map), EventTypeList.Embedded).Read()).Report!.Report.Summary);
    }

    [Theory]
    [InlineData("", "has no header")]
    [InlineData("\n\n", "has no header")]
    [InlineData("Nr;Datum;datum;Slut;Typ;Lat;Long;Antal;Text\n", "has 2 columns called \"Datum\"")]
    public void Open_HeaderThatCannotBeRead_IsSaid(string content, string message) => Assert.Contains(
        message, Assert.Throws<UsageException>(() => Open(Encoding.UTF8.GetBytes(content), Map)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "\"type\" is missing")]
    [InlineData("[]", "an object")]
    [InlineData("{\"type\": \"observation\"", "not JSON")]
    [InlineData("{\"typ\": \"observation\"}", "Did you mean \"type\"?")]
    [InlineData("{\"type\": 1, \"sourceRef\": \"a\", \"from\": \"b\", \"category\": \"c\", \"area\": \"d\"}", "a text")]
    [InlineData("{\"type\": \"observation\", \"sourceRef\": \"a\", \"from\": \"b\", \"category\": \"c\", \"area\": \"d\"}", "\"source\" is missing")]
    [InlineData(
        "{\"type\": \"incident\", \"responder\": \"police\", \"remedy\": \"done\", \"sourceRef\": \"a\", \"from\": \"b\", \"category\": \"c\", \"area\": \"d\"}",
        "\"remedy\" is not for an incident")]
    [InlineData(
        "{\"type\": \"incident\", \"responder\": \"polis\", \"sourceRef\": \"a\", \"from\": \"b\", \"category\": \"c\", \"area\": \"d\"}",
        "It is one of police, rescue-service, security-guard, public-order-guard.")]
    [InlineData(
        "{\"type\": \"incident\", \"responder\": \"police\", \"latitude\": \"x\", \"longitude\": \"y\", \"sourceRef\": \"a\", \"from\": \"b\", \"category\": \"c\", \"area\": \"d\"}",
        "\"precision\" is missing")]
    [InlineData(
        "{\"type\": \"incident\", \"responder\": \"police\", \"sourceRef\": \"a\", \"from\": {\"column\": \"b\", \"formats\": [\"yy\"]}, \"category\": \"c\", \"area\": \"d\"}",
        "a form has at least yyyy, MM and dd")]
    public void Map_ThatIsWrong_SaysWhere(string json, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => MapOf(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1;igår;;Lampa;;;;", "Datum")]
    [InlineData("1;2026-11-02;2026-11-01;Lampa;;;;", "Slut")]
    [InlineData("1;;;Lampa;;;;", "Datum")]
    [InlineData("1;2026-11-02;;Anna Svensson;;;;", "Typ")]
    [InlineData("1;2026-11-02;;;;;;", "Typ")]
    [InlineData(";2026-11-02;;Lampa;;;;", "Nr")]
    [InlineData("1;2026-11-02;;Lampa;17,6;59,5;;", "Lat")]
    [InlineData("1;2026-11-02;;Lampa;59,5;;;", "Long")]
    [InlineData("1;2026-11-02;;Lampa;NaN;17;;", "Lat")]
    [InlineData("1;2026-11-02;;Lampa;;;många;", "Antal")]
    [InlineData("1;2026-11-02;;Lampa;;;;a;b", "")]
    [InlineData("1;2026-11-02;;Lampa;;;;\"a\"b", "")]
    [InlineData("1;2026-11-02;;Lampa;;;;\"a", "")]
    public void Row_ThatCannotBeRead_IsNamedByLineColumnAndRuleAndTheNextIsRead(string row, string column)
    {
        var rows = Read(Header + "0;2026-11-02;;Lampa;;;;ok\n" + row + "\n2;2026-11-02;;Lampa;;;;ok\n");

        var broken = rows[1];
        Assert.Equal((3, column), (broken.Line, broken.Fault!.Field));
        Assert.NotEqual("", broken.Fault.Remedy);
        Assert.DoesNotContain("Anna", broken.Fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("många", broken.Fault.ToString(), StringComparison.Ordinal);
        // A quotation mark that is never closed takes the rest with it: that is what is said.
        Assert.Equal(row.EndsWith("\"a", StringComparison.Ordinal) ? 2 : 3, rows.Count);
    }

    [Fact]
    public void Row_AfterQuotedLineBreaks_IsNamedByTheLineItBeginsOn()
    {
        var rows = Read(Header + "1;2026-11-02;;Lampa;;;;\"a\nb\nc\"\n\n2;igår;;Lampa;;;;x\n");

        Assert.Equal("a\nb\nc", rows[0].Report!.Report.Summary);
        Assert.Equal((6, "Datum"), (rows[1].Line, rows[1].Fault!.Field));
    }

    [Theory]
    [InlineData("2026-11-02 08:15", "", "2026-11-02T07:15:00Z", null, TimeCertainty.Exact)]
    [InlineData("2026-11-02T08:15:00Z", "", "2026-11-02T08:15:00Z", null, TimeCertainty.Exact)]
    [InlineData("2026-11-02", "", "2026-11-01T23:00:00Z", "2026-11-02T23:00:00Z", TimeCertainty.Day)]
    // The clocks go back on 25 October 2026: 02:30 occurs twice, and the day has 25 hours.
    [InlineData("2026-10-25 02:30", "", "2026-10-25T00:30:00Z", null, TimeCertainty.Hour)]
    [InlineData("2026-10-25 02:30", "2026-10-25 02:10", "2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", TimeCertainty.Hour)]
    [InlineData("2026-10-25", "", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", TimeCertainty.Day)]
    // And forward on 29 March: 02:30 does not occur.
    [InlineData("2026-03-29 02:30", "", "2026-03-29T01:30:00Z", null, TimeCertainty.Hour)]
    public void Row_Time_IsReadOnSwedishClocks(string from, string to, string begin, string? end, TimeCertainty certainty)
    {
        var occurred = One($"1;{from};{to};Lampa;;;;x").Report.Occurred;

        Assert.Equal(begin, occurred.From.ToString().Trim('"'));
        Assert.Equal(end, occurred.To?.ToString().Trim('"'));
        Assert.Equal(certainty, occurred.Certainty);
    }

    [Fact]
    public void Row_WithAMarkInAFieldThatIsNotQuoted_IsReadAsItStands() =>
        Assert.Equal("3\" rör", One("1;2026-11-02;;Lampa;;;;3\" rör").Report.Summary);

    [Fact]
    public void Row_Whole_BecomesTheObservation()
    {
        var read = One("1;2026-11-02 08:15;;lampa;59,514;17.638;3;Mörkt vid porten");

        Assert.Equal(ObservationSource.FaultReport, read.Source);
        Assert.Equal(("1", "broken-lighting", 3), (read.Report.SourceRef, read.Report.Category, read.Report.Count));
        Assert.Equal((59.514, 17.638), (read.Report.Place.Position.Latitude, read.Report.Place.Position.Longitude));
        Assert.Equal((Severity.Minor, Confidence.SecondHand), (read.Report.Severity, read.Report.Confidence));
    }

    [Theory]
    [InlineData("grid", Precision.Grid250M, "0139-bro", true)]
    [InlineData("district", Precision.District, "0139-bro", false)]
    [InlineData("municipality", Precision.Municipality, "0139", false)]
    [InlineData("county", Precision.County, "01", false)]
    public void Row_CoarserThanItsPosition_SendsNoFinerPlace(string precision, Precision expected, string area, bool hasPosition)
    {
        var map = Map.Replace("\"point\"", $"\"{precision}\"", StringComparison.Ordinal);

        var place = One("1;2026-11-02 08:15;;Lampa;59,51412;17.63841;;", map).Report.Place;

        Assert.Equal((expected, area, hasPosition), (place.Precision, place.Area, place.Position is not null));
        if (hasPosition)
        {
            Assert.Equal((59.51508, 17.63996), (place.Position!.Latitude, place.Position.Longitude));
        }
    }

    [Fact]
    public void Row_OfAnIncidentWithDayAndTimeApart_IsOne()
    {
        const string map = """
            {
              "type": "incident", "responder": { "column": "vem", "table": { "OV": "public-order-guard" }, "otherwise": "security-guard" },
              "sourceRef": "id", "from": { "column": "dag", "timeColumn": "tid", "formats": ["d/M yyyy H.mm"] },
              "category": "disorder", "area": { "column": "omr" }, "severity": { "column": "grad" }, "environment": "square"
            }
            """;

        var rows = Read("\uFEFFid\tdag\ttid\tvem\tomr\tgrad\r\n7\t3/11 2026\t21.05\tov\t0139\t2\r\n8\t3/11 2026\t21.05\tx\t0139\t5\r\n", map);

        var incident = rows[0].Report!.Incident!;
        Assert.Equal(Responder.PublicOrderGuard, incident.Responder);
        Assert.Equal((Severity.Moderate, Precision.Municipality), (incident.Report.Severity, incident.Report.Place.Precision));
        Assert.Equal("\"2026-11-03T20:05:00Z\"", incident.Report.Occurred.From.ToString());
        Assert.Equal("grad", rows[1].Fault!.Field);
    }
}
