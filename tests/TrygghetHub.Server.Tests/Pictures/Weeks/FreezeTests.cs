using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Quartz;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Weeks;

/// <summary>Freezes and the jobs of the week: what is counted up to where, whenever they fire.</summary>
public sealed class FreezeTests
{
    [Fact]
    public async Task Preliminary_AtTheFreeze_BecomesRevisionOne()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one", week.Start.AddHours(1)));

        var first = await municipality.CompileAsync(week.Year, week.Week);
        await police.SubmitAsync(Examples.Incident("two", week.Start.AddHours(1)));
        var second = await municipality.CompileAsync(week.Year, week.Week);
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow() - TimeSpan.FromSeconds(1));
        var same = await municipality.CompileAsync(week.Year, week.Week);
        time.Advance(TimeSpan.FromSeconds(1));
        var frozen = await municipality.CompileAsync(week.Year, week.Week);

        Assert.Equal((0, PictureState.Collecting, 1), (first.Picture.Revision, first.Picture.State, first.Picture.Totals.Reports));
        Assert.Equal((0, true, 2), (second.Picture.Revision, second.Compiled, second.Picture.Totals.Reports));
        Assert.False(same.Compiled);
        Assert.Equal((1, PictureState.Compiled, true), (frozen.Picture.Revision, frozen.Picture.State, frozen.Compiled));
        Assert.Equal(second.Picture.ContentSha256, frozen.Picture.ContentSha256);
    }

    [Fact]
    public async Task WeeklyJob_AfterWeeksOfDowntime_CompilesEachFrozenWeekOnce()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one", week.Start.AddHours(1)));
        // Four weeks later, the last of them not frozen yet.
        time.Advance(WeeklyCycle.Default.FreezeOf(week.Plus(3)) - time.GetUtcNow());
        await hub.RestartAsync();

        await hub.Hub.RunWeeklyPicturesAsync(cancellation: Token);
        await Task.WhenAll(hub.Hub.RunWeeklyPicturesAsync(cancellation: Token), hub.Hub.RunWeeklyPicturesAsync(cancellation: Token));

        var pictures = (await municipality.Pictures.ListPicturesAsync(new ListPicturesRequest(), cancellationToken: Token)).Pictures;
        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => (week.Plus(3 - i).Key, 1)),
            pictures.Select(p => ((p.Week.Year * 100) + p.Week.Week, p.Revision)));
        Assert.Equal([0, 0, 0, 1], pictures.Select(p => p.Totals.Reports));
    }

    [Fact]
    public async Task FreezeJob_BeforeALateReport_KeepsItOutOfTheFirstRevision()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var schedule = hub.Hub.Services.GetRequiredService<WeeklySchedule>();
        await police.SubmitAsync(Examples.Incident("in time", week.Start.AddHours(1)));
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        await schedule.FreezeAsync(null, Token);
        await police.SubmitAsync(Examples.Incident("late", week.Start.AddHours(1)));
        time.Advance(TimeSpan.FromMinutes(5));

        await schedule.CompileFrozenAsync(null, null, Token);
        var first = await municipality.PictureAsync(week.Year, week.Week);
        var second = (await municipality.CompileAsync(week.Year, week.Week)).Picture;

        Assert.Equal((1, 1), (first.Revision, first.Totals.Reports));
        Assert.Equal((2, 2), (second.Revision, second.Totals.Reports));
    }

    [Fact]
    public async Task Compile_BetweenTheFreezeAndItsJob_IsCountedUpToTheFreeze()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("in time", week.Start.AddHours(1)));
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        await hub.Hub.Services.GetRequiredService<WeeklySchedule>().FreezeAsync(null, Token);
        await police.SubmitAsync(Examples.Incident("late", week.Start.AddHours(1)));

        var first = (await municipality.CompileAsync(week.Year, week.Week)).Picture;

        Assert.Equal((1, 1), (first.Revision, first.Totals.Reports));
    }

    [Fact]
    public async Task Preliminary_CountedBeyondTheFreeze_DoesNotStandForTheFrozenOne()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one", week.Start.AddHours(1)));

        // As when a compilation is overtaken by the freeze, or the clock is set back over it.
        await hub.Hub.Services.GetRequiredService<PictureArchive>().FreezeOnceAsync("0139", week, Token);
        await police.SubmitAsync(Examples.Incident("two", week.Start.AddHours(1)));
        await municipality.CompileAsync(week.Year, week.Week);
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        var frozen = (await municipality.CompileAsync(week.Year, week.Week)).Picture;

        Assert.Equal((1, PictureState.Compiled, 1), (frozen.Revision, frozen.State, frozen.Totals.Reports));
    }

    [Fact]
    public async Task Recipient_AddedByALaterVersion_HasPicturesFromThenOnAndNoEmptyOnesBefore()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        var later = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await police.SubmitAsync(Examples.Incident("early", week.Start.AddHours(1)));
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow() + TimeSpan.FromMinutes(5));
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: Token);

        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro", "habo"));
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: Token);
        await Refused.ForAsync("NOT_FOUND", () => later.PictureAsync(week.Year, week.Week));
        var asked = (await later.CompileAsync(week.Year, week.Week)).Picture;

        Assert.Equal((1, 1), (asked.Revision, asked.Totals.Reports));
    }

    [Fact]
    public async Task PreliminaryJob_ThatFiresAfterTheFreeze_MakesNothing()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (_, municipality) = await hub.AgreedPairAsync();
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());

        await hub.Hub.Services.GetRequiredService<WeeklySchedule>().CompilePreliminaryAsync(null, Token);

        await Refused.ForAsync("NOT_FOUND", () => municipality.PictureAsync(week.Year, week.Week));
    }

    [Fact]
    public async Task Jobs_WhenTheClockPassesTheirTimes_MakeThePreliminaryAndTheFrozenPicture()
    {
        var (time, week) = MidWeek();
        await using var hub = await TestHub.StartAsync(time);
        var (_, municipality) = await hub.AgreedPairAsync();
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: Token);
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        var jobs = new RunJobs();
        scheduler.ListenerManager.AddJobListener(jobs, []);

        time.Advance(SwedishTime.ToUtc(week.LocalMonday.AddDays(7).AddHours(6)) - time.GetUtcNow());
        await jobs.UntilAsync(PreliminaryPictureJob.Key, Token);
        Assert.Equal(0, (await municipality.PictureAsync(week.Year, week.Week)).Revision);
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        await jobs.UntilAsync(FreezeJob.Key, Token);
        time.Advance(TimeSpan.FromMinutes(5));
        await jobs.UntilAsync(WeeklyPictureJob.Key, Token);

        var picture = await municipality.PictureAsync(week.Year, week.Week);
        Assert.Equal((1, PictureState.Compiled), (picture.Revision, picture.State));
        Assert.Equal(WeeklyCycle.Default.FreezeOf(week), picture.FreezeTime.ToDateTimeOffset());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Certificates are judged by the machine's clock, so that the hub's must be near it.
    private static (FakeTimeProvider Time, IsoWeek Week) MidWeek()
    {
        // Of a week that is over: what the hub's clock issues must hold by the clients' own, whatever day it is today.
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        return (new FakeTimeProvider(week.Start.AddDays(3)), week);
    }

    private sealed class RunJobs : IJobListener
    {
        private readonly System.Threading.Channels.Channel<JobKey> run = System.Threading.Channels.Channel.CreateUnbounded<JobKey>();

        public string Name => nameof(RunJobs);

        public async Task UntilAsync(JobKey key, CancellationToken cancellation)
        {
            while (!(await run.Reader.ReadAsync(cancellation)).Equals(key))
            {
            }
        }

        public ValueTask JobWasExecuted(
            IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
        {
            Assert.Null(jobException);
            run.Writer.TryWrite(context.JobDetail.Key);
            return ValueTask.CompletedTask;
        }
    }
}
