using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>Who is missing in which week, and what a partner's word says of what it has not reported.</summary>
public sealed class AnswersTests
{
    /// <summary>
    /// A partner that was agreed on and silent leaves a gap; one that joins leaves none in the weeks before, unless it sends in
    /// something of them.
    /// </summary>
    [Fact]
    public async Task SourcesMissing_WhenAPartnerJoins_AreThoseThatWereAskedThen()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        var time = new FakeTimeProvider(week.Start.AddDays(3));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        await hub.AgreeAsync(Examples.Agreement("housing", "bostad", "upplands-bro"));
        time.Advance(TimeSpan.FromDays(21));
        await hub.AgreeAsync(Examples.Agreement("guards", "vakter", "upplands-bro"));
        foreach (var age in (int[])[0, 1, 2, 3])
        {
            await police.SubmitAsync(Examples.Incident($"p{age}", week.Plus(3 - age).Start.AddHours(1)));
        }

        foreach (var age in (int[])[0, 1, 3])
        {
            await housing.SubmitAsync(Examples.Incident($"h{age}", week.Plus(3 - age).Start.AddHours(1)));
        }

        Assert.Equal([false, true, false, true], await MissingAsync());

        // The guards answer this week, and then send what they have of three weeks ago and nothing of those in between.
        await guards.SubmitAsync(Examples.Incident("now", week.Plus(3).Start.AddHours(1)));
        Assert.Equal([false, true, false, false], await MissingAsync());
        await guards.SubmitAsync(Examples.Incident("then", week.Start.AddHours(1)));
        Assert.Equal([false, true, true, false], await MissingAsync());

        async Task<IEnumerable<bool>> MissingAsync()
        {
            var last = week.Plus(3);
            var picture = (await municipality.CompileAsync(last.Year, last.Week)).Picture;
            var missing = picture.Trend.TakeLast(4).Select(w => w.SourcesMissing).ToList();
            Assert.All(picture.Areas, a => Assert.Equal(missing, a.Weeks.TakeLast(4).Select(w => w.SourcesMissing)));
            return missing;
        }
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
}
