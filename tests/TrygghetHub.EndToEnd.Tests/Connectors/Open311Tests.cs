using System.Text;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Open311;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class Open311Tests
{
    // The specification's own example, shortened, with persons put into every field that the hub has no use for.
    private const string Json = """
        [{"service_request_id":638344,"status":"closed","status_notes":"Anna ringde","service_name":"Trasig belysning",
          "service_code":"LAMP","description":"Ring Anna 070-123 45 67","agency_responsible":"Anna","requested_datetime":
          "2026-11-14T06:37:38+01:00","updated_datetime":"2026-11-15T06:37:38+01:00","address":"Annas väg 3","zipcode":"19730",
          "lat":59.5161,"long":17.6341,"media_url":"http://example.se/anna.jpg"}]
        """;

    private const string Xml = """
        <?xml version="1.0" encoding="utf-8"?>
        <service_requests><request>
          <service_request_id>638344</service_request_id><status>closed</status><status_notes>Anna</status_notes>
          <service_name>Trasig belysning</service_name><service_code>LAMP</service_code>
          <description><![CDATA[Ring Anna]]> 070-123 45 67</description><requested_datetime>2026-11-14T06:37:38+01:00</requested_datetime>
          <address>Annas väg 3</address><lat>59.5161</lat><long>17.6341</long>
          <extended_attributes><description>Anna</description></extended_attributes>
        </request></service_requests>
        """;

    private static readonly Open311Map Map = Open311Map.Read(MapNode.Of("map.json", Encoding.UTF8.GetBytes("""
        { "area": "0139-bro", "services": {
            "lamp": { "category": "broken-lighting", "severity": "moderate", "environment": "street", "precision": "point" },
            "Klotter": "graffiti", "P": { "skip": true } } }
        """)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<Open311Request> Read(string text) => Open311Document.Read(Encoding.UTF8.GetBytes(text));

    private static SourceRow Row(Open311Request request, bool withText = false) =>
        Open311Observation.Of("a.json", request, Map, withText);

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><service_requests><request><status>&x;</status></request></service_requests>")]
    [InlineData("<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><service_requests/>")]
    [InlineData("<service_requests><request>")]
    [InlineData("<service_requests>&#0;</service_requests>")]
    [InlineData("<html><body>Logga in</body></html>")]
    [InlineData("<errors><error><code>403</code></error></errors>")]
    [InlineData("[{\"code\":404,\"description\":\"no\"}]")]
    [InlineData("{\"errors\":[]}")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("nej")]
    [InlineData("")]
    public void Read_OfWhatIsNoList_SaysSoInWords(string text)
    {
        var thrown = Assert.Throws<SourceException>(() => Read(text));

        Assert.DoesNotContain("root:", thrown.Message, StringComparison.Ordinal);
        Assert.NotEqual("", thrown.Remedy);
    }

    [Theory]
    [InlineData("LAMP", "Closed")]
    [InlineData("la\u00ADmp\u00A0", " CLOSED ")]
    [InlineData("ＬＡＭＰ", "closed\u200B")]
    public void Row_WhoseCodeAndStatusAreSpelledOtherwise_IsWhatTheMappingSays(string code, string status)
    {
        var json = Json.Replace("\"LAMP\"", $"\"{code}\"", StringComparison.Ordinal)
            .Replace("\"closed\"", $"\"{status}\"", StringComparison.Ordinal);

        var row = Row(Assert.Single(Read(json)));

        Assert.Equal("broken-lighting", row.Report!.Report.Category);
        Assert.Equal(Remedy.Done, row.Report.Observation!.Remedy);
    }

    [Fact]
    public void Read_OfARequestInAnotherEncoding_RefusesThatAlone()
    {
        byte[] content =
        [
            .. "[{\"service_request_id\": \"1\", \"service_name\": \"R"u8, 0xE5, .. "by\"}, {\"service_request_id\": \"2\", \"description\": \"\\ufffdsa\"}, "u8,
            .. "{\"service_request_id\": \"3\", \"address\": \""u8, 0xE5, .. "\"}]"u8,
        ];

        var requests = Open311Document.Read(content);

        // What is not read cannot be damaged.
        Assert.Equal((string?[])["service_name", "description", null], requests.Select(r => r.Fault?.Field));
        Assert.NotNull(Open311Observation.Of("list", requests[0], Map, withText: false).Fault);
    }

    [Theory]
    [InlineData("utf-8", "ISO-8859-1", "[{\"service_name\": \"Råby\"}]")] // JSON is UTF-8, whatever is declared
    [InlineData("iso-8859-1", "iso-8859-1", "[{\"service_name\": \"Råby\"}]")]
    [InlineData("utf-16", "", "[{\"service_name\": \"Råby\"}]")]
    [InlineData("utf-8", "utf-8", "<requests><request><service_name>Råby</service_name></request></requests>")]
    [InlineData("iso-8859-1", "iso-8859-1", "<requests><request><service_name>Råby</service_name></request></requests>")]
    [InlineData("iso-8859-1", "", "<?xml version='1.0' encoding='ISO-8859-1'?><requests><request><service_name>Råby</service_name></request></requests>")]
    [InlineData("utf-16", "", "<?xml version='1.0' encoding='UTF-16'?><requests><request><service_name>Råby</service_name></request></requests>")]
    public void Read_InTheEncodingThatItIsDeclaredIn_IsRead(string written, string charset, string list)
    {
        var encoding = Encoding.GetEncoding(written);
        byte[] content = [.. written == "utf-16" ? encoding.GetPreamble() : [], .. encoding.GetBytes(list)];

        Assert.Equal("Råby", Assert.Single(Open311Document.Read(content, charset)).ServiceName);
    }

    [Theory]
    [InlineData("iso-8859-1", "", "<requests><request><service_name>Råby</service_name></request></requests>", "0xE5 is not UTF-8")]
    [InlineData("utf-8", "", "<?xml version='1.0' encoding='ISO-8859-1'?><requests><request><service_name>Råby</service_name></request></requests>", "but the text is UTF-8")]
    [InlineData("utf-8", "windows-1252", "<requests><request><service_name>Råby</service_name></request></requests>", "but the text is UTF-8")]
    [InlineData("utf-8", "koi8-r", "[]", "an encoding that is not read here")]
    public void Read_InAnotherEncodingThanIsDeclared_IsRefused(string written, string charset, string list, string told) => Assert.Contains(
        told,
        Assert.Throws<SourceException>(() => Open311Document.Read(Encoding.GetEncoding(written).GetBytes(list), charset)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_NestedBeyondReason_IsRefused()
    {
        Assert.Throws<SourceException>(() => Read(new string('[', 100_000)));
        Assert.Throws<SourceException>(() => Read(
            "<service_requests>" + string.Concat(Enumerable.Repeat("<a>", 100_000))));
    }

    [Fact]
    public void Read_OfJsonAndXml_GivesTheSameReports()
    {
        var (json, xml) = (Row(Assert.Single(Read(Json)), withText: true), Row(Assert.Single(Read(Xml)), withText: true));

        Assert.Equal(json.Report!.Observation, xml.Report!.Observation);
        Assert.Equal(RowPlan.Digest(json.Report), RowPlan.Digest(xml.Report));
    }

    [Fact]
    public void Row_WithoutText_HoldsNothingOfPersons()
    {
        var observation = Row(Assert.Single(Read(Json))).Report!.Observation!;

        Assert.DoesNotContain("Anna", observation.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("070", observation.ToString(), StringComparison.Ordinal);
        Assert.Equal(("638344", "broken-lighting"), (observation.Report.SourceRef, observation.Report.Category));
        Assert.Equal((Remedy.Done, TimeCertainty.Unknown), (observation.Remedy, observation.Report.Occurred.Certainty));
        Assert.Equal(59.5161, observation.Report.Place.Position.Latitude);
    }

    [Fact]
    public void Row_OfAServiceThatNoMappingKnows_IsLeftToTheHubWithItsCode()
    {
        var row = Row(Open311Request.Of(1, new Dictionary<string, string>
        {
            ["service_request_id"] = "1",
            ["service_code"] = "GAS",
            ["requested_datetime"] = "2026-11-14T06:37:38Z",
            ["lat"] = "x",
        }));

        Assert.Equal(("", "GAS", "GAS"), (row.Report!.Report.Category, row.Report.Report.SourceCategory, row.UnmappedCode));
        Assert.Equal(Precision.District, row.Report.Report.Place.Precision);
    }

    [Theory]
    [InlineData("", "2026-11-14T06:37:38Z", "LAMP", "59.5", "17.6", "service_request_id")]
    [InlineData("1", "i går", "LAMP", "59.5", "17.6", "requested_datetime")]
    [InlineData("1", "2026-11-14T06:37:38Z", "LAMP", "17.6", "59.5", "lat")]
    [InlineData("1", "2026-11-14T06:37:38Z", "LAMP", "59.5", "", "lat")]
    [InlineData("1", "2026-11-14T06:37:38Z", "LAMP", "1e400", "17.6", "lat")]
    public void Row_ThatCannotBeRead_NamesTheField(
        string id, string time, string code, string latitude, string longitude, string field)
    {
        var row = Row(Open311Request.Of(3, new Dictionary<string, string>
        {
            ["service_request_id"] = id,
            ["requested_datetime"] = time,
            ["service_code"] = code,
            ["lat"] = latitude,
            ["long"] = longitude,
        }));

        Assert.Equal((3, field), (row.Line, row.Fault!.Field));
    }

    [Fact]
    public void Row_OfAServiceThatIsSkipped_IsNone() =>
        Assert.True(Row(Open311Request.Of(1, new Dictionary<string, string> { ["service_code"] = "p" })).Skipped);

    // Servers differ: some have pages, some answer every page alike, and those stop at some number.
    [Theory]
    [InlineData(true, 50)]
    [InlineData(true, 100)]
    [InlineData(false, 1000)]
    [InlineData(false, 100)]
    public async Task List_OfAnyKindOfServer_GivesEveryRequestOnce(bool hasPages, int most)
    {
        var begin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var all = Enumerable.Range(0, 730).Select(i => (Id: i, At: begin.AddHours(6 * i))).ToList();
        await using var source = await FakeSource.StartAsync(async context =>
        {
            var query = context.Request.Query;
            var (from, to) = (Time(query["start_date"]!), Time(query["end_date"]!));
            var skipped = hasPages ? (int.Parse(query["page"]!, null) - 1) * most : 0;
            var found = all.Where(r => r.At >= from && r.At <= to).Skip(skipped).Take(most)
                .Select(r => $"{{\"service_request_id\":\"{r.Id}\",\"requested_datetime\":\"{r.At:yyyy-MM-dd'T'HH:mm:ss'Z'}\"}}");
            await context.Response.WriteAsync($"[{string.Join(',', found)}]");
        });
        using var http = new SourceHttp(TimeProvider.System);
        var server = new Open311Server(http, new Uri(source.Url, "/v2?jurisdiction_id=bro"), TimeProvider.System);

        var listed = new List<string>();
        await foreach (var request in server.ListAsync(begin, begin.AddDays(365), Cancellation))
        {
            listed.Add(request.ServiceRequestId);
        }

        Assert.Equal(all.Select(r => $"{r.Id}").Order(), listed.Order());
        Assert.All(source.Asked, a => Assert.Equal(("/v2/requests.json", "bro"), (a.Path, a.Query["jurisdiction_id"].ToString())));
        // No window is longer than the specification lets it be.
        Assert.All(source.Asked, a => Assert.True(Time(a.Query["end_date"]!) - Time(a.Query["start_date"]!) <= TimeSpan.FromDays(90)));

        static DateTimeOffset Time(string text) =>
            DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);
    }

    [Fact]
    public async Task List_OfAServerThatIsBusy_WaitsAsLongAsItSays()
    {
        var answers = 0;
        await using var source = await FakeSource.StartAsync(context =>
        {
            if (Interlocked.Increment(ref answers) == 1)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "60";
                return Task.CompletedTask;
            }

            return context.Response.WriteAsync("[]");
        });
        var start = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
        var time = new LeapingTime(start);
        using var http = new SourceHttp(time);

        await foreach (var _ in new Open311Server(http, source.Url, time).ListAsync(start.AddDays(-1), start, Cancellation))
        {
            Assert.Fail("There is none.");
        }

        Assert.Equal(start.AddSeconds(60), time.GetUtcNow());
        // The page again; and page 0, where pages that count from 0 would begin.
        Assert.Equal(["1", "1", "0"], source.Asked.Select(a => a.Query["page"].ToString()));
    }
}
