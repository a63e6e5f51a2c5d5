using System.Text;
using Google.Protobuf;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Forms;

namespace TrygghetHub.Pages.Tests;

/// <summary>Pages and the pictures they are of, byte for byte.</summary>
public sealed class GoldenPagesTests
{
    // Three decimals of a mean and no more: what the protobuf writes is the same everywhere.
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation());

    public static TheoryData<string> Names => [.. ExamplePictures.All.Keys.Except(["huge"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void Input_OfAPage_IsAsTheGoldenFileSays(string name) =>
        AssertGolden(name + ".json", Json.Format(ExamplePictures.All[name]) + "\n");

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_InSwedish_IsAsTheGoldenFileSays(string name) =>
        AssertGoldenPage(name + ".sv.html", PicturePage.Render(Golden(name), PictureLanguage.Swedish));

    [Theory]
    [InlineData("full")]
    [InlineData("partner")]
    public void Page_InEnglish_IsAsTheGoldenFileSays(string name) =>
        AssertGoldenPage(name + ".en.html", PicturePage.Render(Golden(name), PictureLanguage.English));

    [Theory]
    [InlineData("approved")]
    public void WeekendSheet_InSwedish_IsAsTheGoldenFileSays(string name) =>
        AssertGoldenPage(name + ".weekend.sv.html", WeekendSheet.Render(Golden(name), PictureLanguage.Swedish));

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_OfThePictureReadAgain_IsTheSameBytes(string name)
    {
        var picture = ExamplePictures.All[name];

        var again = SituationalPicture.Parser.ParseFrom(picture.ToByteArray());

        Assert.Equal(PicturePage.Render(picture, PictureLanguage.Swedish), PicturePage.Render(again, PictureLanguage.Swedish));
    }

    // The page is made of what lies in the file, which is what a reader of the test sees.
    private static SituationalPicture Golden(string name) =>
        File.Exists(GoldenPath(name + ".json")) ? JsonParser.Default.Parse<SituationalPicture>(File.ReadAllText(GoldenPath(name + ".json"))) : ExamplePictures.All[name];

    private static string GoldenPath(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrygghetHub.Pages.Tests.csproj")))
            {
                return Path.Combine(folder.FullName, "Golden", file);
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds the project.");
    }

    // The style is one file for all pages, picture.css, and stands in none of the golden ones.
    private static void AssertGoldenPage(string file, string page)
    {
        var (from, to) = (page.IndexOf("<style>", StringComparison.Ordinal), page.IndexOf("</style>", StringComparison.Ordinal));
        Assert.InRange(from, 0, to);
        AssertGolden(file, page[..(from + "<style>".Length)] + page[to..]);
    }

    // Golden files are never overwritten here: copy what was written beside the test where it is meant.
    private static void AssertGolden(string file, string actual)
    {
        var golden = GoldenPath(file);
        var written = Path.Combine(AppContext.BaseDirectory, "Golden", file + ".actual");
        Directory.CreateDirectory(Path.GetDirectoryName(written)!);
        File.WriteAllText(written, actual, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Assert.True(File.Exists(golden) && File.ReadAllText(golden) == actual, $"{golden} differs. Compare with {written}, and copy it if it is meant.");
    }
}
