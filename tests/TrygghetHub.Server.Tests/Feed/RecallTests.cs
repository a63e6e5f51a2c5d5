using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;
using Feeds = TrygghetHub.Feed.V1.FeedService;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>Recalls: to whom, why, once, answered how, and told to whoever ordered them.</summary>
public sealed class RecallTests
{
    [Fact]
    public async Task Correction_OutOfSight_IsRecalledFromThoseWhoHadIt()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        var before = await hub.ReadAsync("upplands-bro");

        await police.SubmitAsync(Revision("a", 2, r => r.Tlp = Tlp.Red));
        var told = Assert.Single((await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = before.Cursor })).Entries);
        Assert.Equal(
            (FeedChange.Withdrawn, name, RecallCause.NoLongerShared),
            (told.Change, told.Recall.Report, told.Recall.Cause));

        await police.SubmitAsync(Revision("a", 3, _ => { }));
        var again = await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = before.Cursor });
        Assert.Equal([FeedChange.Withdrawn, FeedChange.New], again.Entries.Select(e => e.Change));
        Assert.Empty(await hub.RecallsAsync("bostad"));
    }

    /// <summary>
    /// Who began to read when a later revision stood already never had the earlier: a recall of it would tell that there
    /// is a report.
    /// </summary>
    [Fact]
    public async Task Report_CorrectedOutOfSightBeforeSomebodyReads_IsNeverMentionedToIt()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        var name = (await police.SubmitAsync(Examples.Incident("a"))).Name;
        await hub.ReadAsync("upplands-bro");
        await police.SubmitAsync(Revision("a", 2, r => r.Tlp = Tlp.Red));
        Assert.Empty((await hub.ReadAsync("bostad")).Entries);

        await police.WithdrawIncidentAsync("a");

        Assert.Empty((await hub.ReadAsync("bostad")).Entries);
        Assert.Empty(await hub.RecallsAsync("bostad"));
        // Whoever has been told to give it up is not told how it goes on with what it may not see.
        Assert.Equal(
            [RecallCause.NoLongerShared], (await hub.RecallsAsync("upplands-bro")).Select(r => r.Cause));
        Assert.DoesNotContain(await hub.ViewersAsync(name), v => v.Partner == "bostad");
    }

    [Fact]
    public async Task Agreement_ThatRecallsAtItsEnd_OrdersOnceAndIsAnswered()
    {
        await using var hub = await FeedHub.StartAsync();
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro", "bostad", "hyra", "skolan");
        agreement.SharingTerms.RecallAtEnd = true;
        agreement.SharingTerms.RecallDays = 3;
        await hub.Test.PartnerAsync("hyra", PartnerKind.HousingCompany);
        await hub.Test.PartnerAsync("skolan", PartnerKind.School);
        var police = await hub.ThreeAsync(agreement, Examples.Agreement("other", "polisen", "upplands-bro"));
        await police.SubmitAsync(Examples.Incident("a"));
        await police.SubmitAsync(Examples.Incident("b"));
        foreach (var reader in new[] { "upplands-bro", "bostad", "hyra" })
        {
            await hub.ReadAsync(reader);
        }

        await hub.Test.Operator.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "It is over." }, cancellationToken: hub.Token);
        await hub.LookAsync();
        await hub.LookAsync();

        // One, to those who had anything; the school never read.
        var ordered = Assert.Single(await hub.RecallsAsync("polisen", new ListRecallsRequest { Ordered = true }));
        Assert.Equal(
            (RecallCause.AgreementEnded, "est", "", ""), (ordered.Cause, ordered.Agreement, ordered.Report, ordered.Sender));
        Assert.Equal(["bostad", "hyra", "upplands-bro"], ordered.Answers.Select(a => a.Partner));
        Assert.Equal(hub.Now + TimeSpan.FromDays(3), ordered.DueTime.ToDateTimeOffset());
        Assert.Empty(await hub.RecallsAsync("skolan"));
        var told = (await hub.ReadAsync("bostad")).Entries.Single();
        Assert.Equal((FeedChange.Recalled, ordered.Name), (told.Change, told.Recall.Name));
        Assert.Equal(["bostad"], told.Recall.Answers.Select(a => a.Partner));

        // An authority names its decision, whoever keeps it its rule, and nobody answers what was not ordered to it.
        await Answer("upplands-bro", RecallOutcome.Blocked);
        await hub.RefusedAsync("FIELD_REQUIRED", "upplands-bro", Ask(RecallOutcome.Deleted));
        await hub.RefusedAsync("FIELD_REQUIRED", "bostad", Ask(RecallOutcome.Deleted));
        await hub.RefusedAsync("FIELD_REQUIRED", "bostad", Ask(RecallOutcome.Kept));
        await hub.RefusedAsync("FIELD_REQUIRED", "bostad", Ask(RecallOutcome.Unspecified));
        await hub.RefusedAsync("NOT_FOUND", "skolan", Ask(RecallOutcome.NotFound));
        await hub.RefusedAsync("NOT_FOUND", "polisen", Ask(RecallOutcome.NotFound));
        await Answer("upplands-bro", RecallOutcome.Deleted, decision: "KS 2026/12");
        await Answer("upplands-bro", RecallOutcome.Deleted, decision: "KS 2026/12");
        await Answer("hyra", RecallOutcome.Deleted);

        var unanswered = new ListRecallsRequest { Ordered = true, UnansweredOnly = true };
        var overdue = new ListRecallsRequest { Ordered = true, OverdueOnly = true };
        Assert.Single(await hub.RecallsAsync("polisen", unanswered));
        Assert.Empty(await hub.RecallsAsync("polisen", overdue));
        await hub.AdvanceAsync(TimeSpan.FromDays(3));
        var late = Assert.Single(await hub.RecallsAsync("polisen", overdue));
        Assert.Equal(["bostad"], late.Answers.Where(a => a.Overdue).Select(a => a.Partner));
        Assert.Single(await hub.RecallsAsync("bostad", new ListRecallsRequest { OverdueOnly = true }));
        Assert.Empty(await hub.RecallsAsync("hyra", new ListRecallsRequest { UnansweredOnly = true }));

        await Answer("bostad", RecallOutcome.Kept, rule: "Arkivlagen 10 §");
        Assert.Empty(await hub.RecallsAsync("polisen", unanswered));
        var all = Assert.Single(await hub.RecallsAsync("polisen", new ListRecallsRequest { Ordered = true }));
        Assert.Equal(
            [("bostad", RecallOutcome.Kept), ("hyra", RecallOutcome.Deleted), ("upplands-bro", RecallOutcome.Deleted)],
            all.Answers.Select(a => (a.Partner, a.Outcome)));

        Func<Grpc.Core.ChannelBase, Grpc.Core.AsyncUnaryCall<AnswerRecallResponse>> Ask(
            RecallOutcome outcome, string decision = "", string rule = "") =>
            c => new Feeds.FeedServiceClient(c).AnswerRecallAsync(new AnswerRecallRequest
            {
                Name = ordered.Name,
                Outcome = outcome,
                DecisionReference = decision,
                Rule = rule,
            });

        async Task Answer(string partner, RecallOutcome outcome, string decision = "", string rule = "")
        {
            var answered = (await hub.CallAsync(partner, Ask(outcome, decision, rule))).Recall.Answers.Single();
            Assert.Equal((partner, outcome, decision, rule), (answered.Partner, answered.Outcome, answered.DecisionReference, answered.Rule));
            Assert.NotNull(answered.AnswerTime);
        }
    }

    [Fact]
    public async Task Agreement_ThatExpires_RecallsWhenItDoesAndAgainAfterItWasRenewed()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Ending(TimeSpan.FromHours(1)));
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.ReadAsync("upplands-bro");
        await hub.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Empty(await hub.RecallsAsync("upplands-bro"));
        await hub.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Single(await hub.RecallsAsync("upplands-bro"));

        await hub.Test.AgreeAsync(Ending(TimeSpan.FromHours(1)));
        Assert.Contains((await hub.ReadAsync("upplands-bro")).Entries, e => e.Change == FeedChange.New);
        await hub.AdvanceAsync(TimeSpan.FromHours(1));
        await hub.Test.RestartAsync();
        await hub.LookAsync();
        Assert.Equal(2, (await hub.RecallsAsync("upplands-bro")).Count);

        CooperationAgreement Ending(TimeSpan after)
        {
            var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
            agreement.SharingTerms.RecallAtEnd = true;
            agreement.ValidTo = (hub.Now + after).ToTimestamp();
            return agreement;
        }
    }

    [Fact]
    public async Task Agreement_ThatDoesNotSaySo_RecallsNothingAtItsEnd()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.ReadAsync("upplands-bro");
        await hub.Test.Operator.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "It is over." }, cancellationToken: hub.Token);
        await hub.LookAsync();
        Assert.Empty(await hub.RecallsAsync("upplands-bro"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sender_ThatLeaves_RecallsOnItsWishWhatItSent(bool recall)
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "bostad"));
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.ReadAsync("upplands-bro");
        await hub.Test.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/polisen", Reason = "It leaves.", RecallReports = recall },
            cancellationToken: hub.Token);
        await hub.LookAsync();
        await hub.LookAsync();

        var told = (await hub.ReadAsync("upplands-bro")).Entries.ToList();
        if (recall)
        {
            var order = Assert.Single(told);
            Assert.Equal(
                (FeedChange.Recalled, RecallCause.SenderLeft, "polisen", ""),
                (order.Change, order.Recall.Cause, order.Recall.Sender, order.Recall.Report));
        }
        else
        {
            Assert.DoesNotContain(told, e => e.Recall is not null);
        }

        Assert.Empty(await hub.RecallsAsync("bostad"));
    }

    private static Incident Revision(string sourceRef, int revision, Action<Report> change)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Revision = revision;
        change(incident.Report);
        return incident;
    }
}
