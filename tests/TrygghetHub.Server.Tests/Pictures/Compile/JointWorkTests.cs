using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>What partners do together is in the picture as it is fed, and said not to be collected where it is not.</summary>
public sealed class JointWorkTests
{
    private static readonly PartnerId Housing = new("bostad");

    // The meeting about 2026-W45 is on Wednesday 11 November.
    private static readonly DateOnly Meeting = new(2026, 11, 11);

    [Theory]
    [InlineData(AudienceKind.Full)]
    [InlineData(AudienceKind.Partner)]
    [InlineData(AudienceKind.Steering)]
    public void Picture_OfWhatIsNotCollected_SaysSo(AudienceKind audience)
    {
        var picture = Compile(JointWork.NotCollected, audience);

        Assert.Equal(
            Enumerable.Repeat(CollectionState.NotCollected, 4),
            [picture.Measures.State, picture.Promises.State, picture.PerceivedSafety.State, picture.NextWeek.WalksState]);
    }

    [Fact]
    public void Picture_OfWhatIsCollectedAndEmpty_SaysThatThereIsNone()
    {
        var picture = Compile(new JointWork { Measures = [], Promises = [], PerceivedSafety = [], Walks = [] }, AudienceKind.Full);

        Assert.Equal(
            Enumerable.Repeat(CollectionState.Collected, 4),
            [picture.Measures.State, picture.Promises.State, picture.PerceivedSafety.State, picture.NextWeek.WalksState]);
        Assert.Equal(
            0, picture.Measures.Measures.Count + picture.Promises.Promises.Count + picture.PerceivedSafety.Lines.Count + picture.NextWeek.Walks.Count);
    }

    /// <summary>Everybody at the table reads it, and the steering group as well.</summary>
    [Theory]
    [InlineData(AudienceKind.Full)]
    [InlineData(AudienceKind.Partner)]
    [InlineData(AudienceKind.Steering)]
    public void Picture_OfJointWork_HoldsItForEveryReader(AudienceKind audience)
    {
        var friday = TeamWeek.Week.Plus(1).Start.AddDays(4).AddHours(20);
        var picture = Compile(
            new JointWork
            {
                Measures = [Measure("later", dueIn: 40), Measure("sooner", dueIn: 30)],
                Promises = [new CitizenPromise("Tio nattvandringar", 4, 10)],
                PerceivedSafety = [new SafetyImpression("0139-bro", "Trygghetsvandring", "Mörkt vid stationen.")],
                Walks = [new WalkPlan("Nattvandrarna", "0139-bro", friday), new WalkPlan("Nattvandrarna", "0139-bro", friday.AddDays(7))],
            },
            audience);

        Assert.Equal(["sooner", "later"], picture.Measures.Measures.Select(m => m.Title));
        var measure = picture.Measures.Measures[0];
        Assert.Equal(
            ("bostad", "0139-bro", new DateOnly(2026, 12, 11), 40),
            (measure.Owner, measure.Area, SwedishTime.DayOf(measure.DueTime.ToDateTimeOffset()), measure.DecidedWeek.Week));
        Assert.Equal(new PromiseLine { Title = "Tio nattvandringar", Done = 4, Promised = 10 }, Assert.Single(picture.Promises.Promises));
        Assert.Equal(
            new PerceivedSafetyLine { Area = "0139-bro", Source = "Trygghetsvandring", Text = "Mörkt vid stationen." },
            Assert.Single(picture.PerceivedSafety.Lines));
        // The walk of the week after next is not next week's.
        Assert.Equal(friday, Assert.Single(picture.NextWeek.Walks).StartTime.ToDateTimeOffset());
    }

    [Theory]
    [InlineData(AudienceKind.Partner, 40, 20, false)] // counted of what it may not see
    [InlineData(AudienceKind.Steering, 40, 2, false)]
    [InlineData(AudienceKind.Steering, 1, 20, false)]
    [InlineData(AudienceKind.Steering, 40, 0, true)]
    [InlineData(AudienceKind.Full, 2, 1, true)]
    public void Effect_OfAMeasure_IsToldWhereItsCountsMayBe(AudienceKind audience, int before, int after, bool told)
    {
        var measure = Measure("one", dueIn: -20) with { Effect = new MeasureEffect(before, after, 8) };

        var line = Assert.Single(Compile(new JointWork { Measures = [measure] }, audience).Measures.Measures);

        Assert.Equal((told, told, told ? 8 : 0), (line.HasReportsBefore, line.HasReportsAfter, line.ComparedWeeks));
        Assert.Equal(told ? (before, after) : (0, 0), (line.ReportsBefore, line.ReportsAfter));
    }

    [Theory]
    [InlineData(44, 20, false, false, MeasureStanding.New)]
    [InlineData(45, 20, false, false, MeasureStanding.New)]
    [InlineData(43, 20, false, false, MeasureStanding.Started)]
    [InlineData(43, 7, false, false, MeasureStanding.Started)] // on the day of the next meeting
    [InlineData(43, 6, false, false, MeasureStanding.Due)]
    [InlineData(44, 0, false, false, MeasureStanding.Due)]
    [InlineData(44, -1, false, false, MeasureStanding.Overdue)]
    [InlineData(43, -1, true, false, MeasureStanding.AwaitingFollowUp)]
    [InlineData(43, 20, true, true, MeasureStanding.FollowedUp)]
    public void Standing_OfAMeasure_FollowsFromItsDates(int decidedWeek, int dueIn, bool isDone, bool isFollowedUp, MeasureStanding standing)
    {
        var measure = Measure("one", dueIn) with
        {
            DecidedWeek = new IsoWeek(2026, decidedWeek),
            DoneOn = isDone ? Meeting.AddDays(-2) : null,
            FollowedUpOn = isFollowedUp ? Meeting.AddDays(-1) : null,
        };

        Assert.Equal(standing, Assert.Single(Compile(new JointWork { Measures = [measure] }, AudienceKind.Full).Measures.Measures).Standing);
    }

    private static FollowedMeasure Measure(string title, int dueIn) =>
        new(title, Housing, "0139-bro", new IsoWeek(2026, 40), Meeting.AddDays(dueIn));

    private static SituationalPicture Compile(JointWork work, AudienceKind audience) =>
        WeeklyPicture.Of(TeamWeek.Of([]) with { JointWork = work }, audience switch
        {
            AudienceKind.Full => PictureAudience.Full(TeamWeek.Team),
            AudienceKind.Partner => PictureAudience.Partner(TeamWeek.Team, TeamWeek.Team),
            _ => PictureAudience.Steering(TeamWeek.Team),
        });
}
