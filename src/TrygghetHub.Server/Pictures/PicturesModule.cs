using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures;

internal static class PicturesModule
{
    public static IServiceCollection AddPictures(this IServiceCollection services) => services
        .AddSingleton<PictureArchive>()
        .AddSingleton<Projections>()
        .AddSingleton<PictureReviews>()
        .AddSingleton<Deliveries>()
        .AddSingleton<WeekConfirmations>()
        .AddSingleton<WeeklySchedule>();

    public static void MapPictures(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PictureService>();
        endpoints.MapGrpcService<ReviewService>();
        endpoints.MapGrpcService<DeliveryService>();
    }

    /// <summary>The weekly jobs, by the Swedish clock; one that was missed fires once when the hub is back.</summary>
    public static void SchedulePictures(this IQuartzBuilder jobs)
    {
        Weekly<PreliminaryPictureJob>(jobs, PreliminaryPictureJob.Key, "0 0 6 ? * MON");
        Weekly<FreezeJob>(jobs, FreezeJob.Key, "0 0 8 ? * TUE");
        Weekly<WeeklyPictureJob>(jobs, WeeklyPictureJob.Key, "0 5 8 ? * TUE");
    }

    private static void Weekly<TJob>(IQuartzBuilder jobs, JobKey key, string cron)
        where TJob : class, IJob
    {
        jobs.AddJob<TJob>(job => job.WithIdentity(key).StoreDurably());
        jobs.AddTrigger<TJob>(trigger => trigger
            .ForJob(key)
            .WithIdentity(key.Name, key.Group)
            .WithSchedule(CronScheduleBuilder.Create(cron)
                .InTimeZone(SwedishTime.Zone)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }
}
