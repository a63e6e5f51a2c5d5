using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Pictures.Forms;

/// <summary>Prints a page of HTML to PDF by the Chromium of the hub's machine: tagged, in the page's language, as it looks. Thread-safe.</summary>
/// <remarks>
/// A process of its own for each page, one at a time, with a profile that goes with it, no network needed and none used: the page
/// holds all that it shows and forbids the rest. It is ended when it takes longer than half a minute, and who has waited as long
/// for a turn is told to come back.
/// </remarks>
internal sealed partial class PdfPrinter(HubOptions options, TimeProvider time, ILogger<PdfPrinter> logger) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    // A browser takes 200 MB: a second one waits.
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>The page as PDF.</summary>
    /// <exception cref="HubException">FORM_UNAVAILABLE: there is no Chromium, it did not print, or others are waiting for it.</exception>
    public async Task<byte[]> PrintAsync(byte[] page, CancellationToken cancellation)
    {
        var browser = Find() ?? throw Unavailable("The hub's machine has no Chromium.");
        await WaitForTurnAsync(cancellation);
        try
        {
            return await PrintAsync(browser, page, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task WaitForTurnAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await turn.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable("The hub is printing others; try again.");
        }
    }

    private async Task<byte[]> PrintAsync(string browser, byte[] page, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-pdf-");
        var (html, pdf) = (Path.Combine(directory.FullName, "page.html"), Path.Combine(directory.FullName, "page.pdf"));
        try
        {
            await File.WriteAllBytesAsync(html, page, cancellation);
            await RunAsync(browser, directory.FullName, html, pdf, cancellation);
            return File.Exists(pdf) ? await File.ReadAllBytesAsync(pdf, cancellation) : throw Unavailable("Chromium printed nothing.");
        }
        finally
        {
            Delete(directory, html, pdf);
        }
    }

    private async Task RunAsync(string browser, string directory, string html, string pdf, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(browser)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
            ArgumentList =
            {
                "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
                "--no-first-run", "--no-pdf-header-footer", $"--user-data-dir={Path.Combine(directory, "profile")}",
                $"--print-to-pdf={pdf}",
            },
        };
        // Chromium's own sandbox refuses to run as root, which a hub in a container often is.
        if (Environment.UserName == "root")
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
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(ended.Token), process.StandardError.ReadToEndAsync(ended.Token),
                process.WaitForExitAsync(ended.Token));
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

        if (process.ExitCode != 0)
        {
            LogFailed(process.ExitCode);
        }
    }

    private string? Find() => options.Settings.Chromium is { Length: > 0 } named
        ? File.Exists(named) ? named : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
            .FirstOrDefault(File.Exists);

    private static HubException Unavailable(string rule) => new(
        ErrorReason.FormUnavailable, "form", rule,
        "Take the HTML page and print it from a browser: it looks the same. Or install Chromium on the hub's machine, or name it by the setting chromium.");

    // The picture goes first, each file by itself: what is left when the profile cannot be deleted tells nothing of it.
    private static void Delete(DirectoryInfo directory, params string[] files)
    {
        foreach (var delete in files.Select<string, Action>(file => () => File.Delete(file)).Append(() => directory.Delete(recursive: true)))
        {
            try
            {
                delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The browser's last child may still write its profile; the system's own cleaning takes the rest.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Chromium ended with {ExitCode} when it printed a picture")]
    private partial void LogFailed(int exitCode);
}
