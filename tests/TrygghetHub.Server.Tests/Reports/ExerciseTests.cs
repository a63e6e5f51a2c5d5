using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

/// <summary>Reports of exercises are validated alike and never come with real ones.</summary>
public sealed class ExerciseTests
{
    [Fact]
    public async Task Exercise_ThatBreaksARule_IsRefusedAsARealOneWouldBe()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var withNumber = Exercise("one");
        withNumber.Report.Summary = "Ring 990807-2391.";
        var unknown = Exercise("two");
        unknown.Report.Category = "nothing-such";

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", () => police.SubmitAsync(withNumber));
        await Refused.ForAsync("CATEGORY_UNKNOWN", () => police.SubmitAsync(unknown));
    }

    [Fact]
    public async Task Exercise_IsInNoRealListFeedCountOrPicture()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var real = await police.SubmitAsync(Examples.Incident("real"));
        var exercise = await police.SubmitAsync(Exercise("exercise"));

        Assert.Equal([real.Name], (await ListAsync(false)).Select(i => i.Name));
        Assert.Equal([exercise.Name], (await ListAsync(true)).Select(i => i.Name));
        Assert.Equal([real.Name], await FeedAsync(false));
        Assert.Equal([exercise.Name], await FeedAsync(true));
        Assert.True((await municipality.ReadIncidentAsync(exercise.Name)).Report.Exercise);
        Assert.Equal(1, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);

        async Task<IEnumerable<Incident>> ListAsync(bool exercises) => (await municipality.Incidents.ListIncidentsAsync(
            new ListIncidentsRequest { Purpose = Purpose.WeeklyPicture, Exercise = exercises })).Incidents;

        async Task<IEnumerable<string>> FeedAsync(bool exercises)
        {
            await using var feed = FeedReader.Open(
                await hub.OpenChannelAsAsync("upplands-bro"), new SubscribeRequest { Filter = new FeedFilter { Exercise = exercises } });
            while (feed.Messages.Count == 0 || !feed.Messages[^1].CaughtUp)
            {
                Assert.True(await feed.NextAsync(TestContext.Current.CancellationToken));
            }

            return feed.Entries.Select(e => e.Incident.Name);
        }
    }

    [Fact]
    public async Task Exercise_DoesNotStandAgainstNothingToReport()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Exercise("exercise"));

        await police.ConfirmAsync(2024, 20, WeekStatement.NothingToReport);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Correction_ThatChangesWhatItIs_IsRefused(bool wasExercise)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var incident = Examples.Incident("one");
        incident.Report.Exercise = wasExercise;
        await police.SubmitAsync(incident);
        incident.Report.Revision = 2;
        incident.Report.Exercise = !wasExercise;

        await Refused.ForAsync("FIELD_INVALID", "report.exercise", () => police.SubmitAsync(incident));
    }

    private static Incident Exercise(string sourceRef)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Exercise = true;
        return incident;
    }
}
