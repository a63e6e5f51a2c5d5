using System.Net;
using System.Net.Sockets;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary><c>thub init</c> where it cannot do what is asked.</summary>
public sealed class InitCommandTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("thub-init-").FullName;

    private string Trial => Path.Combine(directory, "trial");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("names polisen more than once", "polisen=police", "polisen=school")]
    [InlineData("--kind polisen names no party and kind", "polisen")]
    [InlineData("--kind polisen= names no party and kind", "polisen=")]
    public async Task Init_WithAKindThatCannotBeTaken_NamesIt(string rule, params string[] kinds)
    {
        var refused = await ThubHere.RunAsync(["init", Trial, .. kinds.SelectMany(kind => (string[])["--kind", kind])]);

        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Contains(rule, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault in thub", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Trial));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Init_AtAnAddressInUse_LeavesNothing(bool isThere)
    {
        if (isThere)
        {
            Directory.CreateDirectory(Trial);
        }

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var refused = await ThubHere.RunAsync("init", Trial, "--url", $"https://{taken.LocalEndpoint}");

        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Equal(isThere, Directory.Exists(Trial));
        Assert.Empty(isThere ? Directory.EnumerateFileSystemEntries(Trial) : []);
    }
}
