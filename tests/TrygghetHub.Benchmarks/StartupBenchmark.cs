using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// How long a person waits for <c>thub</c>, published as <c>publish.sh</c> does it: from starting the process to its end, beside what
/// starting any process takes. Reading commands ask a sandbox on this machine, over mutual TLS and with a token, as always.
/// </summary>
internal static class StartupBenchmark
{
    private const int Rounds = 20;
    private const int WarmUps = 2;

    // What a process takes that does nothing.
    private const string Nothing = "/bin/true";

    private static readonly string[][] Commands = [["--help"], ["whoami"], ["area", "list"], ["picture", "list"]];

    /// <param name="published">Path of a published <c>thub</c>; null publishes this checkout first.</param>
    public static async Task<int> RunAsync(string? published)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-startup-").FullName;
        try
        {
            var thub = published is null ? Publish(Path.Combine(directory, "thub")) : Path.GetFullPath(published);
            var trial = JsonDocument.Parse(Output(thub, null, ["init", Path.Combine(directory, "trial"), "--url", "https://127.0.0.1:0", "--json"])).RootElement;
            using var hub = Start(
                thub, null,
                ["serve", "--sandbox", "--data", trial.GetProperty("dataDirectory").GetString()!, "--url", trial.GetProperty("url").GetString()!,
                    "--open-url", "https://127.0.0.1:0", "--json"]);
            try
            {
                // It listens when it has said so.
                _ = await hub.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await hub.StandardError.ReadToEndAsync());
                hub.BeginErrorReadLine();
                var identity = trial.GetProperty("partners").EnumerateArray()
                    .Single(p => p.GetProperty("id").GetString() == "upplands-bro").GetProperty("folder").GetString()!;
                Print(Measure(thub, identity));
            }
            finally
            {
                hub.Kill();
                await hub.WaitForExitAsync();
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // One of each in every round: what else the machine does meets all of them.
    private static List<(string Command, List<double> Times)> Measure(string thub, string identity)
    {
        var measured = Commands.Prepend([]).Select(c => (Command: c, Times: new List<double>())).ToList();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var (command, times) in measured)
            {
                var begun = Stopwatch.GetTimestamp();
                Output(command.Length == 0 ? Nothing : thub, identity, command);
                if (round >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                }
            }
        }

        return [.. measured.Select(m => (m.Command.Length == 0 ? Nothing : "thub " + string.Join(' ', m.Command), m.Times))];
    }

    private static void Print(List<(string Command, List<double> Times)> measured)
    {
        Console.WriteLine($"{Rounds} starts each, in milliseconds, and how many times what {Nothing} takes.");
        foreach (var (_, times) in measured)
        {
            times.Sort();
        }

        var nothing = measured[0].Times[Rounds / 2];
        foreach (var (command, times) in measured)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{command,-20} median {times[Rounds / 2],7:0.0}   p95 {times[Rounds * 95 / 100 - 1],7:0.0}   {times[Rounds / 2] / nothing,6:0.0} ×"));
        }
    }

    private static string Publish(string directory)
    {
        Console.WriteLine("Publishing thub…");
        Output(Path.Combine(Repository(), "publish.sh"), null, [directory]);
        return Path.Combine(directory, "thub");
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrygghetHub.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The benchmark does not run from a checkout: name a published thub.");
    }

    private static string Output(string program, string? identity, string[] arguments)
    {
        using var process = Start(program, identity, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exits with {process.ExitCode}: {error.Result}");
    }

    private static Process Start(string program, string? identity, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (identity is not null)
        {
            start.Environment["THUB_AS"] = identity;
        }

        return Process.Start(start)!;
    }
}
