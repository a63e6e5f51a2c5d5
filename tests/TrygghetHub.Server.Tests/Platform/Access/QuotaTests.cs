using Google.Rpc;
using Grpc.Core;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Shares of what a hub can do: whoever uses up its own is told when to try again, and nobody else notices.</summary>
public sealed class QuotaTests
{
    [Fact]
    public async Task Calls_MoreThanTheShare_AreRefusedWithATimeToTryAgainAndNobodyElses()
    {
        await using var hub = await TwoAsync(new QuotaSettings { RequestsPerSecond = 1 });
        using var police = DirectCaller.Of(hub, "polisen");
        using var other = DirectCaller.Of(hub, "skolan");

        // Ten at once, and one more a second: enough calls to be ahead of that on any machine.
        RpcException? refused = null;
        for (var i = 0; i < 500 && refused is null; i++)
        {
            refused = await Record.ExceptionAsync(async () =>
                await police.Caller.GetCallerAsync(new GetCallerRequest(), await police.OptionsAsync())) as RpcException;
            Assert.Null(await other.ReasonAsync());
        }

        AssertExceeded(refused);
    }

    [Fact]
    public async Task Stream_OfMoreBytesThanTheShare_EndsAfterItsAnswersAndNobodyElses()
    {
        await using var hub = await TwoAsync(new QuotaSettings { KibPerSecond = 1 });
        using var police = await RunningStream.OpenAsync(hub, "polisen");
        using var other = await RunningStream.OpenAsync(hub, "skolan");
        await police.SendAsync(80);
        await other.SendAsync(80);

        // More than the whole bucket counts as all of it: and it is not full.
        await police.WriteAsync(300);
        await other.SendAsync(300);

        AssertExceeded(await police.AssertEndedAsync("QUOTA_EXCEEDED", StatusCode.ResourceExhausted));
        Assert.Equal(80, police.Results.Count);
        await other.CompleteAsync();
    }

    [Fact]
    public async Task Stream_BeyondThoseAllowedAtATime_IsRefusedUntilOneHasEnded()
    {
        await using var hub = await TwoAsync(new QuotaSettings { ConcurrentStreams = 1 });
        using var first = await RunningStream.OpenAsync(hub, "polisen");
        await first.SendAsync(1);
        using (var second = await RunningStream.OpenAsync(hub, "polisen"))
        {
            AssertExceeded(await second.AssertEndedAsync("QUOTA_EXCEEDED", StatusCode.ResourceExhausted));
        }

        using var other = await RunningStream.OpenAsync(hub, "skolan");
        using var others = await RunningStream.OpenAsync(hub, "skolan");
        await other.SendAsync(1);
        await others.SendAsync(1);
        await first.SendAsync(1);
        await first.CompleteAsync();

        using var third = await RunningStream.OpenAsync(hub, "polisen");
        await third.SendAsync(1);
    }

    [Fact]
    public async Task Message_LargerThanAllowed_EndsTheStreamAfterItsAnswers()
    {
        await using var hub = await TwoAsync(new QuotaSettings { MessageKib = 4 });
        using var police = await RunningStream.OpenAsync(hub, "polisen");
        using var other = await RunningStream.OpenAsync(hub, "skolan");
        await police.SendAsync(2);

        await police.WriteAsync(300);
        await other.SendAsync(300);

        await police.AssertEndedAsync("MESSAGE_TOO_LARGE", StatusCode.ResourceExhausted);
        Assert.Equal(2, police.Results.Count);
    }

    private static void AssertExceeded(RpcException? refused)
    {
        Assert.NotNull(refused);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal("QUOTA_EXCEEDED", DirectCaller.ReasonOf(refused));
        Assert.True(refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }

    private static async Task<TestHub> TwoAsync(QuotaSettings polices)
    {
        var hub = await TestHub.StartAsync(settings: new HubSettings
        {
            PartnerQuotas = new Dictionary<string, QuotaSettings> { ["polisen"] = polices },
        });
        await hub.AgreedPairAsync();
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("est-skolan", "skolan", "upplands-bro"));
        return hub;
    }
}
