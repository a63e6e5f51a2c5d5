using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures;

public sealed class WeeklyScheduleTests
{
    /// <summary>The next fire times, over both changes of the clock: what the wall in Sweden shows is what counts.</summary>
    [Theory]
    [InlineData("preliminary", "2047-03-31T12:00:00Z", "2047-04-01T04:00:00Z")]
    [InlineData("preliminary", "2047-03-24T12:00:00Z", "2047-03-25T05:00:00Z")]
    [InlineData("reminder", "2047-03-31T12:00:00Z", "2047-04-01T13:00:00Z")]
    [InlineData("freeze", "2047-03-31T12:00:00Z", "2047-04-02T06:00:00Z")]
    [InlineData("weekly", "2047-03-31T12:00:00Z", "2047-04-02T06:05:00Z")]
    [InlineData("preliminary", "2047-10-27T12:00:00Z", "2047-10-28T05:00:00Z")]
    [InlineData("reminder", "2047-10-27T12:00:00Z", "2047-10-28T14:00:00Z")]
    [InlineData("freeze", "2047-10-20T12:00:00Z", "2047-10-22T06:00:00Z")]
    [InlineData("freeze", "2047-10-27T12:00:00Z", "2047-10-29T07:00:00Z")]
    [InlineData("weekly", "2047-10-27T12:00:00Z", "2047-10-29T07:05:00Z")]
    public async Task Trigger_OverAChangeOfTheClock_FiresBySwedishTime(string job, string after, string expected)
    {
        await using var hub = await TestHub.StartAsync();

        var trigger = await TriggerAsync(hub, job);

        Assert.Equal(At(expected), trigger.GetFireTimeAfter(At(after)));
        Assert.Equal(job, trigger.JobKey.Name);
        Assert.Equal(WeeklyCycles.DefaultName, trigger.JobDataMap[PictureJobs.CycleData]);
    }

    /// <summary>
    /// In a night without the step's hour, and in one that has it twice: each week one firing, at the instant that the cycle names.
    /// </summary>
    [Theory]
    [InlineData("2047-03-10T12:00:00Z", "2047-03-31T01:00:00Z")]
    [InlineData("2047-10-06T12:00:00Z", "2047-10-27T00:30:00Z")]
    public async Task Trigger_AtHalfPastTwoOnTheNightOfTheClock_FiresOnceAndWhenTheCycleSays(string from, string inTheNight)
    {
        await using var hub = await TestHub.StartAsync(settings: AtNight);
        var freeze = await TriggerAsync(hub, "freeze-0139");
        var cycle = hub.Hub.Services.GetRequiredService<WeeklyCycles>().Of("0139");

        var fired = new List<DateTimeOffset>();
        for (var at = At(from); fired.Count < 6; fired.Add(at))
        {
            at = freeze.GetFireTimeAfter(at)!.Value;
        }

        var first = IsoWeek.Of(fired[0]).Plus(-1);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => cycle.FreezeOf(first.Plus(i))), fired);
        Assert.Contains(At(inTheNight), fired);
        Assert.Equal("0139", freeze.JobDataMap[PictureJobs.CycleData]);
    }

    /// <summary>What the hub asks of the clock agrees with its triggers for any step, in every week of a year of both changes.</summary>
    [Theory]
    [InlineData("SUN 01:59")]
    [InlineData("SUN 02:00")]
    [InlineData("SUN 02:59")]
    [InlineData("SUN 03:00")]
    [InlineData("MON 00:00")]
    [InlineData("SAT 23:59")]
    public void Step_OfEveryWeekOfAYear_IsWhenItsTriggerFires(string text)
    {
        Assert.True(WeeklyStep.TryParse(text, out var step));
        var week = new IsoWeek(2047, 1);
        var trigger = TriggerBuilder.Create().StartAt(week.Start)
            .WithSchedule(CronScheduleBuilder.Create(step.Cron).InTimeZone(SwedishTime.Zone)).Build();

        var at = step.Of(week);
        for (var i = 1; i < 53; i++)
        {
            var next = trigger.GetFireTimeAfter(at)!.Value;
            Assert.Equal(step.Of(week.Plus(i)), next);
            at = next;
        }
    }

    [Fact]
    public async Task Triggers_OfAMunicipalityWithItsOwnCycle_AreBesideTheDefaultOnes()
    {
        await using var hub = await TestHub.StartAsync(settings: AtNight);

        foreach (var job in new[] { "preliminary", "reminder", "freeze", "weekly" })
        {
            Assert.Equal(job, (await TriggerAsync(hub, job)).JobKey.Name);
            Assert.Equal(job, (await TriggerAsync(hub, job + "-0139")).JobKey.Name);
        }
    }

    [Fact]
    public async Task Start_WithACycleOfNoMunicipality_IsRefusedAndNamesTheSetting()
    {
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => TestHub.StartAsync(settings: new HubSettings
        {
            Cycles = new Dictionary<string, CycleSettings> { ["0199"] = new() },
        }));

        Assert.Contains("cycles.0199", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_OfPictures_AllowNoSecondRunBeside() => Assert.All(
        new[] { typeof(PreliminaryPictureJob), typeof(WeekReminderJob), typeof(FreezeJob), typeof(WeeklyPictureJob) },
        t => Assert.NotEmpty(t.GetCustomAttributes(typeof(DisallowConcurrentExecutionAttribute), false)));

    private static HubSettings AtNight => new()
    {
        Cycles = new Dictionary<string, CycleSettings>
        {
            ["0139"] = new() { Freeze = "SUN 02:30", Compile = "SUN 02:35", Meeting = "SUN 12:00" },
        },
    };

    private static async Task<ITrigger> TriggerAsync(TestHub hub, string name)
    {
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>()
            .GetScheduler(TestContext.Current.CancellationToken);
        var trigger = await scheduler.GetTrigger(new TriggerKey(name, "pictures"), TestContext.Current.CancellationToken);
        return trigger ?? throw new InvalidOperationException($"There is no trigger {name}.");
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
