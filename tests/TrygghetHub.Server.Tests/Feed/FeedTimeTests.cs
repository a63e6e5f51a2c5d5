using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Reports;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>What time alone brings: each report is told when it may be seen, and once.</summary>
public sealed class FeedTimeTests
{
    [Fact]
    public async Task Delay_ThatPasses_ShowsTheReportOnce()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(With(f => f.Delay = Duration.FromTimeSpan(TimeSpan.FromHours(2))));
        await police.SubmitAsync(Examples.Incident("a"));

        Assert.Empty((await hub.ReadAsync("upplands-bro")).Entries);
        await hub.AdvanceAsync(TimeSpan.FromMinutes(119));
        var before = await hub.ReadAsync("upplands-bro");
        Assert.Empty(before.Entries);
        await hub.AdvanceAsync(TimeSpan.FromMinutes(1));

        var after = await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = before.Cursor });
        Assert.Equal([FeedChange.New], after.Entries.Select(e => e.Change));
        Assert.Empty((await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = after.Cursor })).Entries);
    }

    [Fact]
    public async Task Correction_UnderADelay_IsToldWhenItIsOverAndRecallsNothing()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(With(f => f.Delay = Duration.FromTimeSpan(TimeSpan.FromHours(2))));
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.AdvanceAsync(TimeSpan.FromHours(2));
        var first = await hub.ReadAsync("upplands-bro");
        Assert.Single(first.Entries);

        var corrected = Examples.Incident("a");
        corrected.Report.Revision = 2;
        await police.SubmitAsync(corrected);
        var held = await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = first.Cursor });
        Assert.Empty(held.Entries);
        await hub.AdvanceAsync(TimeSpan.FromHours(2));

        var told = await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = held.Cursor });
        Assert.Equal(2, Assert.Single(told.Entries).Incident.Report.Revision);
        Assert.Empty(await hub.RecallsAsync("upplands-bro"));
    }

    [Fact]
    public async Task DayLimited_IsHeldUntilTheSwedishDayIsOver()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(With(f => f.FinestTime = TimeGranularity.Day));
        await police.SubmitAsync(Examples.Incident("noon"));
        await hub.AdvanceAsync(TimeSpan.FromMinutes((12 * 60) - 1));
        await police.SubmitAsync(Examples.Incident("last minute"));

        var before = await hub.ReadAsync("upplands-bro");
        Assert.Empty(before.Entries);
        await hub.AdvanceAsync(TimeSpan.FromMinutes(1));
        await police.SubmitAsync(Examples.Incident("next day"));

        var after = await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = before.Cursor });
        Assert.Equal(2, after.Entries.Count());
        await hub.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Single((await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = after.Cursor })).Entries);
    }

    /// <summary>The part of a day that ends at midnight, and the day, which a ceiling may ask for, end together.</summary>
    [Fact]
    public async Task PartOfDay_ThatEndsWithTheDay_IsToldOnce()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(With(f => f.FinestTime = TimeGranularity.PartOfDay));
        await hub.AdvanceAsync(TimeSpan.FromHours(8));
        await police.SubmitAsync(Examples.Incident("evening"));
        await hub.AdvanceAsync(TimeSpan.FromHours(5));

        Assert.Single((await hub.ReadAsync("upplands-bro")).Entries);
    }

    /// <summary>An amendment that begins at midnight, when the days of the version before it are over.</summary>
    [Fact]
    public async Task Amendment_ThatBeginsWhenTheDayIsOver_TellsOnce()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(With(f => f.FinestTime = TimeGranularity.Day));
        var next = With(f => f.FinestTime = TimeGranularity.Day);
        next.ValidFrom = (FeedHub.Noon + TimeSpan.FromHours(12)).ToTimestamp();
        await hub.Test.AgreeAsync(next);
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.AdvanceAsync(TimeSpan.FromHours(13));

        Assert.Single((await hub.ReadAsync("upplands-bro")).Entries);
    }

    /// <summary>A hub that was stopped, or slow, finds a beginning and the end of a delay at one look.</summary>
    [Fact]
    public async Task Clock_ThatLooksLate_TellsOnce()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var later = Examples.Agreement("later", "polisen", "bostad");
        later.ValidFrom = (hub.Now + TimeSpan.FromMinutes(10)).ToTimestamp();
        later.SharingTerms.Flows[0].Delay = Duration.FromTimeSpan(TimeSpan.FromMinutes(20));
        await hub.Test.AgreeAsync(later);
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Single((await hub.ReadAsync("bostad")).Entries);
    }

    [Fact]
    public async Task Validity_FinerThanTheJournalsTime_ShowsWhatCameBefore()
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var later = Examples.Agreement("later", "polisen", "bostad");
        later.ValidFrom = (hub.Now + TimeSpan.FromMinutes(10) + TimeSpan.FromTicks(3)).ToTimestamp();
        await hub.Test.AgreeAsync(later);
        await police.SubmitAsync(Examples.Incident("a"));
        await hub.AdvanceAsync(TimeSpan.FromMinutes(11));

        Assert.Single((await hub.ReadAsync("bostad")).Entries);
    }

    [Theory]
    [InlineData("expires")]
    [InlineData("is terminated")]
    [InlineData("is terminated later")]
    [InlineData("is amended")]
    [InlineData("is amended later")]
    public async Task Prohibition_ThatEnds_ShowsWhatItKeptBack(string how)
    {
        await using var hub = await FeedHub.StartAsync();
        var police = await hub.ThreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var banning = Banning();
        if (how == "expires")
        {
            banning.ValidTo = (hub.Now + TimeSpan.FromMinutes(10)).ToTimestamp();
        }

        await hub.Test.AgreeAsync(banning);
        await police.SubmitAsync(Examples.Incident("a"));
        var before = await hub.ReadAsync("upplands-bro");
        Assert.Empty(before.Entries);

        if (how.StartsWith("is terminated", StringComparison.Ordinal))
        {
            var request = new TerminateAgreementRequest { Name = "agreements/no", Reason = "Agreed otherwise." };
            if (how == "is terminated later")
            {
                request.EndTime = (hub.Now + TimeSpan.FromMinutes(10)).ToTimestamp();
            }

            await hub.Test.Operator.Agreements.TerminateAgreementAsync(request, cancellationToken: hub.Token);
        }
        else if (how.StartsWith("is amended", StringComparison.Ordinal))
        {
            var amended = Banning();
            amended.SharingTerms.Prohibitions.Clear();
            if (how == "is amended later")
            {
                amended.ValidFrom = (hub.Now + TimeSpan.FromMinutes(10)).ToTimestamp();
            }

            await hub.Test.AgreeAsync(amended);
        }

        await hub.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Single((await hub.ReadAsync("upplands-bro", new SubscribeRequest { Cursor = before.Cursor })).Entries);
        Assert.Single((await hub.ReadAsync("upplands-bro")).Entries);
    }

    /// <summary>What is shown by the day must not tell by its name in which part of the day it came.</summary>
    [Fact]
    public void Name_OfAReport_IsOfTheSwedishDay()
    {
        var midnight = FeedHub.Noon.AddHours(-12);
        Assert.Equal(Day(midnight), Day(midnight.AddHours(23)));
        Assert.NotEqual(Day(midnight), Day(midnight.AddSeconds(-1)));

        // RFC 9562: the first 48 bits are milliseconds since 1970.
        static string Day(DateTimeOffset at) => ReportId.New(at).ToString()[..13];
    }

    private static CooperationAgreement With(Action<Flow> change)
    {
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        change(agreement.SharingTerms.Flows[0]);
        return agreement;
    }

    private static CooperationAgreement Banning()
    {
        var agreement = Examples.Agreement("no", "polisen", "bostad", "upplands-bro");
        agreement.SharingTerms.Flows[0].To.Remove("upplands-bro");
        agreement.SharingTerms.Prohibitions.Add(new Prohibition
        {
            Clause = "§9",
            From = { "polisen" },
            To = { "upplands-bro" },
            Areas = { "0139" },
            Categories = { "graffiti" },
        });
        return agreement;
    }
}
