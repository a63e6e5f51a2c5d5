using System.Text;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class HelpTests
{
    // help.txt is the golden file. It is never overwritten here: copy what the failure says was written.
    [Fact]
    public async Task Help_OfEveryCommand_IsAsTheGoldenFileSays()
    {
        var text = new StringBuilder();
        await AppendAsync(text, []);
        var actual = text.ToString().ReplaceLineEndings("\n");
        var golden = Path.Combine(AppContext.BaseDirectory, "help.txt");
        var expected = (await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");

        var written = golden + ".actual";
        await File.WriteAllTextAsync(written, actual, TestContext.Current.CancellationToken);
        Assert.True(
            expected == actual, $"The help differs from help.txt. Compare with {written}, and copy it if it is meant.");
    }

    private static async Task AppendAsync(StringBuilder text, string[] command)
    {
        var help = await Thub.RunFineAsync([.. command, "--help"]);
        text.AppendLine("$ thub " + string.Join(' ', [.. command, "--help"]));
        foreach (var line in help.Split('\n'))
        {
            text.AppendLine(line.TrimEnd());
        }

        var commands = help.Split('\n')
            .SkipWhile(line => line.TrimEnd() != "Commands:").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(' ')[0]);
        foreach (var name in commands.ToList())
        {
            await AppendAsync(text, [.. command, name]);
        }
    }
}
