using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>What the feed tells of consent requests.</summary>
public sealed class FeedNoticeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OfAPartyOfAnAgreement_IsToldWithItsOutcomeToThePartiesAndNobodyElse()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.AgreeAsync(Examples.Agreement("other", "skolan", "bostad"));
        await using var live = FeedReader.Open(await hub.OpenChannelAsAsync("upplands-bro"));
        await live.CaughtUpAsync(Cancellation);

        await hub.JoinAsync("polisen", "polisen-2");
        var request = Assert.Single(await hub.OpenRequestsAsync("polisen"));
        await hub.ConsentAsync("polisen", request);

        NoticeKind[] told = [NoticeKind.ConsentAsked, NoticeKind.ConsentGiven];
        await live.CountAsync(2, Cancellation);
        Assert.Equal(told, live.Entries.Select(e => e.Notice.Kind));
        Assert.All(live.Entries, e => Assert.Equal(
            (FeedChange.Notice, "polisen", request.Name, ""), (e.Change, e.Notice.Partner, e.Notice.ConsentRequest, e.Notice.By)));

        // From the journal as it came live, and from a cursor once.
        await using var again = FeedReader.Open(await hub.OpenChannelAsAsync("upplands-bro"));
        await again.CaughtUpAsync(Cancellation);
        Assert.Equal(live.Entries, again.Entries);
        await using var after = FeedReader.Open(
            await hub.OpenChannelAsAsync("upplands-bro"), new SubscribeRequest { Cursor = live.Messages.First(m => m.Entries.Count > 0).Cursor });
        await after.CaughtUpAsync(Cancellation);
        Assert.Equal(live.Entries.Skip(live.Messages.First(m => m.Entries.Count > 0).Entries.Count), after.Entries);

        await using var other = FeedReader.Open(await hub.OpenChannelAsAsync("bostad"));
        await other.CaughtUpAsync(Cancellation);
        Assert.Empty(other.Entries);
    }
}
