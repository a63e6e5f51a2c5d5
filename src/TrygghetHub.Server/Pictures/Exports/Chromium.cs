using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Pictures.Exports;

/// <summary>
/// The Chromium of the hub's machine, which prints a page as it looks: tagged, and in the page's language. Thread-safe.
/// </summary>
/// <remarks>
/// A process of its own for each page, with a profile that goes with it, no network needed and none used: the page holds all that
/// it shows and forbids the rest. It is ended when it takes longer than half a minute. Its files are in <c>DIR/printing</c>, which
/// no other hub uses, so that what a killed hub has left there is removed when it starts again.
/// </remarks>
internal sealed partial class Chromium(HubOptions options, DataDirectory directory, TimeProvider time, ILogger<Chromium> logger)
    : IBrowser, IHostedService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    private readonly BrowserSandbox sandbox = BrowserSandbox.OfThisProcess();

    private string Workplace => directory.Combine("printing");

    /// <summary>What prints, as whom and whether behind a sandbox, in one sentence.</summary>
    public string Description => Find() is { } browser
        ? $"{browser} as {Environment.UserName}, {(sandbox.IsOn ? "in its sandbox" : $"without its sandbox: {sandbox.Why}")}"
        : "no Chromium: pictures are given in every form but PDF";

    /// <summary>What to do so that it prints in its sandbox; empty when it does, and when nothing prints.</summary>
    public string Remedy => Find() is null ? "" : sandbox.Remedy;

    /// <summary>Removes what a killed hub has left, and says what will print.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Workplace))
        {
            Delete(new DirectoryInfo(Workplace));
        }

        if (Remedy.Length > 0)
        {
            LogUnprotected(Description, Remedy);
        }
        else
        {
            LogPrints(Description);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<byte[]> PrintAsync(byte[] page, CancellationToken cancellation)
    {
        var browser = Find() ?? throw Unavailable("The hub's machine has no Chromium.");
        var place = Path.Combine(Workplace, Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));
        DataDirectory.CreateOwnerOnly(Workplace);
        DataDirectory.CreateOwnerOnly(place);
        var (html, pdf) = (Path.Combine(place, "page.html"), Path.Combine(place, "page.pdf"));
        try
        {
            await File.WriteAllBytesAsync(html, page, cancellation);
            var (exitCode, complaint) = await RunAsync(browser, place, html, pdf, cancellation);
            var isPrinted = File.Exists(pdf);
            if (exitCode != 0 || !isPrinted)
            {
                LogFailed(exitCode, LogText.Value(complaint));
            }

            return isPrinted ? await File.ReadAllBytesAsync(pdf, cancellation) : throw Unavailable("Chromium printed nothing.");
        }
        finally
        {
            Delete(new DirectoryInfo(place), html, pdf);
        }
    }

    private async Task<(int ExitCode, string Complaint)> RunAsync(string browser, string place, string html, string pdf, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(browser)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = place,
            ArgumentList =
            {
                "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
                "--no-first-run", "--no-pdf-header-footer", $"--user-data-dir={Path.Combine(place, "profile")}",
                $"--print-to-pdf={pdf}",
            },
        };
        if (!sandbox.IsOn)
        {
            start.ArgumentList.Add("--no-sandbox");
        }

        start.ArgumentList.Add(new Uri(html).AbsoluteUri);
        using var limit = new CancellationTokenSource(Longest, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var process = Process.Start(start) ?? throw Unavailable("Chromium could not be started.");
        try
        {
            // Read to their ends, or a full pipe would hold it up.
            var complaint = FirstLineAsync(process.StandardError, ended.Token);
            await Task.WhenAll(FirstLineAsync(process.StandardOutput, ended.Token), complaint, process.WaitForExitAsync(ended.Token));
            return (process.ExitCode, await complaint);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable($"Chromium had not printed it after {Longest.TotalSeconds:0} seconds.");
        }
        finally
        {
            if (!process.HasExited)
            {
                // Until it has ended it writes to what is to be deleted.
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    // The rest is read and forgotten.
    private static async Task<string> FirstLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        var first = await reader.ReadLineAsync(cancellation) ?? "";
        await reader.BaseStream.CopyToAsync(Stream.Null, cancellation);
        return first;
    }

    private string? Find() => options.Settings.Chromium is { Length: > 0 } named
        ? File.Exists(named) ? named : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
            .FirstOrDefault(File.Exists);

    private static HubException Unavailable(string rule) => new(
        ErrorReason.FormatUnavailable, "form", rule,
        "Take the HTML page and print it from a browser: it looks the same. Or install Chromium on the hub's machine, or name it by the setting chromium.");

    // The picture goes first, each file by itself: what is left when the profile cannot be deleted tells nothing of it.
    private static void Delete(DirectoryInfo place, params string[] files)
    {
        foreach (var delete in files.Select<string, Action>(file => () => File.Delete(file)).Append(() => place.Delete(recursive: true)))
        {
            try
            {
                delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The browser's last child may still write its profile; the next start removes it.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "PDF is printed by {Browser}")]
    private partial void LogPrints(string browser);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PDF is printed by {Browser}. {Remedy}")]
    private partial void LogUnprotected(string browser, string remedy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Chromium ended with {ExitCode} when it was to print a picture: {Complaint}")]
    private partial void LogFailed(int exitCode, string complaint);
}
