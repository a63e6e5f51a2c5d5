using System.Diagnostics;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class ParseFaultsTests
{
    [Theory]
    [InlineData("'thub' has no command 'statsu'. Did you mean 'status'?", "statsu")]
    [InlineData("'thub' has no command 'bogus'.", "bogus")]
    [InlineData("'thub' has no command 'sned'. Did you mean 'send'?", "sned", "x.json", "--as", "ids/polisen")]
    [InlineData("'thub' has no command 'sned'. Did you mean 'send'?", "sned", "--json")]
    [InlineData("'thub picture' has no command 'lsit'. Did you mean 'list'?", "picture", "lsit", "--as", "ids/polisen")]
    [InlineData("'thub' has no command 'bogus'.", "bogus", "--help")]
    [InlineData("'thub partner' has no command 'creat'. Did you mean 'create'?", "partner", "creat", "x")]
    [InlineData("'thub partner' has no command 'bogus'.", "partner", "bogus", "--help")]
    [InlineData("'thub partner' needs a command: create, code,", "partner")]
    [InlineData("'thub' has no option '--hlep'. Did you mean '--help'?", "--hlep")]
    [InlineData("'thub send' has no option '--jsn'. Did you mean '--json'?", "send", "--jsn")]
    [InlineData("'thub send' has no option '--jsn'. Did you mean '--json'?", "send", "--as", "--jsn", "x")]
    [InlineData("'thub partner create' has no option '--bogus'.", "partner", "create", "--bogus", "--help")]
    [InlineData("'thub partner list' takes no further argument: 'extra'.", "partner", "list", "extra")]
    public async Task Command_SpelledWrongly_GetsOneMessageAndTheClosestName(string message, params string[] arguments)
    {
        var outcome = await Thub.RunAsync(arguments);

        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        var lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("thub: " + message, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  → Run `thub", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("picture", "get", "--municipality", "0139", "--week", "2026-W47", "--format", "docx")]
    [InlineData("completion", "fishy")]
    public async Task Value_ThatIsNoneOfAList_IsRefusedInPlainText(params string[] arguments)
    {
        var refused = (await Thub.RunAsync(arguments)).Error;

        Assert.Contains("Must be one of: '", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u0009", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData(" \n")]
    public async Task File_WithNothingInIt_IsSaidToBeEmpty(string content)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);

        var refused = (await Thub.RunAsync("send", file)).Error;

        File.Delete(file);
        Assert.Contains("is empty.", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_ThatBeginsWithAnAtSign_IsText()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "--json", TestContext.Current.CancellationToken);

        var outcome = await Thub.RunAsync("send", "@" + file);

        File.Delete(file);
        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Contains($"There is no file @{file}.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_AfterTwoHyphens_IsNoOption() =>
        Assert.Contains("There is no file --jsn.", (await Thub.RunAsync("send", "--", "--jsn")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Completion_InBash_OffersCommandsAndOptions()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash to ask.");
        var script = await Thub.RunFineAsync("completion", "bash");
        var thub = Path.Combine(AppContext.BaseDirectory, "thub.dll");
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await bash.StandardInput.WriteAsync($$"""
            thub() { dotnet "{{thub}}" "$@"; }
            {{script}}
            ask() { COMP_LINE="$1"; COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _thub; echo "${COMPREPLY[@]}"; }
            ask "thub partner cre"
            ask "thub send --js"
            """.ReplaceLineEndings("\n") + "\n");
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["create", "--json"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
