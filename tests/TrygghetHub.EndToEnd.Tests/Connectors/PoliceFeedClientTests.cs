using System.Text;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Polisen;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public sealed class PoliceFeedClientTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trygghethub-feed-");
    private readonly LeapingTime time = new(Start);
    private readonly List<string> notes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string StatePath => Path.Combine(folder.FullName, "state.json");

    public void Dispose() => folder.Delete(recursive: true);

    // A new one each time, as a new process has.
    private async Task<SourceAnswer> GetAsync(Uri url, bool isPatient = false, string validFor = "feed", bool keeps = true)
    {
        using var http = new SourceHttp(time);
        var client = new PoliceFeedClient(http, new PoliceFeedStateFile(StatePath), validFor, time) { Note = notes.Add };
        var answer = await client.GetAsync(url, isPatient, Cancellation);
        if (keeps)
        {
            client.Keep(answer);
        }

        return answer;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        const string tag = "\"v1\"";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.Headers.ETag = tag;
        context.Response.Headers.LastModified = "Mon, 23 Nov 2026 07:00:00 GMT";
        await context.Response.WriteAsync("[]");
    }

    [Fact]
    public async Task Get_FromAHostWithoutTls_IsRefusedBeforeItIsAsked()
    {
        Assert.Throws<Cli.UsageException>(() => SourceHttp.Address("http://polisen.example/api/events"));
        Assert.Throws<Cli.UsageException>(() => SourceHttp.Address("file:///etc/passwd"));
        Assert.Throws<Cli.UsageException>(() => SourceHttp.Address("https://user:secret@polisen.example/"));
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("ftp://127.0.0.1/")]
    public async Task Get_SentOnToWhereThereIsNoTls_DoesNotFollow(string target)
    {
        await using var source = await FakeSource.StartAsync(c =>
        {
            c.Response.Redirect(target);
            return Task.CompletedTask;
        });

        var thrown = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Contains("may not be asked", thrown.Message, StringComparison.Ordinal);
        Assert.Single(source.Asked);
    }

    [Fact]
    public async Task Get_SentOnWithoutEnd_StopsAfterAFew()
    {
        await using var source = await FakeSource.StartAsync(c =>
        {
            c.Response.Redirect("/again");
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Equal(6, source.Asked.Count);
    }

    [Fact]
    public async Task Get_AnswerThatUnpacksToMoreThanTheLimit_IsNotRead()
    {
        await using var source = await FakeSource.StartAsync(async c =>
        {
            c.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new System.IO.Compression.GZipStream(
                c.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            var zeros = new byte[1024 * 1024];
            try
            {
                for (var i = 0; i < 64; i++)
                {
                    await packed.WriteAsync(zeros, c.RequestAborted);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The reader has gone, as it should.
            }
        });

        var thrown = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Contains("20 MiB", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_TwiceInARow_WaitsTheTenSeconds()
    {
        await using var source = await FakeSource.StartAsync(AnswerAsync);

        await GetAsync(source.Url);
        await GetAsync(source.Url);

        Assert.Equal(Start.AddSeconds(10), time.GetUtcNow());
        Assert.Contains(notes, n => n.StartsWith("Waiting until 2026-11-23 09:00:10", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_SecondTime_AsksOnlyForWhatIsNew()
    {
        await using var source = await FakeSource.StartAsync(AnswerAsync);

        var first = await GetAsync(source.Url);
        var second = await GetAsync(source.Url);

        Assert.Equal("[]", Encoding.UTF8.GetString(first.Content!));
        Assert.Null(second.Content);
        var asked = source.Asked.ToArray();
        Assert.Equal(0, asked[0].Headers.IfNoneMatch.Count);
        Assert.Equal("\"v1\"", asked[1].Headers.IfNoneMatch);
        Assert.Equal("Mon, 23 Nov 2026 07:00:00 GMT", asked[1].Headers.IfModifiedSince);
        Assert.StartsWith("TrygghetHub/", asked[0].Headers.UserAgent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AfterARunThatWasCutOffOrWasForAnotherHub_AsksForAll()
    {
        await using var source = await FakeSource.StartAsync(AnswerAsync);

        await GetAsync(source.Url, keeps: false);
        var again = await GetAsync(source.Url);
        var other = await GetAsync(source.Url, validFor: "another hub");

        Assert.NotNull(again.Content);
        Assert.NotNull(other.Content);
    }

    [Fact]
    public async Task Get_OverTheHourlyLimit_SaysWhenAndAsksNothing()
    {
        await using var source = await FakeSource.StartAsync(AnswerAsync);
        for (var i = 0; i < 60; i++)
        {
            await GetAsync(source.Url);
        }

        var thrown = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Equal("The feed may not be asked again before 2026-11-23 10:00:00 CET.", thrown.Message);
        Assert.Equal(60, source.Asked.Count);

        await GetAsync(source.Url, isPatient: true);
        Assert.True(time.GetUtcNow() >= Start.AddHours(1));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"calls\": [\"yesterday\"]}")]
    [InlineData("{\"calls\": [null]}")]
    [InlineData("\0\0\0")]
    public async Task Get_WithADamagedState_CountsAsAskedJustNow(string damaged)
    {
        await File.WriteAllTextAsync(StatePath, damaged, Cancellation);
        await using var source = await FakeSource.StartAsync(AnswerAsync);

        await GetAsync(source.Url);

        Assert.Equal(Start.AddSeconds(10), time.GetUtcNow());
        Assert.Contains(notes, n => n.EndsWith("is damaged: the feed is taken to have been asked just now.", StringComparison.Ordinal));
        Assert.Single(notes, n => n.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_WhereAnotherIsAtIt_DoesNotAsk()
    {
        await using var source = await FakeSource.StartAsync(AnswerAsync);
        using var other = new PoliceFeedStateFile(StatePath).Lock();

        await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Empty(source.Asked);
    }

    [Theory]
    [InlineData(429, "120")]
    [InlineData(503, "Mon, 23 Nov 2026 08:02:00 GMT")]
    public async Task Get_ToldToComeLater_LeavesItAloneUntilThenInTheNextRunToo(int status, string retryAfter)
    {
        await using var source = await FakeSource.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });

        var thrown = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));
        var next = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Equal(TimeSpan.FromMinutes(2), thrown.RetryAfter);
        Assert.Equal("Try again after 2026-11-23 09:02:00 CET.", thrown.Remedy);
        Assert.Equal("The feed may not be asked again before 2026-11-23 09:02:00 CET.", next.Message);
        Assert.Single(source.Asked);
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(500, true)]
    public async Task Get_OfAnError_SaysWhichAndWhetherItMayPass(int status, bool isTransient)
    {
        await using var source = await FakeSource.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            return c.Response.WriteAsync("secret text of the server");
        });

        var thrown = await Assert.ThrowsAsync<SourceException>(() => GetAsync(source.Url));

        Assert.Equal($"The source answers {status} where 200 was expected.", thrown.Message);
        Assert.Equal(isTransient, thrown.IsTransient);
    }
}
