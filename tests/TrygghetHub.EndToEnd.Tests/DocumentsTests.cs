using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Cli.Connectors.Csv;
using TrygghetHub.Cli.Connectors.Open311;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.EndToEnd.Tests;

// What the documents say of the repository is true of it.
public sealed partial class DocumentsTests
{
    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    [InlineData("docs/adr/0006-source-version-and-revision-plans.md")]
    public void Document_EveryPathInIt_Exists(string document)
    {
        var text = File.ReadAllText(InRepository(document));
        var paths = PathInCode().Matches(text).Concat(PathInLink().Matches(text)).Concat(PathInCommand().Matches(text))
            .Select(match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(InRepository(path)), path));
    }

    [Fact]
    public void Security_EveryTestThatItNames_Exists()
    {
        var named = TestName().Matches(File.ReadAllText(InRepository("SECURITY.md"))).Select(m => m.Groups[1].Value).ToHashSet();
        var sources = Directory.EnumerateFiles(InRepository("tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains(sources, s => s.Contains($" {test}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Categories_InTheDocument_AreThoseOfTheHub()
    {
        var text = File.ReadAllText(InRepository("docs/categories.md"));

        Assert.All(
            CategoryList.Embedded.Categories,
            category => Assert.Contains(
                category.Taken ? $"| `{category.Code}` | {category.Name} |" : $"`{category.Code}` ({category.Name})", text,
                StringComparison.Ordinal));
        Assert.Equal(
            CategoryList.Embedded.Categories.Count(c => c.Taken), text.Split('\n').Count(l => l.StartsWith("| `", StringComparison.Ordinal)));
    }

    [Fact]
    public void Operations_EventsReasonsAndBounds_AreThoseOfTheHub()
    {
        var text = File.ReadAllText(InRepository("docs/operations.md"));
        var listed = text[text.IndexOf("Reasons of `HandshakeRefused`:", StringComparison.Ordinal)..text.IndexOf("The other reasons are", StringComparison.Ordinal)];

        Assert.Equal(
            Enum.GetValues<SecurityEvent>().Select(e => $"{(int)e} {e}"),
            EventRow().Matches(text).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}"));
        Assert.Equal(
            Enum.GetNames<HandshakeRefusal>().Prepend("HandshakeRefused").Append("Why").Order(),
            CodeName().Matches(listed).Select(m => m.Groups[1].Value).Order());
        Assert.All(
            (int[])
            [
                LogBudget.OfAnOrigin, LogBudget.OfAnOrigin * LogBudget.OthersFactor, LogBudget.OfStrangers, LogBudget.OfStrangers * LogBudget.OthersFactor,
                DoorLimits.Open.EstablishedAnOwner, DoorLimits.Open.HandshakesASecond, DoorLimits.Open.HandshakesAtOnce,
                DoorLimits.Partners.UnfinishedANetwork, DoorLimits.Partners.HandshakesASecond, DoorLimits.Partners.HandshakesAtOnce,
            ],
            bound => Assert.Matches($@"\b{bound.ToString("N0", CultureInfo.InvariantCulture)}\b", text));
    }

    [Fact]
    public void Connectors_MappingsInTheDocument_AreTakenAsTheyStand()
    {
        var blocks = JsonBlock().Matches(File.ReadAllText(InRepository("docs/connectors.md"))).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(2, blocks.Count);
        Assert.Equal(4, Open311Map.Read(MapNode.Of("open311", Encoding.UTF8.GetBytes(blocks[0]))).Services.Count);
        Assert.Equal(ReportKind.Observation, CsvMap.Read(MapNode.Of("csv", Encoding.UTF8.GetBytes(blocks[1])), "csv").Kind);
    }

    [Fact]
    public void Notice_NamesEveryPackageThatTheProjectAsksFor()
    {
        var notice = File.ReadAllText(InRepository("NOTICE"));
        var asked = PackageName().Matches(File.ReadAllText(InRepository("Directory.Packages.props")))
            .Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, package => Assert.Contains($"\n{package} ", notice, StringComparison.Ordinal));
    }

    [Fact]
    public void Decisions_AreNumberedWithoutGaps()
    {
        var numbers = Directory.GetFiles(InRepository("docs/adr"), "*.md").Select(Path.GetFileName).Order()
            .Select(name => name![..4]);

        Assert.Equal(Enumerable.Range(1, numbers.Count()).Select(i => $"{i:0000}"), numbers);
    }

    internal static string InRepository(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrygghetHub.sln")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from a checkout.");
    }

    [GeneratedRegex("<(?:PackageVersion|GlobalPackageReference) Include=\"([^\"]+)\"")]
    private static partial Regex PackageName();

    [GeneratedRegex(@"^\| (\d{4}) \| `([A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"^```json\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("`((?:src|tests|protos|docs|samples|certs)(?:/[A-Za-z0-9_.-]+)*)/?`")]
    private static partial Regex PathInCode();

    [GeneratedRegex(@"\]\(([A-Za-z][A-Za-z0-9_./-]*)\)")]
    private static partial Regex PathInLink();

    [GeneratedRegex(@"(?<= )((?:src|tests|samples)/[A-Za-z0-9_./-]+)")]
    private static partial Regex PathInCommand();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)`")]
    private static partial Regex TestName();
}
