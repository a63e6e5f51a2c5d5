using System.Diagnostics;
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

    [Fact]
    public async Task Question_AtATerminal_IsEndedByCtrlC()
    {
        const string script = "/usr/bin/script";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(script), "There is no script(1) here, which makes a terminal.");
        var cancellation = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(script) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["TERM"] = "dumb";
        var thub = Path.Combine(AppContext.BaseDirectory, "thub.dll");
        foreach (var argument in (string[])["--quiet", "--return", "--command",
            $"exec {Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"} '{thub}' init", "/dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var read = new System.Text.StringBuilder();
        var buffer = new char[256];
        while (!read.ToString().Contains("Directory to make", StringComparison.Ordinal)
            && await process.StandardOutput.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            read.Append(buffer, 0, count);
        }

        await process.StandardInput.WriteAsync("\u0003");
        await process.StandardInput.FlushAsync(cancellation);
        read.Append(await process.StandardOutput.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);

        // A command that does not stop by itself is ended later, and says nothing.
        Assert.Contains("Stopped before it was done.", read.ToString(), StringComparison.Ordinal);
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
