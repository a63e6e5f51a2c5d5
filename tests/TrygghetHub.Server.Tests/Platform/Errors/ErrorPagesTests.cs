using System.Net;
using Google.Rpc;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Tests.Architecture;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Errors;

/// <summary>The reason in Swedish, the link in every refusal, and the pages behind the links.</summary>
public sealed class ErrorPagesTests
{
    private const string Join = "trygghethub.partners.v1.JoinService/Join";
    private const string Proto = "protos/trygghethub/errors/v1/error_reason.proto";

    // Some clients refuse headers of more than 8 KiB in all; what a refusal said before needs most of that.
    private const int MostTextAndLinkBytes = 768;

    private static readonly ErrorReason[] Reasons = [.. Enum.GetValues<ErrorReason>().Where(r => r != ErrorReason.Unspecified)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> NamesOfNoReason =>
    [
        "NO_SUCH_REASON", "area_unknown", "README", "UNSPECIFIED", "AREA_UNKNOWN.md", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "..%2FAREA_UNKNOWN",
        new string('A', 2_000),
    ];

    [Fact]
    public void Reasons_EachHaveARemedyAndASentenceInSwedish()
    {
        foreach (var reason in Reasons)
        {
            var text = ErrorStatus.TextOf(reason);
            Assert.EndsWith(".", text.Remedy, StringComparison.Ordinal);
            Assert.EndsWith(".", text.Swedish, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", text.Remedy + text.Swedish, StringComparison.Ordinal);
            Assert.All(text.Fields, field => Assert.Matches("^[a-z0-9_]+(\\.[a-z0-9_]+)*$", field));
        }

        Assert.Equal(Reasons.Length, Reasons.Select(r => ErrorStatus.TextOf(r).Swedish).Distinct().Count());
    }

    [Fact]
    public void Documentation_HasThePageOfEachReasonAndNoOther()
    {
        var expected = Pages();
        var folder = Path.Combine(ArchitectureTests.InRepository("docs"), "errors");
        var committed = Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f), f => File.ReadAllText(f).ReplaceLineEndings("\n"));
        var written = Path.Combine(AppContext.BaseDirectory, "errors.actual");
        if (!expected.OrderBy(p => p.Key, StringComparer.Ordinal).SequenceEqual(committed.OrderBy(p => p.Key, StringComparer.Ordinal)))
        {
            // To be read, and copied to docs/errors where the change is meant.
            Directory.CreateDirectory(written);
            foreach (var (name, page) in expected)
            {
                File.WriteAllText(Path.Combine(written, name), page);
            }
        }

        Assert.Equal(expected.Keys.Order(), committed.Keys.Order());
        Assert.All(expected, page => Assert.Equal(page.Value, committed[page.Key]));
    }

