using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Google.Protobuf;
using Microsoft.Playwright;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Seals;

namespace TrygghetHub.Forms.Tests;

/// <summary>Pages as a browser lays them out: on a screen, on a phone, on paper, in the light, in the dark and in grey.</summary>
public sealed partial class PagesInABrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    // A4 less its margins of 13 mm, at 96 dots an inch.
    private const int Paper = 695;
    private const int Phone = 360;
    private const int Screen = 1280;

    /// <summary>How a page may be shown. Grey is what a monochrome screen asks for, which no browser can play.</summary>
    public enum Theme
    {
        Light,
        Dark,
        Grey,
        Forced,
    }

    public static MatrixTheoryData<string, int> PagesAndWidths => new(ExamplePictures.All.Keys, [Phone, Screen, Paper]);

    public static MatrixTheoryData<string, Theme> PagesAndThemes => new(ExamplePictures.All.Keys, [Theme.Light, Theme.Dark, Theme.Grey]);

    public static MatrixTheoryData<string, int> HostileTextsAndWidths =>
        new(HostilePictures.Texts.Select(t => t.Data), [Phone, Paper]);

    public static MatrixTheoryData<string, Theme> ChartsAndThemes => new(["full", "partner", "huge"], [Theme.Light, Theme.Dark, Theme.Grey]);

    [Theory]
    [MemberData(nameof(PagesAndWidths))]
    public async Task Page_AtAnyWidth_HoldsItsTextWithinItself(string name, int width)
    {
        await using var page = await OpenAsync(Rendered(name), width, Theme.Light);

        Assert.Empty(await page.LayoutFaultsAsync());
    }

    [Theory]
    [MemberData(nameof(PagesAndThemes))]
    public async Task Page_InAnyTheme_GivesAxeNothingToSay(string name, Theme theme)
    {
        await using var page = await OpenAsync(Rendered(name), Phone, theme);

        var result = await page.Page.RunAxe();

        Assert.Empty(result.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {n.Html} {n.Any.FirstOrDefault()?.Message}")));
    }

    [Theory]
    [InlineData(Theme.Light)]
    [InlineData(Theme.Dark)]
    [InlineData(Theme.Grey)]
    public async Task WeekendSheet_InAnyTheme_GivesAxeNothingToSay(Theme theme)
    {
        await using var page = await OpenAsync(WeekendSheet.Render(ExamplePictures.Approved(), PictureLanguage.Swedish), Phone, theme);

        var result = await page.Page.RunAxe();

        Assert.Empty(result.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {n.Html}")));
        Assert.Empty(await page.LayoutFaultsAsync());
    }

    // Axe does not look into charts.
    [Theory]
    [MemberData(nameof(ChartsAndThemes))]
    public async Task Digits_InCharts_StandOutFromTheirGround(string name, Theme theme)
    {
        await using var page = await OpenAsync(Rendered(name), Screen, theme);

        var weakest = await page.Page.EvaluateAsync<double>(LayoutScripts.WeakestContrast);

        Assert.True(weakest >= 4.5, $"The weakest contrast of a digit and its ground is {weakest:0.00}.");
    }

    [Theory]
    [InlineData(Theme.Light)]
    [InlineData(Theme.Dark)]
    [InlineData(Theme.Grey)]
    public async Task Shades_WithoutColour_KeepTheirOrder(Theme theme)
    {
        await using var page = await OpenAsync(Rendered("full"), Screen, theme);

        var shades = await page.Page.EvaluateAsync<double[]>(LayoutScripts.Shades);

        var ordered = theme == Theme.Dark ? shades.Order() : shades.OrderDescending();
        Assert.Equal(5, shades.Distinct().Count());
        Assert.Equal(ordered, shades);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("huge")]
    public async Task Page_InForcedColours_HoldsItsTextWithinItself(string name)
    {
        await using var page = await OpenAsync(Rendered(name), Phone, Theme.Forced);

        Assert.Empty(await page.LayoutFaultsAsync());
    }

    [Theory]
    [MemberData(nameof(HostileTextsAndWidths))]
    public async Task Name_ThatIsHostile_IsTextAndNothingElse(string text, int width)
    {
        var picture = HostilePictures.With(ExamplePictures.Approved(), text);
        foreach (var html in new[] { PicturePage.Render(picture, PictureLanguage.Swedish), WeekendSheet.Render(picture, PictureLanguage.Swedish) })
        {
            await using var page = await OpenAsync(html, width, Theme.Light);

            Assert.Equal(0, await page.Page.Locator("script, img, iframe, object, embed, link, [onload], [onerror], [onclick], main [style]").CountAsync());
            Assert.NotEqual("owned", await page.Page.TitleAsync());
            Assert.Empty(page.Requests);
            Assert.Empty(await page.LayoutFaultsAsync());
        }
    }

    // The file that people are given holds the sealed picture in a block of data, which a browser could take for a script.
    [Fact]
    public async Task SealedPage_WithAndWithoutScripts_LooksTheSameAndAsksForNothing()
    {
        var picture = ExamplePictures.Approved();
        var page = Encoding.UTF8.GetBytes(PicturePage.Render(picture, PictureLanguage.Swedish, isSealed: true));
        var file = SealedPage.Write(page, new SealedPage.HeldPicture(picture.ToByteArray(), SHA256.HashData(page)), SHA256.HashData);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".html");
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        try
        {
            await using var with = await OpenAsync("", Phone, Theme.Light);
            await using var without = await OpenAsync("", Phone, Theme.Light, scripts: false);
            var problems = new List<string>();
            with.Page.Console += (_, message) => problems.Add(message.Text);
            with.Page.PageError += (_, problem) => problems.Add(problem);
            await with.Page.GotoAsync(new Uri(path).AbsoluteUri);
            await without.Page.GotoAsync(new Uri(path).AbsoluteUri);

            Assert.Equal(1, await with.Page.Locator("script").CountAsync());
            Assert.Contains("Filen är förseglad av hubben.", await with.Page.Locator("footer").InnerTextAsync(), StringComparison.Ordinal);
            Assert.Equal(
                await with.Page.ScreenshotAsync(new() { FullPage = true }), await without.Page.ScreenshotAsync(new() { FullPage = true }));
            Assert.Equal([new Uri(path).AbsoluteUri], with.Requests);
            Assert.Empty(problems);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("full")]
    [InlineData("huge")]
    public async Task Page_OnPaper_StandsOpenAndIsTaggedInItsLanguage(string name)
    {
        await using var page = await OpenAsync(PicturePage.Render(ExamplePictures.All[name], PictureLanguage.Swedish), Paper, Theme.Light);

        var isShown = await page.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('details td')].every(e => e.checkVisibility({ contentVisibilityAuto: true }) && e.getBoundingClientRect().height > 0)");
        var pdf = System.Text.Encoding.Latin1.GetString(await page.Page.PdfAsync(new() { PreferCSSPageSize = true, Tagged = true }));

        Assert.True(isShown, "A table that is folded on the screen is folded on paper too.");
        Assert.Contains("/StructTreeRoot", pdf, StringComparison.Ordinal);
        Assert.Contains("/Lang (sv)", pdf, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Sheets
    {
        get
        {
            var sheets = new TheoryData<string, string>();
            foreach (var name in ExamplePictures.All.Keys)
            {
                sheets.Add(name, "");
                sheets.Add(name, HostilePictures.Long);
            }

            return sheets;
        }
    }

    [Theory]
    [MemberData(nameof(Sheets))]
    public async Task WeekendSheet_OnPaper_IsOnePage(string name, string names)
    {
        var picture = ExamplePictures.All[name];
        picture = names.Length == 0 ? picture : HostilePictures.With(picture, names);
        await using var page = await OpenAsync(WeekendSheet.Render(picture, PictureLanguage.Swedish), Paper, Theme.Light);

        var pdf = await page.Page.PdfAsync(new() { PreferCSSPageSize = true });

        Assert.Single(PdfPage.Matches(System.Text.Encoding.Latin1.GetString(pdf)));
        Assert.Empty(await page.LayoutFaultsAsync());
    }

    [Fact]
    public async Task SkipLink_WithAKeyboard_LeadsToTheContent()
    {
        await using var page = await OpenAsync(Rendered("full"), Phone, Theme.Light);

        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("content", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    [GeneratedRegex(@"/Type\s*/Page[^s]")]
    private static partial Regex PdfPage { get; }

    // Folded tables stand open: what is folded is not laid out, and a fault in it not found.
    private static string Rendered(string name) => PicturePage.Render(ExamplePictures.All[name], PictureLanguage.Swedish)
        .Replace("<details>", "<details open>", StringComparison.Ordinal);

    private async Task<ShownPage> OpenAsync(string html, int width, Theme theme, bool scripts = true)
    {
        var browser = await chromium.RequireAsync();
        var page = await browser.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = theme == Theme.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ForcedColors = theme == Theme.Forced ? ForcedColors.Active : ForcedColors.None,
            JavaScriptEnabled = scripts,
        });
        var shown = new ShownPage(page);
        if (width == Paper)
        {
            await page.EmulateMediaAsync(new() { Media = Media.Print });
        }

        await page.SetContentAsync(theme == Theme.Grey ? html.Replace("@media (monochrome)", "@media all", StringComparison.Ordinal) : html);
        return shown;
    }
}
