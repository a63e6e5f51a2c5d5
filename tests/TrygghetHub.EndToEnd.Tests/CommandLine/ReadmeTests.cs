using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>The README's commands, run as they are written.</summary>
public sealed partial class ReadmeTests
{
    // It bounds a hang, it measures nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    // What a test cannot do: run all tests within a test, publish, and end with the demo's build.
    private static readonly string[] NotRun = ["dotnet run --project src/TrygghetHub.Cli -- demo\ndotnet test"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readme_EveryBlockOfCommands_WorksAsItIsWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The blocks are for a shell.");
        var directory = Directory.CreateTempSubdirectory("trygghethub-readme-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(directory, "samples"), Path.Combine(AppContext.BaseDirectory, "samples"));
        var bin = Directory.CreateDirectory(Path.Combine(directory, ".bin")).FullName;
        var program = Path.Combine(bin, "thub");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        await File.WriteAllTextAsync(
            program, $"#!/bin/sh\nexec \"{host}\" \"{Path.Combine(AppContext.BaseDirectory, "thub.dll")}\" \"$@\"\n", Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var blocks = ConsoleBlock().Matches(await File.ReadAllTextAsync(DocumentsTests.InRepository("README.md"), Token))
            .Select(match => match.Groups[1].Value.TrimEnd().ReplaceLineEndings("\n")).ToList();
        Assert.Superset(NotRun.ToHashSet(), blocks.ToHashSet());
        Process? hub = null;
        try
        {
            foreach (var block in blocks.Except(NotRun))
            {
                // What serves goes on while the blocks that follow are run; the next one takes its place and its port.
                var lines = block.Split('\n').ToLookup(line => line.StartsWith("thub serve ", StringComparison.Ordinal));
                await RunAsync(directory, string.Join('\n', lines[false]));
                foreach (var serve in lines[true])
                {
                    await StopAsync(hub);
                    hub = await ServeAsync(directory, serve);
                }
            }

            Assert.NotNull(hub);
            Assert.Contains("<html", await File.ReadAllTextAsync(Path.Combine(directory, "week.html"), Token), StringComparison.Ordinal);
        }
        finally
        {
            await StopAsync(hub);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Readme_ItsFormWithoutAProgram_ReadsFilesOfTheDirectoryItIsRunIn()
    {
        var root = DocumentsTests.InRepository("");
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        using var run = Start("dotnet", root, null, "run", "--no-build", "--configuration", built.Parent!.Name,
            "--project", "src/TrygghetHub.Cli", "--", "agreement", "diff", "samples/agreement.json", "samples/agreement.json");
        var (exitCode, output) = await EndAsync(run);

        Assert.True(exitCode == 0, output);
    }

    private static async Task RunAsync(string directory, string script)
    {
        if (script.Length == 0)
        {
            return;
        }

        using var shell = Start("/bin/bash", directory, null, "-euo", "pipefail", "-c", script);
        var (exitCode, output) = await EndAsync(shell);
        Assert.True(exitCode == 0, $"{script}\nexit {exitCode}\n{output}");
    }

    private static async Task<Process> ServeAsync(string directory, string command)
    {
        var output = new StringBuilder();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = Start("/bin/bash", directory, line =>
        {
            lock (output)
            {
                output.AppendLine(line);
            }

            if (line is null)
            {
                ready.TrySetException(new InvalidOperationException($"{command}\n{output}"));
            }
            else if (line == "Ctrl+C stops it.")
            {
                ready.TrySetResult();
            }
        }, "-c", "exec " + command);
        await ready.Task.WaitAsync(Patience, Token);
        return process;
    }

    private static async Task StopAsync(Process? process)
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    private static Process Start(string program, string directory, Action<string?>? follow, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(directory, ".bin")}:{start.Environment["PATH"]}";
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(directory, ".config");
        start.Environment.Remove("THUB_AS");
        start.Environment.Remove("TRYGGHETHUB_KEY");
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        if (follow is not null)
        {
            process.OutputDataReceived += (_, line) => { };
            process.ErrorDataReceived += (_, line) => follow(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private static async Task<(int ExitCode, string Output)> EndAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    [GeneratedRegex(@"^```console\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ConsoleBlock();
}