    [Fact]
    public void TextAndLink_OfEachReason_LeaveRoomInTheTrailers()
    {
        var addresses = new HubAddresses();
        addresses.Set(new Uri("https://hub.example"), new Uri($"https://{new string('h', 63)}.example:5444"), null);
        var pages = new ErrorPages(addresses);
        foreach (var reason in Reasons)
        {
            var status = ErrorStatus.ToStatus(new Refusal(reason, new string('f', 80), "Rule.", "Remedy."), pages);

            var bytes = status.Details.Where(d => d.Is(LocalizedMessage.Descriptor) || d.Is(Help.Descriptor)).Sum(d => d.CalculateSize());
            Assert.InRange(bytes, 1, MostTextAndLinkBytes);
            Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor));
        }
    }

    [Fact]
    public async Task Refusal_OfAField_SaysItInSwedishAndLinksToAPageThatAnswers()
    {
        await using var hub = await TestHub.StartAsync();
        using var channel = await hub.OpenChannelAsAsync("operator");
        var partners = new TrygghetHub.Partners.V1.PartnerService.PartnerServiceClient(channel);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await partners.ListPartnersAsync(
            new TrygghetHub.Partners.V1.ListPartnersRequest { PageToken = "<b>nonsense</b>" }, cancellationToken: Token));

        var status = refused.GetRpcStatus()!;
        Assert.Equal("PAGE_TOKEN_INVALID", status.GetDetail<ErrorInfo>()!.Reason);
        var swedish = status.GetDetail<LocalizedMessage>()!;
        Assert.Equal(("sv", "Sidan går inte att hämta. Börja om från den första. Det gäller fältet page_token."), (swedish.Locale, swedish.Message));
        var link = Assert.Single(status.GetDetail<Help>()!.Links);
        Assert.Equal(new Uri(hub.Hub.OpenUrl, "errors/PAGE_TOKEN_INVALID").AbsoluteUri, link.Url);
        await AssertPageAsync(hub, new Uri(link.Url), ErrorReason.PageTokenInvalid);
    }

    [Fact]
    public async Task Refusal_BeforeAMessageIsRead_CarriesTheSame()
    {
        await using var hub = await TestHub.StartAsync();
        using var stranger = hub.RawStranger();

        var unreadable = await stranger.CallAsync(Join, [0xFF]);
        var compressed = await stranger.CallAsync(Join, HostileMessages.Gzip([0x0A, 0x00]), "gzip");

        foreach (var answer in new[] { unreadable, compressed })
        {
            var reason = Assert.Single(Reasons, r => ErrorStatus.NameOf(r) == answer.Reason);
            Assert.Equal(ErrorStatus.TextOf(reason).Swedish, answer.Status!.GetDetail<LocalizedMessage>()!.Message);
            Assert.EndsWith("/errors/" + answer.Reason, Assert.Single(answer.Status!.GetDetail<Help>()!.Links).Url, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Page_OfEachReason_IsWholeHtmlWithoutScript()
    {
        foreach (var reason in Reasons)
        {
            AssertPage(ErrorPages.Find(ErrorStatus.NameOf(reason))!, reason);
        }

        Assert.Null(ErrorPages.Find("README"));
    }

    [Theory]
    [MemberData(nameof(NamesOfNoReason))]
    public async Task Page_OfNoReason_IsNotFoundAndRepeatsNothing(string name)
    {
        await using var hub = await TestHub.StartAsync();
        using var http = hub.OpenStrangerHttp();

        using var answer = await http.GetAsync(new Uri(hub.Hub.OpenUrl, "errors/" + name), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Page_AskedForTooOften_IsRefusedAsAnythingOfAStrangerIs()
    {
        await using var hub = await TestHub.StartAsync();
        using var http = hub.OpenStrangerHttp();
        var seen = new HashSet<HttpStatusCode>();
        for (var i = 0; i < 500 && !seen.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            using var answer = await http.GetAsync(new Uri(hub.Hub.OpenUrl, "errors/AREA_UNKNOWN?" + i), Token);
            seen.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], seen.Order());
    }

    private static async Task AssertPageAsync(TestHub hub, Uri link, ErrorReason reason)
    {
        using var http = hub.OpenStrangerHttp();
        using var answer = await http.GetAsync(new Uri(link, "?<script>asked</script>"), Token);
        var page = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.CacheControl?.MaxAge);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("asked", page, StringComparison.Ordinal);
        AssertPage(page, reason);
    }

    private static void AssertPage(string page, ErrorReason reason)
    {
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Contains($"<h1>{ErrorStatus.NameOf(reason)}</h1>", page, StringComparison.Ordinal);
        Assert.Contains(ErrorStatus.TextOf(reason).Swedish, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("**", page, StringComparison.Ordinal);
        Assert.DoesNotContain("`", page, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Pages()
    {
        var comments = ErrorReasonComments.Read(ArchitectureTests.InRepository(Proto.Split('/')));
        Assert.Equal(Reasons.Order(), comments.Keys.Order());
        var pages = Reasons.ToDictionary(r => ErrorStatus.NameOf(r) + ".md", r => Page(r, comments[r]));
        pages.Add("README.md", Index(comments));
        return pages;
    }

    private static string Page(ErrorReason reason, string comment)
    {
        var text = ErrorStatus.TextOf(reason);
        var fields = text.Fields.Count > 0 ? $"**Field:** {string.Join(", ", text.Fields.Select(f => $"`{f}`"))}\n\n" : "";
        return $"# {ErrorStatus.NameOf(reason)}\n\n{Meaning(comment)}\n\n**gRPC status:** `{Code(comment)}`\n\n{fields}"
            + $"**Remedy:** {text.Remedy}\n\n**På svenska:** {text.Swedish}\n";
    }

    private static string Index(IReadOnlyDictionary<ErrorReason, string> comments) =>
        $"""
        # Reasons for refusals

        A refused call carries a `google.rpc.Status`. Its `ErrorInfo` has one of these reasons, and in its metadata the field, the
        rule and the remedy of that very call; `LocalizedMessage` says the reason in Swedish, and `Help` links to its page, which the
        hub serves at its open endpoint (`/errors/REASON`).

        These pages are generated from [{Path.GetFileName(Proto)}](../../{Proto}): change them there.

        | Reason | gRPC status | Meaning |
        | --- | --- | --- |

        """.ReplaceLineEndings("\n")
        + string.Concat(Reasons.Select(r =>
            $"| [{ErrorStatus.NameOf(r)}]({ErrorStatus.NameOf(r)}.md) | `{Code(comments[r])}` | {Meaning(comments[r])} |\n"));

    private static string Meaning(string comment) => comment[..comment.LastIndexOf(' ')];

    private static string Code(string comment) => comment[(comment.LastIndexOf(' ') + 1)..].TrimEnd('.');
}
