using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

/// <summary>Points in the journal from which on older reports may be seen: one for each widening, and no other.</summary>
public sealed class VisibilityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delay_ThatIsOver_IsWrittenOnceForTheReportsThatItReleasesAlsoOverARestart(bool restart)
    {
        var (time, hub, police) = await StartAsync(flow => flow.Delay = TimeSpan.FromHours(1).ToDuration());
        await using var _ = hub;
        var rules = Assert.Single(Points(hub));
        await police.SubmitAsync(Examples.Incident("one"));
        var first = Last(hub);
        time.Advance(TimeSpan.FromMinutes(30));
        await police.SubmitAsync(Examples.Incident("two"));
        if (restart)
        {
            await hub.RestartAsync();
        }

        time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMicroseconds(1));
        await AdvanceAsync(hub);
        Assert.Equal([rules], Points(hub));
        time.Advance(TimeSpan.FromMicroseconds(1));
        await AdvanceAsync(hub);
        var released = Points(hub)[^1];
        Assert.Equal(
            (VisibilityCause.Release, new Hold(TimeSpan.FromHours(1), TimeGranularity.Minute), first),
            (released.Cause, released.Hold, released.UpTo));
        Assert.True(released.After < first);

        // As it was just before: held.
        var received = released.Point.At - TimeSpan.FromHours(1);
        Assert.True(released.Hold.VisibleFrom(received) > released.Before(received).At);

        if (restart)
        {
            await hub.RestartAsync();
        }

        await AdvanceAsync(hub);
        Assert.Equal(2, Points(hub).Count(p => p.Hold.Delay > TimeSpan.Zero || p.Cause == VisibilityCause.Rules));
        time.Advance(TimeSpan.FromMinutes(30));
        await AdvanceAsync(hub);
        var second = Points(hub)[^1];
        Assert.Equal((VisibilityCause.Release, released.UpTo), (second.Cause, second.After));
        Assert.True(second.UpTo > first);
    }

    [Fact]
    public async Task Delay_ThatIsOverWhileTheHubStands_IsWrittenWhenItIsBack()
    {
        var (time, hub, police) = await StartAsync(flow => flow.Delay = TimeSpan.FromHours(1).ToDuration());
        await using var _ = hub;
        await police.SubmitAsync(Examples.Incident("one"));
        var seq = Last(hub);
        await hub.RestartAsync();
        time.Advance(TimeSpan.FromHours(1));

        await AdvanceAsync(hub);

        Assert.Contains(Points(hub), p => p.Cause == VisibilityCause.Release && p.After < seq && seq <= p.UpTo);
        using var connection = Reader(hub);
        Assert.Contains(Visibility.ReadOf(connection, seq), p => p.Cause == VisibilityCause.Release);
    }

    [Fact]
    public async Task Day_ThatIsOver_IsWrittenAtSwedishMidnight()
    {
        var (time, hub, police) = await StartAsync(flow => flow.FinestTime = TimeGranularity.Day);
        await using var _ = hub;
        // From a midnight on, so that the day is whole.
        time.Advance(TimePeriods.EndOf(TimeGranularity.Day, time.GetUtcNow()) - time.GetUtcNow());
        await AdvanceAsync(hub);
        var before = Points(hub);
        await police.SubmitAsync(Examples.Incident("one"));
        var seq = Last(hub);
        var midnight = TimePeriods.EndOf(TimeGranularity.Day, time.GetUtcNow());

        time.Advance(midnight.AddMicroseconds(-1) - time.GetUtcNow());
        await AdvanceAsync(hub);
        Assert.Equal(before, Points(hub));
        time.Advance(TimeSpan.FromMicroseconds(1));
        await AdvanceAsync(hub);

        var point = Assert.Single(Points(hub).Skip(before.Count));
        Assert.Equal((VisibilityCause.Release, TimeGranularity.Day), (point.Cause, point.Hold.Period));
        Assert.InRange(seq, point.After + 1, point.UpTo);
    }

    [Fact]
    public async Task Ceiling_ThatShowsTheDay_ReleasesAtMidnightWhatTheFlowShowsAtOnce()
    {
        var (time, hub, police) = await StartAsync(_ => { });
        await using var _ = hub;
        var home = Examples.Incident("home");
        home.Report.Environment = TrygghetHub.Reports.V1.Environment.Dwelling;
        await police.SubmitAsync(home);
        var seq = Last(hub);

        time.Advance(TimeSpan.FromHours(25));
        await AdvanceAsync(hub);

        Assert.Contains(
            Points(hub), p => p.Cause == VisibilityCause.Release && p.Hold.Period == TimeGranularity.Day && p.After < seq && seq <= p.UpTo);
    }

    [Theory]
    [InlineData("agreement")]
    [InlineData("basis")]
    [InlineData("secrecy")]
    public async Task Validity_ThatBegins_IsWrittenOnceAtItsFirstInstantAlsoOverARestart(string of)
    {
        var time = Clock();
        var begin = time.GetUtcNow().AddHours(1).ToTimestamp();
        await using var hub = await TestHub.StartAsync(time);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        switch (of)
        {
            case "agreement":
                agreement.ValidFrom = begin;
                break;
            case "basis":
                agreement.Parties[1].LegalBases[0].ValidFrom = begin;
                break;
            default:
                agreement.SharingTerms.SecrecyGrounds[0].ValidFrom = begin;
                break;
        }

        await hub.AgreeSignedAsync(agreement);
        var rules = Assert.Single(Points(hub));
        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMicroseconds(1));
        await AdvanceAsync(hub);
        Assert.Equal([rules], Points(hub));
        await hub.RestartAsync();
        time.Advance(TimeSpan.FromMicroseconds(1));
        await AdvanceAsync(hub);

        var began = Points(hub)[^1];
        Assert.Equal((VisibilityCause.Beginning, begin.ToDateTimeOffset()), (began.Cause, began.Began));
        // By the same rules a moment earlier: not yet.
        Assert.Equal((began.Point.Seq, begin.ToDateTimeOffset().AddMicroseconds(-1)), began.Before(DateTimeOffset.UnixEpoch));
        await hub.RestartAsync();
        await AdvanceAsync(hub);
        Assert.Equal(2, Points(hub).Count);
    }

    [Fact]
    public async Task Steps_OfAnAgreement_ArePointsWhereTheyWidenAndNoneWhereTheyDoNot()
    {
        await using var hub = await TestHub.StartAsync(Clock());
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var draft = await hub.Operator.DraftAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var proposed = await hub.Operator.ProposeAsync(draft);
        await hub.SignAsync("polisen", proposed);
        Assert.Empty(Points(hub));

        await hub.SignAsync("upplands-bro", proposed);
        var signed = Assert.Single(Points(hub));
        Assert.Equal(VisibilityCause.Rules, signed.Cause);
        // The rules before it are those of the entry that it names: the one before the last signature.
        var register = hub.Hub.Services.GetRequiredService<AgreementRegister>();
        Assert.Empty(register.RulesAsOf(signed.UpTo).Agreements.Versions);
        Assert.Single(register.RulesAsOf(signed.Point.Seq).Agreements.Versions);
        Assert.Equal(signed.UpTo, signed.Before(DateTimeOffset.UnixEpoch).RulesAt);

        await police.SuspendAgreementAsync("est");
        Assert.Single(Points(hub));
        await police.ResumeAgreementAsync("est");
        Assert.Equal([VisibilityCause.Rules, VisibilityCause.Rules], Points(hub).Select(p => p.Cause));
        await police.ResumeAgreementAsync("est");
        await police.TerminateAgreementAsync("est");
        Assert.Equal(2, Points(hub).Count);
    }

    [Fact]
    public async Task Time_ThatWidensNothing_IsNotWritten()
    {
        // Nothing is held by any flow but those of ceilings, and no report is under one.
        var (time, hub, police) = await StartAsync(flow => flow.Form = SharingForm.Counts);
        await using var _ = hub;
        await police.SubmitAsync(Examples.Incident("one"));
        var before = Points(hub);

        for (var day = 0; day < 3; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await AdvanceAsync(hub);
        }

        Assert.Equal(before, Points(hub));
    }

    [Fact]
    public async Task Hold_WithNoReportBehindIt_IsNotWritten()
    {
        var (time, hub, _) = await StartAsync(flow => flow.Delay = TimeSpan.FromHours(1).ToDuration());
        await using var _ = hub;
        var before = Points(hub);
        time.Advance(TimeSpan.FromDays(1));

        await AdvanceAsync(hub);

        Assert.Equal(before, Points(hub));
    }

    [Fact]
    public async Task Hold_ThatWasOverBeforeAnAmendment_IsToldUnderTheRulesBefore()
    {
        var (time, hub, police) = await StartAsync(flow => flow.Delay = TimeSpan.FromHours(1).ToDuration());
        await using var _ = hub;
        await police.SubmitAsync(Examples.Incident("one"));
        var seq = Last(hub);
        time.Advance(TimeSpan.FromHours(1));

        // The clock has not looked yet; the amendment comes first.
        var amended = Examples.Agreement("est", "polisen", "upplands-bro");
        await hub.AgreeAsync(amended);

        var points = Points(hub);
        var release = Assert.Single(points, p => p.Cause == VisibilityCause.Release);
        Assert.InRange(seq, release.After + 1, release.UpTo);
        Assert.True(release.Point.Seq < points[^1].Point.Seq);
        Assert.Equal(VisibilityCause.Rules, points[^1].Cause);
    }

    private static FakeTimeProvider Clock() =>
        new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

    private static async Task<(FakeTimeProvider Time, TestHub Hub, HubClient Police)> StartAsync(Action<Flow> change)
    {
        var time = Clock();
        var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        change(agreement.SharingTerms.Flows[0]);
        await hub.AgreeAsync(agreement);
        return (time, hub, police);
    }

    // The hub's own clock looks as well, once a second of its time: both write on the lane, and never twice.
    private static Task AdvanceAsync(TestHub hub) =>
        hub.Hub.Services.GetRequiredService<AgreementRegister>().AdvanceVisibilityAsync(TestContext.Current.CancellationToken);

    private static List<VisibilityPoint> Points(TestHub hub)
    {
        using var connection = Reader(hub);
        return Visibility.Read(connection, 0, long.MaxValue);
    }

    private static Microsoft.Data.Sqlite.SqliteConnection Reader(TestHub hub) =>
        hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();

    private static long Last(TestHub hub)
    {
        using var connection = Reader(hub);
        return JournalReader.Last(connection).Seq;
    }
}
