using Microsoft.Playwright;

namespace TrygghetHub.Forms.Tests;

/// <summary>The browser that pages are looked at with: one for all tests of an assembly.</summary>
/// <remarks>
/// Never downloaded: the one that is installed, at <c>TRYGGHETHUB_CHROMIUM</c> or where systems keep it. A test that needs it
/// begins with <see cref="RequireAsync"/>, which skips the test where there is none, and fails it under
/// <c>TRYGGHETHUB_REQUIRE_ALL=1</c>.
/// </remarks>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    private static string? Installed =>
        Environment.GetEnvironmentVariable("TRYGGHETHUB_CHROMIUM") is { Length: > 0 } named ? named : Places.FirstOrDefault(File.Exists);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The browser, started at the first call.</summary>
    public async Task<IBrowser> RequireAsync()
    {
        if (Installed is not { } path)
        {
            const string Reason = "No Chromium is installed, and TRYGGHETHUB_CHROMIUM names none";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("TRYGGHETHUB_REQUIRE_ALL") == "1", Reason + "; TRYGGHETHUB_REQUIRE_ALL=1 makes this a failure.");
            throw new FileNotFoundException(Reason + ".");
        }

        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        starting.Dispose();
    }
}
