using System.Diagnostics;
using System.Text;

namespace TrygghetHub.EndToEnd.Tests.Processes;

/// <summary><c>thub</c> as a process of its own, as its users start it.</summary>
internal static class Thub
{
    // Far more than any of it takes, on any machine: it bounds a hang, it measures nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs a command to its end; one that hangs is killed, and fails the test.</summary>
    public static Task<Outcome> RunAsync(params string[] args) => RunWithInputAsync(null, args);

    /// <summary>The same, with something on stdin.</summary>
    public static async Task<Outcome> RunWithInputAsync(string? input, params string[] args)
    {
        using var process = Start(args);
        if (input is not null)
        {
            await process.StandardInput.WriteLineAsync(input);
        }

        // Nobody is there to answer a question.
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Outcome(string.Join(' ', args), process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a command that is to succeed, and gives what it printed.</summary>
    public static async Task<string> RunFineAsync(params string[] args)
    {
        var outcome = await RunAsync(args);
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        return outcome.Output;
    }

    /// <summary>Starts a command, with its output to be read.</summary>
    public static Process Start(params string[] args) => Start(new Dictionary<string, string>(), args);

    /// <summary>Starts a command with variables of its own in its environment.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "thub.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        // Who runs the tests may have one set; a command here names its own or none.
        start.Environment.Remove("THUB_AS");
        start.Environment.Remove("TRYGGHETHUB_KEY");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(AppContext.BaseDirectory, "no-configuration");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>What a command left behind.</summary>
    public sealed record Outcome(string Command, int ExitCode, string Output, string Error)
    {
        public override string ToString() => $"thub {Command}\nexit {ExitCode}\n{Output}\n{Error}";
    }
}
