using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>Who is missing in which week, and what a partner's word says of what it has not reported.</summary>
public sealed class AnswersTests
{
    /// <summary>A partner that was agreed on and silent leaves a gap; one that joins leaves none in the weeks before.</summary>
    [Fact]
    public async Task SourcesMissing_WhenAPartnerJoins_AreThoseThatWereAgreedOnThen()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        var time = new FakeTimeProvider(week.Start.AddDays(3));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        await hub.AgreeAsync(Examples.Agreement("housing", "bostad", "upplands-bro"));
        // Each week's reports come before its freeze, which the clock brings about. The housing company is silent in the second.
        for (var i = 0; i < 4; i++)
        {
            await police.SubmitAsync(Examples.Incident($"p{i}", week.Plus(i).Start.AddHours(1)));
            if (i != 1)
            {
                await housing.SubmitAsync(Examples.Incident($"h{i}", week.Plus(i).Start.AddHours(1)));
            }

            time.Advance(TimeSpan.FromDays(i < 3 ? 7 : 0));
        }

        await hub.AgreeAsync(Examples.Agreement("guards", "vakter", "upplands-bro"));

        var last = week.Plus(3);
        Assert.Equal([false, true, false, true], Missing((await municipality.CompileAsync(last.Year, last.Week)).Picture));
        await guards.SubmitAsync(Examples.Incident("now", last.Start.AddHours(1)));
        Assert.Equal([false, true, false, false], Missing((await municipality.CompileAsync(last.Year, last.Week)).Picture));
    }

    /// <summary>Whoever sends in what was before it joined has said nothing of the weeks that it leaves out.</summary>
    [Fact]
    public async Task SourcesMissing_OfAPartnerThatSendsItsHistory_AreThoseAfterItsFirstAnswer()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        foreach (var age in (int[])[0, 2])
        {
            await police.SubmitAsync(Examples.Incident($"p{age}", Examples.InWeek20.AddDays(-7 * age)));
        }

        // The agreement is of today: nothing was agreed on in 2024.
        Assert.Equal([false, false, true, false], Missing((await municipality.CompileAsync(2024, 20)).Picture));
    }

    /// <summary>
    /// "Nothing to report" that a report has spoken against confirms nothing any more. "Complete" is said of what is reported and of
    /// what is not: with reports of one family it makes a true zero of the others.
    /// </summary>
    [Theory]
    [InlineData(WeekStatement.NothingToReport, true, CoverageStatus.Reported, FamilyAnswer.Reported, FamilyAnswer.Unknown)]
    [InlineData(null, true, CoverageStatus.Reported, FamilyAnswer.Reported, FamilyAnswer.Unknown)]
    [InlineData(null, false, CoverageStatus.Missing, FamilyAnswer.Unknown, FamilyAnswer.Unknown)]
    [InlineData(WeekStatement.Complete, true, CoverageStatus.Complete, FamilyAnswer.Reported, FamilyAnswer.None)]
    [InlineData(WeekStatement.Complete, false, CoverageStatus.Complete, FamilyAnswer.None, FamilyAnswer.None)]
    [InlineData(WeekStatement.NothingToReport, false, CoverageStatus.NothingToReport, FamilyAnswer.None, FamilyAnswer.None)]
    public async Task Families_OfAPartner_AreNoneOnlyWhereItsWordStands(
        WeekStatement? word, bool reports, CoverageStatus status, FamilyAnswer reported, FamilyAnswer others)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        if (word is { } statement)
        {
            await police.ConfirmAsync(2024, 20, statement);
        }

        if (reports)
        {
            await police.SubmitAsync(Examples.Incident("one"));
        }

        var coverage = Assert.Single((await municipality.CompileAsync(2024, 20)).Picture.Coverage);

        Assert.Equal(status, coverage.Status);
        Assert.All(
            coverage.Families, f => Assert.Equal(f.Family == "damage-and-litter" ? reported : others, f.Answer));
        Assert.Equal(8, coverage.Families.Count);
    }

    // The last four weeks, in which each area says what the whole says.
    /// <summary>Who has left is not waited for in the weeks after, and what it reported before counts.</summary>
    [Fact]
    public async Task Coverage_OfAPartnerThatHasLeft_IsOfTheWeeksBefore()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        var time = new FakeTimeProvider(week.Start.AddDays(3));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.AgreeAsync(Examples.Agreement("housing", "bostad", "upplands-bro"));
        await police.SubmitAsync(Examples.Incident("p", week.Start.AddHours(1)));
        await housing.SubmitAsync(Examples.Incident("h", week.Start.AddHours(1)));
        await housing.Caller.LeaveHubAsync(
            new LeaveHubRequest { Name = "partners/bostad", Reason = "A test" }, cancellationToken: TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromDays(7));

        Assert.Equal(["bostad", "polisen"], await CoveredAsync(week));
        Assert.Equal(["polisen"], await CoveredAsync(week.Plus(1)));

        async Task<IEnumerable<string>> CoveredAsync(IsoWeek of) =>
            (await municipality.CompileAsync(of.Year, of.Week)).Picture.Coverage.Select(c => c.Partner).Order();
    }

    /// <summary>
    /// A week in which the public feed speaks of other municipalities is a zero; one in which nobody has heard it is not known. An event
    /// that the police have published is no word on what they report.
    /// </summary>
    [Fact]
    public void Feed_WithoutEvents_AnswersWhereItIsHeard()
    {
        var event5 = TeamWeek.Reports("littering", 1).Select(r => r with
        {
            Envelope = r.Envelope with { Published = true, Week = TeamWeek.Week.Plus(-5) },
        });
        var inputs = TeamWeek.Of([], event5) with
        {
            Words = new Dictionary<(PartnerId, IsoWeek), WeekWord>(),
            FeedWeeks = new HashSet<(PartnerId, IsoWeek)> { (TeamWeek.Team, TeamWeek.Week.Plus(-3)), (TeamWeek.Team, TeamWeek.Week) },
        };

        var answers = new Answers(
            inputs, new SeenReports(inputs, PictureAudience.Full(TeamWeek.Team)), new Dictionary<PartnerId, IsoWeek>());

        Assert.Equal(
            [true, false, false, true, false, true, false], Enumerable.Range(0, 7).Select(age => answers.HasAnswered(TeamWeek.Team, true, age)));
        Assert.All(Enumerable.Range(0, 7), age => Assert.False(answers.HasAnswered(TeamWeek.Team, false, age)));
    }

    private static List<bool> Missing(SituationalPicture picture)
    {
        var missing = picture.Trend.TakeLast(4).Select(w => w.SourcesMissing).ToList();
        Assert.All(picture.Areas, a => Assert.Equal(missing, a.Weeks.TakeLast(4).Select(w => w.SourcesMissing)));
        return missing;
    }
}
