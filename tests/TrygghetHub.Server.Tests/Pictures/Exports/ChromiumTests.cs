using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Pictures.Exports;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;
using HubException = TrygghetHub.Server.Platform.Errors.HubException;

namespace TrygghetHub.Server.Tests.Pictures.Exports;

/// <summary>The process that prints, by a browser that never ends, and what it leaves.</summary>
public sealed class ChromiumTests : IDisposable
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("trygghethub-printer-");
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly LogCollector log = new();
    private readonly LoggerFactory loggers;
    private readonly DataDirectory data;
    private readonly Chromium chromium;

    public ChromiumTests()
    {
        loggers = new LoggerFactory([log]);
        data = DataDirectory.Open(Path.Combine(place.FullName, "hub"));
        chromium = new Chromium(
            new HubOptions { DataDirectory = data.Path, Settings = new HubSettings { Chromium = EndlessBrowser() } }, data, time,
            loggers.CreateLogger<Chromium>());
    }

    /// <summary>The first line of what it says tells why; the rest, and what would draw on a terminal, stays out of the log.</summary>
    [Fact]
    public async Task Print_ThatFails_LogsTheFirstLineOfWhatTheBrowserSays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The browser that fails is a script of a shell.");
        var script = Path.Combine(place.FullName, "chromium");
        await File.WriteAllTextAsync(
            script, "#!/bin/sh\nprintf 'No usable \\033[31msandbox!%02000d\\nsecond line\\n' 0 >&2\nexit 133\n", Cancellation);

        var refused = await Assert.ThrowsAsync<HubException>(() => chromium.PrintAsync(Encoding.UTF8.GetBytes("a page"), Cancellation));

        Assert.Equal("Chromium printed nothing.", refused.Refusal.Rule);
        var line = Assert.Single(log.Events);
        Assert.Equal((LogLevel.Warning, "133"), (line.Level, line.Fields["ExitCode"]));
        Assert.StartsWith("No usable \\u001B[31msandbox!000", line.Fields["Complaint"], StringComparison.Ordinal);
        Assert.InRange(line.Fields["Complaint"].Length, 1_000, 1_100);
        Assert.DoesNotContain("second", line.Text, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Print_ThatTakesTooLongOrIsGivenUp_LeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The browser that never ends is a script of a shell.");
        var late = chromium.PrintAsync(Encoding.UTF8.GetBytes("a page"), Cancellation);
        var workplace = await WorkplaceAsync();
        Assert.StartsWith(data.Path, workplace, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(30));
        var refused = await Assert.ThrowsAsync<HubException>(() => late);
        Assert.Equal((ErrorReason.FormatUnavailable, "Chromium had not printed it after 30 seconds."), (refused.Refusal.Reason, refused.Refusal.Rule));
        Assert.False(Directory.Exists(workplace));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var given = chromium.PrintAsync(Encoding.UTF8.GetBytes("another page"), stop.Token);
        workplace = await WorkplaceAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(Directory.Exists(workplace));
    }

    [Fact]
    public async Task Start_AfterAHubThatWasKilled_RemovesItsFilesAndNothingElse()
    {
        var left = Directory.CreateDirectory(data.Combine("printing", "0198", "profile"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "page.html"), "a picture", Cancellation);
        await File.WriteAllTextAsync(data.Combine("hub.db"), "kept", Cancellation);

        await chromium.StartAsync(Cancellation);

        Assert.False(Directory.Exists(data.Combine("printing")));
        Assert.True(File.Exists(data.Combine("hub.db")));
    }

    [Fact]
    public async Task Start_OfAHub_SaysOnceWhatPrintsAsWhomAndWhetherInItsSandbox()
    {
        await chromium.StartAsync(Cancellation);

        var line = Assert.Single(log.Lines);
        Assert.Contains($"as {Environment.UserName}", line, StringComparison.Ordinal);
        Assert.Contains(Environment.IsPrivilegedProcess ? "without its sandbox: the hub runs as root" : "sandbox", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "15000", null, true)]
    [InlineData(false, null, null, true)]
    [InlineData(false, "15000", "1", true)]
    [InlineData(true, "15000", "1", false)]
    [InlineData(false, "0", "1", false)]
    [InlineData(false, "15000", "0", false)]
    public void Sandbox_OfEachMachine_IsOffOnlyWhereItMustBe(bool isRoot, string? namespaces, string? clone, bool isOn) =>
        Assert.Equal(
            (isOn, isOn), (BrowserSandbox.Of(isRoot, namespaces, clone).IsOn, BrowserSandbox.Of(isRoot, namespaces, clone).Remedy.Length == 0));

    public void Dispose()
    {
        data.Dispose();
        loggers.Dispose();
        log.Dispose();
        place.Delete(recursive: true);
    }

    // It says where it works, and stays.
    private string EndlessBrowser()
    {
        var script = Path.Combine(place.FullName, "chromium");
        File.WriteAllText(script, $"#!/bin/sh\npwd > {place.FullName}/where.new\nmv {place.FullName}/where.new {place.FullName}/where\nexec sleep 600\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return script;
    }

    private async Task<string> WorkplaceAsync()
    {
        var where = Path.Combine(place.FullName, "where");
        while (!File.Exists(where))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        var workplace = (await File.ReadAllTextAsync(where, Cancellation)).Trim();
        File.Delete(where);
        return workplace;
    }
}
