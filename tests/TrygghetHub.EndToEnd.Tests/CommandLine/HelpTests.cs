using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class HelpTests
{
    // help.txt is the golden file. It is never overwritten here: copy what the failure says was written.
    [Fact]
    public async Task Help_OfEveryCommand_IsAsTheGoldenFileSays()
    {
        var actual = string.Concat(Commands().Select(command => Help(command.Path)));
        var golden = Path.Combine(AppContext.BaseDirectory, "help.txt");
        var expected = (await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");

        var written = golden + ".actual";
        await File.WriteAllTextAsync(written, actual, TestContext.Current.CancellationToken);
        Assert.True(
            expected == actual, $"The help differs from help.txt. Compare with {written}, and copy it if it is meant.");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("picture", "get", "--help")]
    public async Task Help_OfTheProgram_IsWhatTheGoldenFileHas(params string[] arguments) =>
        Assert.Equal(
            Help(string.Join(' ', ["thub", .. arguments.SkipLast(1)])).Split('\n').Skip(1).SkipLast(1),
            (await Thub.RunFineAsync(arguments)).ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));

    [Fact]
    public void Examples_OfEveryCommand_CanBeParsed()
    {
        var leaves = Commands().Where(c => c.Command.Action is not null).Select(c => c.Path).ToList();

        Assert.Equal(leaves.Order(StringComparer.Ordinal), CommandExamples.Commands.Order(StringComparer.Ordinal));
        Assert.All(leaves, path => Assert.All(CommandExamples.Of(path), example =>
        {
            var parsed = ThubCommands.Create().Parse([.. CommandLineParser.SplitCommandLine(example)]);
            Assert.Empty(ParseFaults.Of(parsed));
            Assert.Equal(path, ParseFaults.Path(parsed.CommandResult));
        }));
    }

    private static string Help(string path)
    {
        var output = new StringWriter();
        string[] arguments = [.. path.Split(' ').Skip(1), "--help"];
        var exitCode = ThubCommands.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output });

        Assert.Equal(0, exitCode);
        var text = new StringBuilder($"$ {path} --help\n");
        foreach (var line in output.ToString().ReplaceLineEndings("\n").Split('\n'))
        {
            // The parser names the program that runs it, which is this test's here.
            text.Append(line.TrimEnd().Replace($"  {RootCommand.ExecutableName} ", "  thub ", StringComparison.Ordinal)).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(string Path, Command Command)> Commands() => Below("thub", ThubCommands.Create());

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
        [(path, command), .. command.Subcommands.SelectMany(below => Below($"{path} {below.Name}", below))];
}
