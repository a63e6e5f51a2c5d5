using TrygghetHub.Cli;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class InvocationTests
{
    [Theory]
    [InlineData("/home/kim/hub", "dotnet run --project src/TrygghetHub.Cli --")]
    [InlineData("/home/kim", "dotnet run --project hub/src/TrygghetHub.Cli --")]
    [InlineData("/home/kim/hub/docs", "dotnet run --project ../src/TrygghetHub.Cli --")]
    public void Command_BuiltInAClone_IsRunFromIt(string currentDirectory, string expected) => Assert.Equal(expected, Invocation.Of(
        "/home/kim/hub/src/TrygghetHub.Cli/bin/Debug/net10.0/", "/home/kim/hub/src/TrygghetHub.Cli/bin/Debug/net10.0/thub",
        currentDirectory, []));

    [Fact]
    public void Command_OfAProgramThatPathHas_IsItsName()
    {
        var folder = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var program = Path.Combine(folder, "lib", "thub");
        var bin = Path.Combine(folder, "bin");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        Directory.CreateDirectory(bin);
        File.WriteAllText(program, "");

        Assert.Equal("lib/thub", Invocation.Of(Path.GetDirectoryName(program)!, program, folder, [bin]));
        Assert.Equal("./thub", Invocation.Of(Path.GetDirectoryName(program)!, program, Path.GetDirectoryName(program)!, [bin]));

        File.CreateSymbolicLink(Path.Combine(bin, "thub"), program);
        Assert.Equal("thub", Invocation.Of(Path.GetDirectoryName(program)!, program, folder, [bin]));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("ids/polisen", "ids/polisen")]
    [InlineData("my ids/polisen", "'my ids/polisen'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("", "''")]
    [InlineData("$HOME", "'$HOME'")]
    public void Argument_IsWrittenAsAShellTakesIt(string text, string expected) => Assert.Equal(expected, Invocation.Argument(text));
}
