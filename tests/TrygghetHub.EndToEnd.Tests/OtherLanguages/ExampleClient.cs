using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace TrygghetHub.EndToEnd.Tests.OtherLanguages;

/// <summary>The example clients of <c>tests/clients</c>, run as processes of their own.</summary>
internal static class ExampleClient
{
    private const string RequireAll = "TRYGGHETHUB_REQUIRE_ALL";

    // Far more than any of it takes, on any machine: it bounds a hang, it measures nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly string Root = FindRoot();
    private static readonly string Clients = Path.Combine(Root, "tests", "clients");

    /// <summary>Runs one to its end, and gives the line that it printed.</summary>
    public static Task<string> RunAsync(string language, string sender, string reader, int count)
    {
        string[] options = ["--sender", sender, "--reader", reader, "--count", $"{count}"];
        return language switch
        {
            "node" => RunNodeAsync(options),
            "python" => RunPythonAsync(options),
            _ => throw new ArgumentOutOfRangeException(nameof(language), language, null),
        };
    }

    private static async Task<string> RunNodeAsync(string[] options)
    {
        Need(Directory.Exists(Path.Combine(Clients, "node", "node_modules", "@grpc", "grpc-js")),
            "The modules of the Node client are absent (npm ci in tests/clients/node)");
        Need(await FindAsync(["node"], "--version") is not null, "Node is absent");
        return await RunFineAsync("node", [Path.Combine(Clients, "node", "client.mjs"), .. options]);
    }

    private static async Task<string> RunPythonAsync(string[] options)
    {
        var buf = Path.Combine(Root, "node_modules", ".bin", OperatingSystem.IsWindows() ? "buf.cmd" : "buf");
        Need(File.Exists(buf), "buf is absent (npm ci)");

        // A Python that was installed beside the system's comes first in the path and lacks the system's packages.
        var python = await FindAsync(["python3", "/usr/bin/python3"], "-c", "import grpc, google.protobuf");
        Need(python is not null, "No Python has grpc and google.protobuf (python3-grpcio, python3-protobuf)");

        var descriptors = Directory.CreateTempSubdirectory("trygghethub-protos-");
        try
        {
            var hub = Path.Combine(descriptors.FullName, "hub.binpb");
            var rpc = Path.Combine(descriptors.FullName, "rpc.binpb");
            await RunFineAsync(buf, ["build", "--as-file-descriptor-set", "-o", hub]);
            await RunFineAsync(buf, ["build", "tests/clients/protos", "--as-file-descriptor-set", "-o", rpc]);
            return await RunFineAsync(
                python!, [Path.Combine(Clients, "python", "client.py"), "--protos", hub, rpc, .. options]);
        }
        finally
        {
            descriptors.Delete(recursive: true);
        }
    }

    private static void Need(bool there, string missing)
    {
        if (!there && Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{missing}.");
        }

        Assert.SkipUnless(there, $"{missing}; {RequireAll}=1 makes this a failure.");
    }

    /// <summary>The first of some programs that is there and takes these arguments.</summary>
    private static async Task<string?> FindAsync(string[] programs, params string[] args)
    {
        foreach (var program in programs)
        {
            try
            {
                if ((await RunProcessAsync(program, args)).ExitCode == 0)
                {
                    return program;
                }
            }
            catch (Win32Exception)
            {
                // There is no such program.
            }
        }
        return null;
    }

    private static async Task<string> RunFineAsync(string program, string[] args)
    {
        var (exitCode, output, error) = await RunProcessAsync(program, args);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', args)}\nexit {exitCode}\n{output}\n{error}");
        return output.TrimEnd();
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunProcessAsync(string program, string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TrygghetHub.sln")))
        {
            folder = folder.Parent
                ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds TrygghetHub.sln.");
        }
        return folder.FullName;
    }
}
