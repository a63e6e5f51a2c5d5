using Microsoft.Extensions.DependencyInjection;
using Quartz;
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
    [InlineData("freeze", "2047-03-31T12:00:00Z", "2047-04-02T06:00:00Z")]
    [InlineData("weekly", "2047-03-31T12:00:00Z", "2047-04-02T06:05:00Z")]
    [InlineData("preliminary", "2047-10-27T12:00:00Z", "2047-10-28T05:00:00Z")]
    [InlineData("freeze", "2047-10-20T12:00:00Z", "2047-10-22T06:00:00Z")]
    [InlineData("freeze", "2047-10-27T12:00:00Z", "2047-10-29T07:00:00Z")]
    [InlineData("weekly", "2047-10-27T12:00:00Z", "2047-10-29T07:05:00Z")]
    public async Task Trigger_OverAChangeOfTheClock_FiresBySwedishTime(string job, string after, string expected)
    {
        await using var hub = await TestHub.StartAsync();
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);

        var trigger = await scheduler.GetTrigger(new TriggerKey(job, "pictures"), TestContext.Current.CancellationToken);

        Assert.Equal(At(expected), trigger!.GetFireTimeAfter(At(after)));
        Assert.Equal(job, trigger.JobKey.Name);
    }

    [Fact]
    public void Freeze_OfAWeek_IsWhenItsJobFires() => Assert.Equal(At("2024-10-29T07:00:00Z"), SwedishTime.FreezeOf(new IsoWeek(2024, 43)));

    [Fact]
    public void Jobs_OfPictures_AllowNoSecondRunBeside() => Assert.All(
        new[] { typeof(PreliminaryPictureJob), typeof(FreezeJob), typeof(WeeklyPictureJob) },
        t => Assert.NotEmpty(t.GetCustomAttributes(typeof(DisallowConcurrentExecutionAttribute), false)));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
