using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Open311;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>GeoReport servers as there are: every request is listed once, in few calls, and what is no list is named.</summary>
public class Open311ServerTests
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly DateTimeOffset Begin = new(2026, 9, 10, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A request every six hours; servers give the newest first.
    private static (string Id, DateTimeOffset At)[] Requests(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ($"F{i:D4}", Begin.AddHours(6 * i))).Reverse()];

    private sealed record Ask(DateTimeOffset From, DateTimeOffset To, int Page, int Size, bool HasPage, string Path);

    private sealed record Listing(string[] Ids, int Calls, List<string> Notes, Exception? Thrown);

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.ParseExact(text!, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Json(IEnumerable<(string Id, DateTimeOffset At)> rows) => JsonSerializer.Serialize(rows.Select(
        r => new { service_request_id = r.Id, service_code = "KLOTTER", requested_datetime = r.At.ToString(Form, CultureInfo.InvariantCulture) }));

    private static string Xml(IEnumerable<(string Id, DateTimeOffset At)> rows) =>
        $"<requests>{string.Concat(rows.Select(r => $"<request><service_request_id>{r.Id}</service_request_id></request>"))}</requests>";

    // Answers with a body, or with a status.
    private static async Task<Listing> ListAsync(Func<Ask, object> answer, int days = 80, string path = "/v2")
    {
        await using var source = await FakeSource.StartAsync(async context =>
        {
            var query = context.Request.Query;
            var ask = new Ask(
                Time(query["start_date"]), Time(query["end_date"]),
                query.TryGetValue("page", out var page) ? int.Parse(page!, CultureInfo.InvariantCulture) : 1,
                query.TryGetValue("page_size", out var size) ? int.Parse(size!, CultureInfo.InvariantCulture) : 1000,
                query.ContainsKey("page"), context.Request.Path);
            switch (answer(ask))
            {
                case int status:
                    context.Response.StatusCode = status;
                    break;
                case var body:
                    await context.Response.WriteAsync((string)body);
                    break;
            }
        });
        var time = new LeapingTime(Begin);
        using var http = new SourceHttp(time);
        var notes = new List<string>();
        var server = new Open311Server(http, new Uri(source.Url, path), time) { Note = notes.Add };
        var listed = new List<string>();
        Exception? thrown = null;
        try
        {
            await foreach (var request in server.ListAsync(Begin.AddDays(-5), Begin.AddDays(days), Cancellation))
            {
                listed.Add(request.ServiceRequestId);
            }
        }
        catch (SourceException exception)
        {
            thrown = exception;
        }

        return new([.. listed], source.Asked.Count, notes, thrown);
    }

    private static (string Id, DateTimeOffset At)[] InTime((string Id, DateTimeOffset At)[] all, Ask ask, bool isEndExclusive = false) =>
        [.. all.Where(r => r.At >= ask.From && (isEndExclusive ? r.At < ask.To : r.At <= ask.To))];

    private static (string, DateTimeOffset)[] Page((string, DateTimeOffset)[] rows, int page, int size) =>
        [.. rows.Skip(Math.Max(0, page - 1) * size).Take(page < 1 ? 0 : size)];

    // The kinds of server, each with how it answers, over rows that it has.
    private static object Answer(string kind, (string Id, DateTimeOffset At)[] all, Ask ask)
    {
        var rows = InTime(all, ask, kind is "nested" or "end-exclusive");
        var last = Math.Max(1, (rows.Length + ask.Size - 1) / ask.Size);
        var isBeyond = ask.Page > 1 && (ask.Page - 1) * ask.Size >= rows.Length;
        return kind switch
        {
            "404-beyond" when isBeyond => 404,
            "400-beyond" when isBeyond => 400,
            "204-beyond" when isBeyond => 204,
            "null-beyond" when isBeyond => "null",
            "errors-beyond" when isBeyond => "[{\"code\":400,\"description\":\"page out of range\"}]",
            "404-none" when isBeyond || rows.Length == 0 => 404,
            "400-unknown" => ask.HasPage ? 400 : Json(rows.Take(1000)),
            "400-page-0" or "500-page-0" when ask.Page == 0 => kind == "400-page-0" ? 400 : 500,
            "page-0-is-1" when ask.Page == 0 => Json(Page(rows, 1, ask.Size)),
            "last-again" => Json(Page(rows, Math.Min(ask.Page, last), ask.Size)),
            "size-20" => Json(Page(rows, ask.Page, 20)),
            "size-20-last-again" => Json(Page(rows, Math.Min(ask.Page, Math.Max(1, (rows.Length + 19) / 20)), 20)),
            "at-most-2-pages" when ask.Page > 2 => 400,
            "no-pages-50" => Json(rows.Take(50)),
            "nested" => $"{{\"requests\":[{{\"request\":{Json(rows.Take(1000))}}}]}}",
            "pages-from-0" => Json(Page(rows, ask.Page + 1, ask.Size)),
            "pages-from-0-404-beyond" => ask.Page * ask.Size >= rows.Length ? 404 : Json(Page(rows, ask.Page + 1, ask.Size)),
            "shift" => Json(Page([.. Enumerable.Range(1, Math.Max(0, ask.Page - 1)).Select(k => ($"NEW{k}", ask.To)), .. rows], ask.Page, ask.Size)),
            "xml" => Xml(Page(rows, ask.Page, ask.Size)),
            _ => Json(Page(rows, ask.Page, ask.Size)),
        };
    }

    [Theory]
    [InlineData("404-beyond", 230, 6)]
    [InlineData("404-beyond", 200, 10)]
    [InlineData("400-beyond", 230, 6)]
    [InlineData("204-beyond", 230, 6)]
    [InlineData("null-beyond", 230, 6)]
    [InlineData("errors-beyond", 230, 6)]
    [InlineData("404-none", 230, 6)]
    [InlineData("400-unknown", 230, 6)]
    [InlineData("400-page-0", 230, 6)]
    [InlineData("500-page-0", 230, 6)]
    [InlineData("page-0-is-1", 230, 6)]
    [InlineData("last-again", 230, 6)]
    [InlineData("last-again", 60, 10)]
    [InlineData("size-20", 230, 15)]
    [InlineData("size-20-last-again", 230, 15)]
    [InlineData("at-most-2-pages", 300, 15)]
    [InlineData("no-pages-50", 230, 20)]
    [InlineData("nested", 230, 6)]
    [InlineData("end-exclusive", 230, 6)]
    [InlineData("pages-from-0", 230, 6)]
    [InlineData("pages-from-0", 130, 6)]
    [InlineData("pages-from-0", 80, 6)]
    [InlineData("pages-from-0-404-beyond", 80, 6)]
    [InlineData("xml", 230, 6)]
    public async Task List_OfAServerOfThisKind_GivesEveryRequestOnceInFewCalls(string kind, int count, int mostCalls)
    {
        var all = Requests(count);

        var listing = await ListAsync(ask => Answer(kind, all, ask));

        Assert.Null(listing.Thrown);
        Assert.Equal(all.Select(r => r.Id).Order(StringComparer.Ordinal), listing.Ids.Order(StringComparer.Ordinal));
        Assert.InRange(listing.Calls, 1, mostCalls);
    }

    [Theory]
    [InlineData("404-none")]
    [InlineData("pages-from-0")]
    [InlineData("pages-from-0-404-beyond")]
    [InlineData("400-unknown")]
    [InlineData("last-again")]
    [InlineData("no-pages-50")]
    public async Task List_OfSeveralStretchesOfTime_GivesEveryRequestOnce(string kind)
    {
        // The first stretch has none of them, the last few.
        var all = Requests(730).Where(r => r.At > Begin.AddDays(100)).ToArray();

        var listing = await ListAsync(ask => Answer(kind, all, ask), days: 360);

        Assert.Null(listing.Thrown);
        Assert.Equal(all.Select(r => r.Id).Order(StringComparer.Ordinal), listing.Ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_WhileRequestsComeIn_LosesNone()
    {
        var all = Requests(230);

        var listing = await ListAsync(ask => Answer("shift", all, ask));

        Assert.Empty(all.Select(r => r.Id).Except(listing.Ids));
        Assert.Equal(listing.Ids.Distinct(), listing.Ids);
    }

    // Neither looks at the dates; the first has no pages either.
    [Theory]
    [InlineData(5, false, 80)]
    [InlineData(5, false, 2_000)]
    [InlineData(50, false, 80)]
    [InlineData(130, true, 80)]
    [InlineData(130, true, 2_000)]
    [InlineData(430, true, 2_000)]
    public async Task List_OfAServerThatIgnoresDates_StopsAndSaysSo(int count, bool hasPages, int days)
    {
        var all = Enumerable.Range(0, count).Select(i => ($"F{i:D4}", Begin.AddDays(61))).ToArray();

        var listing = await ListAsync(ask => Json(hasPages ? Page(all, ask.Page, ask.Size) : all), days);

        Assert.Null(listing.Thrown);
        Assert.Equal(all.Select(r => r.Item1), listing.Ids);
        Assert.InRange(listing.Calls, 1, 8);
        // With pages and one stretch of time nothing shows it, and nothing comes of it.
        Assert.Equal(!hasPages || days > 90, listing.Notes.Exists(n => n.Contains("ignores start_date", StringComparison.Ordinal)));
    }

    // A server that filters by the time of the last change gives old requests, and different ones for each stretch.
    [Fact]
    public async Task List_OfAServerThatFiltersByAnotherTime_IsNotTakenForOneThatIgnoresDates()
    {
        var all = Requests(230);

        var listing = await ListAsync(ask => Json(Page(
            [.. InTime(all, ask).Select(r => (r.Id, Begin.AddYears(-1)))], ask.Page, ask.Size)), days: 360);

        Assert.Equal(230, listing.Ids.Length);
        Assert.DoesNotContain(listing.Notes, n => n.Contains("ignores", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_WhenTheServerFailsOnce_AsksAgain()
    {
        var all = Requests(230);
        var failed = false;

        var listing = await ListAsync(ask => ask.Page == 2 && !failed && (failed = true) ? 500 : Answer("pages", all, ask));

        Assert.Equal(230, listing.Ids.Length);
        Assert.Contains(listing.Notes, n => n.Contains("Asking again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(204, "204, no content")]
    [InlineData(404, "answers 404")]
    [InlineData(400, "answers 400")]
    [InlineData(406, "answers 406")]
    [InlineData(401, "answers 401")]
    [InlineData(403, "answers 403")]
    [InlineData("", "is empty")]
    [InlineData("null", "is null")]
    [InlineData("<!DOCTYPE html><html><head><title>Logga in</title></head><body>Logga in</body></html>", "is a web page (HTML)")]
    [InlineData("\n<!-- fel -->\n<HTML><body>", "is a web page (HTML)")]
    [InlineData("[{\"code\":403,\"description\":\"key\"}]", "answers with errors")]
    public async Task List_OfWhatGivesNoList_IsNamedWithARemedyAfterFewCalls(object answer, string told)
    {
        var listing = await ListAsync(_ => answer);

        var thrown = Assert.IsType<SourceException>(listing.Thrown);
        Assert.Contains(told, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("ddress", thrown.Remedy, StringComparison.Ordinal);
        Assert.InRange(listing.Calls, 1, 3);
    }

    [Fact]
    public async Task List_OfAServerThatSpeaksXmlAlone_NamesTheAddressThatIsRead()
    {
        var all = Requests(130);
        object Answers(Ask ask) => ask.Path.EndsWith(".xml", StringComparison.Ordinal) ? Answer("xml", all, ask) : 404;

        var thrown = Assert.IsType<SourceException>((await ListAsync(Answers)).Thrown);
        Assert.Contains("/requests.xml", thrown.Remedy, StringComparison.Ordinal);
        Assert.Equal(130, (await ListAsync(Answers, path: "/v2/requests.xml")).Ids.Length);
    }

    // More at one instant than the server gives at once, and no way to ask for the rest: that is said.
    [Fact]
    public async Task List_OfAnHourThatIsCut_SaysThatThereMayBeMore()
    {
        var all = Enumerable.Range(0, 60).Select(i => ($"F{i:D4}", Begin.AddDays(31))).ToArray();

        var listing = await ListAsync(ask => Answer("no-pages-50", all, ask));

        Assert.Equal(50, listing.Ids.Length);
        Assert.Contains(listing.Notes, n => n.Contains("at most 50 requests at once, and there may be more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_WhenAPartOfTheTimeHasNone_SaysHowThatWasRead()
    {
        var listing = await ListAsync(ask => Answer("404-none", Requests(230), ask), days: 200);

        Assert.Equal(230, listing.Ids.Length);
        Assert.Contains(listing.Notes, n => n.Contains("no requests there", StringComparison.Ordinal));
    }
}
