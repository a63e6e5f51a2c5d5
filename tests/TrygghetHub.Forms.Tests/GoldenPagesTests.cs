using System.Text;
using Google.Protobuf;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

/// <summary>Pages, and pictures that were compiled, byte for byte.</summary>
public sealed class GoldenPagesTests
{
    // Three decimals of a mean and no more: what the protobuf writes is the same everywhere.
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation());

    public static TheoryData<string> Names => [.. ExamplePictures.All.Keys.Except(["huge"])];

    // What the compiler makes of inputs that never change.
    [Theory]
    [InlineData("compiled")]
    [InlineData("compiled-steering")]
    public void Picture_AsCompiled_IsAsTheGoldenFileSays(string name) =>
        AssertGolden(name + ".json", Json.Format(ExamplePictures.All[name]) + "\n");

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_InSwedish_IsAsTheGoldenFileSays(string name) =>
        AssertGoldenPage(name + ".sv.html", PicturePage.Render(ExamplePictures.All[name], PictureLanguage.Swedish));

    [Fact]
    public void Page_InEnglish_IsAsTheGoldenFileSays() =>
        AssertGoldenPage("approved.en.html", PicturePage.Render(ExamplePictures.Approved(), PictureLanguage.English));

    [Fact]
    public void WeekendSheet_InSwedish_IsAsTheGoldenFileSays() =>
        AssertGoldenPage("approved.weekend.sv.html", WeekendSheet.Render(ExamplePictures.Approved(), PictureLanguage.Swedish));

    private static string GoldenPath(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrygghetHub.Forms.Tests.csproj")))
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
