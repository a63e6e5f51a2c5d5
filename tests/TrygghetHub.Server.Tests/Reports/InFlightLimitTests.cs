using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class InFlightLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_BeyondTheLimit_WaitsUntilEnoughHasLeft()
    {
        var limit = new InFlightLimit(10);
        await limit.EnterAsync(6, Token);
        await limit.EnterAsync(4, Token);

        var third = limit.EnterAsync(5, Token).AsTask();
        Assert.False(third.IsCompleted);
        limit.Leave(4);
        Assert.False(third.IsCompleted);
        limit.Leave(6);
        await third;
    }

    [Fact]
    public async Task Enter_WithMoreThanTheLimit_IsLetInAlone()
    {
        var limit = new InFlightLimit(10);
        await limit.EnterAsync(100, Token);

        var next = limit.EnterAsync(1, Token).AsTask();
        Assert.False(next.IsCompleted);
        limit.Leave(100);
        await next;
    }

    [Fact]
    public async Task Enter_Cancelled_TakesNothing()
    {
        var limit = new InFlightLimit(10);
        await limit.EnterAsync(10, Token);
        using var cancelled = new CancellationTokenSource();
        var waiting = limit.EnterAsync(1, cancelled.Token).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        limit.Leave(10);

        var after = limit.EnterAsync(10, Token).AsTask();
        Assert.True(after.IsCompletedSuccessfully);
    }
}
