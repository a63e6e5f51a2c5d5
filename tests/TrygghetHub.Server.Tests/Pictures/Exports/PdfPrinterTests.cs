using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Exports;
using HubException = TrygghetHub.Server.Platform.Errors.HubException;

namespace TrygghetHub.Server.Tests.Pictures.Exports;

/// <summary>Whose turn it is, with a browser that prints when it is told to.</summary>
public sealed class PdfPrinterTests : IDisposable
{
    private static readonly PartnerId Police = new("polisen");
    private static readonly PartnerId Municipality = new("upplands-bro");
    private static readonly PartnerId Housing = new("bostad-bro");

    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly FakeBrowser browser = new();
    private readonly PdfPrinter printer;

    public PdfPrinterTests() => printer = new PdfPrinter(browser, time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_OfSeveralPartners_ArePrintedByTurnsAndOneAtATime()
    {
        var pages = new[] { (Police, 1), (Police, 2), (Police, 3), (Municipality, 4), (Housing, 5), (Police, 6), (Municipality, 7) }
            .Select(p => printer.PrintAsync(p.Item1, [(byte)p.Item2], Cancellation)).ToList();

        Assert.Equal(6, printer.Waiting);
        foreach (var page in (byte[])[1, 4, 5, 2, 7, 3, 6])
        {
            Assert.Equal(page, await browser.FinishAsync());
        }

        await Task.WhenAll(pages);
        Assert.Equal(0, printer.Waiting);
    }

    [Fact]
    public async Task Page_BeyondThoseThatMayWait_IsRefusedWithTheLengthOfTheQueueAndOthersAreNot()
    {
        var pages = Enumerable.Range(0, 1 + PdfPrinter.MostWaiting).Select(i => printer.PrintAsync(Police, [(byte)i], Cancellation)).ToList();
        pages.Add(printer.PrintAsync(Municipality, [100], Cancellation));

        var refused = await Assert.ThrowsAsync<HubException>(() => printer.PrintAsync(Police, [200], Cancellation));

        Assert.Equal(ErrorReason.QuotaExceeded, refused.Refusal.Reason);
        Assert.Contains("4 pages of yours wait to be printed already, of 5 in all", refused.Refusal.Rule, StringComparison.Ordinal);
        Assert.NotNull(refused.Refusal.RetryDelay);
        Assert.Equal(0, await browser.FinishAsync());
        Assert.Equal(100, await browser.FinishAsync());
        for (var i = 1; i <= PdfPrinter.MostWaiting; i++)
        {
            Assert.Equal(i, await browser.FinishAsync());
        }

        await Task.WhenAll(pages);
    }

    [Fact]
    public async Task Page_WhoseTurnDoesNotCome_IsToldWhenToTryAgainAndTheOthersGoOn()
    {
        var first = printer.PrintAsync(Police, [1], Cancellation);
        var second = printer.PrintAsync(Municipality, [2], Cancellation);

        time.Advance(PdfPrinter.LongestWait);
        var refused = await Assert.ThrowsAsync<HubException>(() => second);
        var third = printer.PrintAsync(Municipality, [3], Cancellation);

        Assert.Equal((ErrorReason.Unavailable, true), (refused.Refusal.Reason, refused.Refusal.RetryDelay is not null));
        Assert.Equal(1, await browser.FinishAsync());
        Assert.Equal(3, await browser.FinishAsync());
        await Task.WhenAll(first, third);
    }

    [Fact]
    public async Task Page_ThatIsGivenUpOrFails_PassesTheTurnOn()
    {
        using var gone = new CancellationTokenSource();
        var first = printer.PrintAsync(Police, [1], Cancellation);
        var second = printer.PrintAsync(Police, [2], gone.Token);
        var third = printer.PrintAsync(Municipality, [3], Cancellation);
        var fourth = printer.PrintAsync(Police, [4], Cancellation);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, await browser.FinishAsync(new InvalidOperationException("crashed")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);

        Assert.Equal(3, await browser.FinishAsync());
        Assert.Equal(4, await browser.FinishAsync());
        await Task.WhenAll(third, fourth);
    }

    public void Dispose()
    {
        printer.Dispose();
        browser.Dispose();
    }

    /// <summary>Prints one page whenever the test lets it, and never two at a time.</summary>
    private sealed class FakeBrowser : IBrowser, IDisposable
    {
        private readonly SemaphoreSlim begun = new(0);
        private (byte Page, TaskCompletionSource Done)? current;

        public async Task<byte[]> PrintAsync(byte[] page, CancellationToken cancellation)
        {
            Assert.Null(current);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            current = (page[0], done);
            begun.Release();
            await done.Task;
            return page;
        }

        public async Task<byte> FinishAsync(Exception? fault = null)
        {
            await begun.WaitAsync(Cancellation);
            var (page, done) = current!.Value;
            current = null;
            if (fault is null)
            {
                done.SetResult();
            }
            else
            {
                done.SetException(fault);
            }

            return page;
        }

        public void Dispose() => begun.Dispose();
    }
}
