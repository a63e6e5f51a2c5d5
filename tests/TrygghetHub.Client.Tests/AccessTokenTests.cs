using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client.Tests;

public sealed class AccessTokenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, "invalid_client", "CERTIFICATE_REVOKED: The certificate was revoked.", "CERTIFICATE_REVOKED", "The certificate was revoked.")]
    [InlineData(401, "invalid_client", "The client is not known.", null, "The client is not known.")]
    [InlineData(401, "PARTNER_SUSPENDED", "Suspended.", "PARTNER_SUSPENDED", "Suspended.")]
    public async Task Call_TokenRefused_SaysWhyAndIsNotTransient(
        int status, string error, string description, string? reason, string said)
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnToken = _ => Task.FromResult<IResult?>(Results.Json(
            new Dictionary<string, string> { ["error"] = error, ["error_description"] = description }, statusCode: status));

        var exception = await Assert.ThrowsAsync<HubException>(() => CallAsync(partner.Client));

        Assert.Equal(reason, exception.Reason);
        Assert.EndsWith(said, exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
        Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
        Assert.Empty(partner.Hub.Authorizations);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(404, false)]
    public async Task Call_TokenNotToBeHad_IsTransientWhereItMayPass(int status, bool isTransient)
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnToken = _ => Task.FromResult<IResult?>(Results.StatusCode(status));

        Assert.Equal(isTransient, (await Assert.ThrowsAsync<HubException>(() => CallAsync(partner.Client))).IsTransient);
    }

    [Fact]
    public async Task Call_AnswerIsNoToken_SaysSo()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnToken = _ => Task.FromResult<IResult?>(Results.Text("<html>"));

        Assert.Contains("no access token", (await Assert.ThrowsAsync<HubException>(() => CallAsync(partner.Client))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ManyAtOnce_FetchOneToken()
    {
        await using var partner = await ConnectedPartner.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CallAsync(partner.Client)));

        Assert.Equal(1, partner.Hub.Tokens);
        Assert.All(partner.Hub.Authorizations, a => Assert.Equal("Bearer token-1", a));
    }

    [Theory]
    [InlineData(600, 569, 571)]
    [InlineData(100, 79, 81)]
    public async Task Call_TokenNearItsEnd_FetchesAnother(int life, int fine, int over)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var partner = await ConnectedPartner.StartAsync(time);
        partner.Hub.TokenSeconds = life;
        await CallAsync(partner.Client);

        time.Advance(TimeSpan.FromSeconds(fine));
        await CallAsync(partner.Client);
        Assert.Equal(1, partner.Hub.Tokens);

        time.Advance(TimeSpan.FromSeconds(over - fine));
        await CallAsync(partner.Client);
        Assert.Equal(2, partner.Hub.Tokens);
    }

    [Fact]
    public async Task Call_HubTakesTheTokenForExpired_FetchesAnotherOnce()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnCall = context => Require(context, "Bearer token-2");

        await CallAsync(partner.Client);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], partner.Hub.Authorizations);
    }

    [Fact]
    public async Task Call_HubTakesEveryTokenForExpired_GivesUpAfterTheSecond()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnCall = context => Require(context, "Bearer none");

        Assert.Equal("TOKEN_EXPIRED", (await Assert.ThrowsAsync<HubException>(() => CallAsync(partner.Client))).Reason);
        Assert.Equal(2, partner.Hub.Tokens);
    }

    [Fact]
    public async Task Stream_HubTakesTheTokenForExpired_GoesOnWithAnother()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnCall = context => Require(context, "Bearer token-2");

        var results = await partner.Client
            .StreamIncidentsAsync(ConnectedPartner.Incidents(10), cancellation: Stop).ToListAsync(Stop);

        Assert.Equal(10, results.Count);
        Assert.Equal(2, partner.Hub.Tokens);
    }

    [Fact]
    public async Task Stream_QuotaUsedUp_WaitsAsLongAsTheHubSays()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var partner = await ConnectedPartner.StartAsync(time);
        var refused = new TaskCompletionSource<HubException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        partner.Hub.OnCall = _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                throw FakeHub.Refusal(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", TimeSpan.FromSeconds(42), "c-7");
            }
        };

        var reading = partner.Client.StreamIncidentsAsync(ConnectedPartner.Incidents(3),
            new StreamOptions { Reconnecting = e => refused.TrySetResult(e) }, Stop).ToListAsync(Stop).AsTask();
        var exception = await refused.Task.WaitAsync(Stop);
        Assert.True(exception.IsTransient);
        Assert.Equal(TimeSpan.FromSeconds(42), exception.RetryDelay);
        Assert.Equal("c-7", exception.ResumeCursor);

        var before = time.GetUtcNow();
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            Assert.True(time.GetUtcNow() - before >= TimeSpan.FromSeconds(42) || Volatile.Read(ref calls) == 1);
        }
        Assert.Equal(3, (await reading).Count);
    }

    [Fact]
    public async Task Stream_TimeOver_ConnectsAgainAtOnceAndCountsNoFailure()
    {
        // Time stands still: any wait would hang.
        await using var partner = await ConnectedPartner.StartAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var told = 0;
        var messages = 0;
        partner.Hub.OnMessage = async (request, responses, _) =>
        {
            await responses.WriteAsync(partner.Hub.Take(request));
            if (Interlocked.Increment(ref messages) <= 3)
            {
                throw FakeHub.Refusal(StatusCode.Unavailable, "STREAM_TIME_OVER");
            }
        };

        var results = await partner.Client.StreamIncidentsAsync(ConnectedPartner.Incidents(500),
            new StreamOptions { MaxReconnects = 0, Reconnecting = _ => told++ }, Stop).ToListAsync(Stop);

        Assert.Equal(500, results.Count);
        Assert.Equal(0, told);
    }

    private static void Require(ServerCallContext context, string authorization)
    {
        if (context.RequestHeaders.GetValue("authorization") != authorization)
        {
            throw FakeHub.Refusal(StatusCode.Unauthenticated, "TOKEN_EXPIRED");
        }
    }

    private static async Task CallAsync(HubClient client) =>
        await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Stop);
}
