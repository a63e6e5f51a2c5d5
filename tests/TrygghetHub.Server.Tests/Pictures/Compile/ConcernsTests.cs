using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>Calm is counted, and is no alarm.</summary>
public sealed class ConcernsTests
{
    [Theory]
    [InlineData("calm-observation")]
    [InlineData("planned-event")]
    public void Picture_OfCalmAtOneSquare_CountsItAndNothingStandsOut(string category)
    {
        var picture = Compile(TeamWeek.Of(TeamWeek.Reports(category, 20), Evenly("unsafe-place")));

        Assert.Equal((20, 20), (picture.Totals.PartnerReports, Assert.Single(picture.Cells, c => c.Category == category).ThisWeek));
        Assert.Equal(20, picture.Trend[^1].Reports);
        Assert.Empty(picture.Signals);
        Assert.Empty(picture.Places);
        Assert.Empty(picture.Squares);
        Assert.Equal(12, picture.TimePattern.TimedReports);
        Assert.Equal(AreaLevel.Normal, picture.Areas.Single(a => a.Area == "0139-bro").SuggestedLevel);
    }

    [Fact]
    public void Picture_OfAsManyConcerns_SaysThatTheyStandOut()
    {
        var picture = Compile(TeamWeek.Of(TeamWeek.Reports("littering", 20)));

        Assert.Equal([SignalRule.Deviation, SignalRule.NewPlace], picture.Signals.Select(s => s.Rule).Order());
        Assert.Equal((20, 1), (Assert.Single(picture.Places).Reports, picture.Squares.Count));
        Assert.Equal(AreaLevel.JointEffort, picture.Areas.Single(a => a.Area == "0139-bro").SuggestedLevel);
    }

    /// <summary>What stands out is told of concerns alone, whatever calm is counted beside them.</summary>
    [Fact]
    public void Signal_OfConcernsBesideCalm_CountsTheConcerns()
    {
        var picture = Compile(TeamWeek.Of([.. TeamWeek.Reports("unsafe-place", 12), .. TeamWeek.Reports("calm-observation", 9, first: 50)]));

        Assert.All(picture.Signals, s => Assert.Equal(12, s.Observed));
        Assert.Contains(picture.Signals, s => s.Rule == SignalRule.Deviation);
        Assert.Equal((21, 12), (picture.Totals.PartnerReports, Assert.Single(picture.Places).Reports));
    }

    [Fact]
    public void TimeCluster_OfCalmEvenings_IsNone()
    {
        var earlier = Evenly("unsafe-place");

        Assert.Contains(Compile(TeamWeek.Of(TeamWeek.Reports("unsafe-place", 9), earlier)).Signals, s => s.Rule == SignalRule.TimeCluster);
        Assert.Empty(Compile(TeamWeek.Of(TeamWeek.Reports("calm-observation", 9), earlier)).Signals);
    }

    /// <summary>The weeks' sums are shown, and what is left of them beside the heat map is how many calm evenings there were.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void TimePattern_ForAPartnerBesideAFewCalmEvenings_IsNotShown(int calm, bool shown)
    {
        var inputs = TeamWeek.Of([.. TeamWeek.Reports("littering", 61), .. TeamWeek.Reports("calm-observation", calm, first: 100)]);

        var pattern = WeeklyPicture.Of(inputs, PictureAudience.Partner(TeamWeek.Team, TeamWeek.Team)).TimePattern;

        Assert.Equal((shown, shown ? 42 : 0), (pattern.HasTimedReports, pattern.Bands.Count));
    }

    private static SituationalPicture Compile(PictureInputs inputs) => WeeklyPicture.Of(inputs, PictureAudience.Full(TeamWeek.Team));

    // One in each window of the day, in two of the weeks before: no cluster, and longer ago than 14 days.
    private static CountedReport[] Evenly(string category) =>
    [
        .. from age in Enumerable.Range(2, 2)
           from window in Enumerable.Range(0, 6)
           let at = TeamWeek.Week.Plus(-age).Start.AddDays(2).AddHours((window * 4) + 2)
           select TeamWeek.Report(1000 + (age * 10) + window, category, at),
    ];
}
