using System.Net;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>What a refusal of the hub says at a terminal: in English or Swedish, with the page that says more.</summary>
public sealed class RefusalLanguageTests
{
    private const string Swedish = "thub: Det finns inte, eller så får du inte se det.";

    [Fact]
    public async Task Refusal_NamesItsPageOnceAndTheHubServesIt()
    {
        await using var hub = await ServedHub.StartAsync();

        var refused = await Thub.RunAsync("agreement", "show", "no-such", "--as", hub.OperatorFolder);

        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.DoesNotContain(Swedish, refused.Error, StringComparison.Ordinal);
        var line = Assert.Single(Lines(refused.Error), l => l.StartsWith("  more: ", StringComparison.Ordinal));
        var link = new Uri(line["  more: ".Length..]);
        Assert.Equal(new Uri(hub.OpenUrl, "errors/NOT_FOUND"), link);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        using var page = await http.GetAsync(link, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("NOT_FOUND", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_WithLangSv_IsInSwedishWhereverTheOptionStands()
    {
        await using var hub = await ServedHub.StartAsync();
        string[] command = ["agreement", "show", "no-such", "--as", hub.OperatorFolder];

        foreach (var arguments in new string[][] { ["--lang", "sv", .. command], [.. command, "--lang", "sv"] })
        {
            var refused = await Thub.RunAsync(arguments);

            Assert.Equal(ExitCode.Failure, refused.ExitCode);
            Assert.StartsWith(Swedish, Lines(refused.Error)[0], StringComparison.Ordinal);
            Assert.Contains("  reason: NOT_FOUND", Lines(refused.Error));
        }

        Assert.DoesNotContain(Swedish, (await Thub.RunAsync(["--lang", "en", .. command])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_RefusedAlone_IsSaidInTheLanguageGiven()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        police.Dispose();
        municipality.Dispose();
        var report = Path.Combine(hub.Directory, "unknown-category.json");
        await File.WriteAllTextAsync(
            report, (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "CommandLine", "Cases", "grpc", "correction-in-closed-area.json"),
                TestContext.Current.CancellationToken)).Replace("\"theft\"", "\"no-such\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        string[] send = ["send", report, "--as", hub.FolderOf("polisen")];

        var english = await Thub.RunAsync(send);
        var swedish = await Thub.RunAsync(["--lang", "sv", .. send]);

        Assert.Contains("refused: CATEGORY_UNKNOWN", english.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Kategorin", english.Output, StringComparison.Ordinal);
        Assert.Contains("refused: CATEGORY_UNKNOWN", swedish.Output, StringComparison.Ordinal);
        Assert.Contains("rule:   Kategorin finns inte i hubbens lista.", swedish.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "status")]
    [InlineData("sv", "--lang", "sv", "status")]
    [InlineData("sv", "status", "--lang", "sv")]
    [InlineData("sv", "agreement", "--lang", "sv", "list")]
    // A picture's file has a language of its own, and Swedish unless another is given; its refusals do not follow that default.
    [InlineData("en", "picture", "get", "--municipality", "0139", "--week", "2024-W20")]
    [InlineData("sv", "--lang", "sv", "picture", "get", "--municipality", "0139", "--week", "2024-W20")]
    [InlineData("sv", "picture", "get", "--municipality", "0139", "--week", "2024-W20", "--lang", "sv")]
    public void Language_IsTheOneGiven(string language, params string[] arguments)
    {
        var parsed = ThubCommands.Create().Parse(arguments);

        Assert.Empty(parsed.Errors);
        Assert.Equal(language, RefusalLanguage.Of(parsed));
    }

    [Theory]
    [InlineData("--lang", "de", "status")]
    [InlineData("status", "--lang", "SV")]
    [InlineData("picture", "get", "--municipality", "0139", "--week", "2024-W20", "--lang", "de")]
    public void Language_ThatIsNone_IsRefused(params string[] arguments) => Assert.NotEmpty(ThubCommands.Create().Parse(arguments).Errors);

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
