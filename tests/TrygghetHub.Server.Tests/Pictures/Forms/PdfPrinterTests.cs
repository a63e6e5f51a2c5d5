using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Pictures.Forms;
using HubException = TrygghetHub.Server.Platform.Errors.HubException;

namespace TrygghetHub.Server.Tests.Pictures.Forms;

/// <summary>Printing with a browser that never ends: who waits is told so, and nothing of the picture stays behind.</summary>
public sealed class PdfPrinterTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("trygghethub-printer-");
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Print_WhileAnotherIsPrinted_IsToldToTryAgainAndTheOtherLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The browser that never ends is a script of a shell.");
        using var printer = new PdfPrinter(
            new HubOptions { DataDirectory = directory.FullName, Settings = new HubSettings { Chromium = EndlessBrowser() } }, time, NullLogger<PdfPrinter>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var first = printer.PrintAsync(Encoding.UTF8.GetBytes("the first page"), stop.Token);
        var workplace = await WorkplaceAsync();

        var second = printer.PrintAsync(Encoding.UTF8.GetBytes("the second page"), TestContext.Current.CancellationToken);
        var third = printer.PrintAsync(Encoding.UTF8.GetBytes("the third page"), TestContext.Current.CancellationToken);

        // The first is given up after ten seconds, and the second has its turn.
        time.Advance(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(Directory.Exists(workplace));
        var next = await WorkplaceAsync();
        Assert.False(third.IsCompleted);

        // The third has waited for half a minute, of which the second has had twenty seconds.
        time.Advance(TimeSpan.FromSeconds(20));
        var busy = await Assert.ThrowsAsync<HubException>(() => third);
        Assert.Equal((ErrorReason.FormUnavailable, "The hub is printing others; try again."), (busy.Refusal.Reason, busy.Refusal.Rule));
        Assert.False(second.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(10));
        var late = await Assert.ThrowsAsync<HubException>(() => second);
        Assert.Equal((ErrorReason.FormUnavailable, "Chromium had not printed it after 30 seconds."), (late.Refusal.Reason, late.Refusal.Rule));
        Assert.False(Directory.Exists(next));
    }

    public void Dispose() => directory.Delete(recursive: true);

    // It says where it works, and stays.
    private string EndlessBrowser()
    {
        var script = Path.Combine(directory.FullName, "chromium");
        File.WriteAllText(script, $"#!/bin/sh\npwd > {directory.FullName}/where.new\nmv {directory.FullName}/where.new {directory.FullName}/where\nexec sleep 600\n");
#pragma warning disable CA1416 // skipped on Windows above
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return script;
    }

    private async Task<string> WorkplaceAsync()
    {
        var where = Path.Combine(directory.FullName, "where");
        while (!File.Exists(where))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var workplace = (await File.ReadAllTextAsync(where, TestContext.Current.CancellationToken)).Trim();
        File.Delete(where);
        return workplace;
    }
}
