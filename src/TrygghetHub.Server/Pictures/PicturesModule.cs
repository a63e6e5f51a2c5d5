using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Pictures.Exports;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures;

internal static class PicturesModule
{
    public static IServiceCollection AddPictures(this IServiceCollection services, WeeklyCycles cycles) => services
        .AddSingleton(cycles)
        .AddSingleton<PictureArchive>()
        .AddSingleton<PictureViews>()
        .AddSingleton<PictureExports>()
        .AddSingleton<PdfPrinter>()
        .AddSingleton<Chromium>()
        .AddSingleton<IBrowser>(s => s.GetRequiredService<Chromium>())
        .AddHostedService(s => s.GetRequiredService<Chromium>())
        .AddSingleton<PictureReviews>()
        .AddSingleton<Deliveries>()
        .AddSingleton<WeekConfirmations>()
        .AddSingleton<WeekReminders>()
        .AddSingleton<ReportingWeeks>()
        .AddSingleton<WeeklySchedule>();

    public static void MapPictures(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PictureService>();
        endpoints.MapGrpcService<ReviewService>();
        endpoints.MapGrpcService<DeliveryService>();
    }

    /// <summary>
    /// The weekly jobs, by the Swedish clock, for each cycle; one that was missed fires once when the hub is back. Each may run
    /// twice: a hub that starts in the hour which the October night has twice looks at it anew. The trigger of a cycle that is
    /// configured no more finds no municipality.
    /// </summary>
    public static void SchedulePictures(this IQuartzBuilder jobs, WeeklyCycles cycles)
    {
        Weekly<PreliminaryPictureJob>(jobs, PreliminaryPictureJob.Key, cycles, c => c.Preliminary);
        Weekly<WeekReminderJob>(jobs, WeekReminderJob.Key, cycles, c => c.SoftDeadline);
        Weekly<FreezeJob>(jobs, FreezeJob.Key, cycles, c => c.Freeze);
        Weekly<WeeklyPictureJob>(jobs, WeeklyPictureJob.Key, cycles, c => c.Compile);
    }

    private static void Weekly<TJob>(IQuartzBuilder jobs, JobKey key, WeeklyCycles cycles, Func<WeeklyCycle, WeeklyStep> step)
        where TJob : class, IJob
    {
        jobs.AddJob<TJob>(job => job.WithIdentity(key).StoreDurably());
        foreach (var (name, cycle) in cycles.Named)
        {
            jobs.AddTrigger<TJob>(trigger => trigger
                .ForJob(key)
                .WithIdentity(name == WeeklyCycles.DefaultName ? key.Name : $"{key.Name}-{name}", key.Group)
                .UsingJobData(PictureJobs.CycleData, name)
                .WithSchedule(CronScheduleBuilder.Create(step(cycle).Cron)
                    .InTimeZone(SwedishTime.Zone)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        }
    }
}
