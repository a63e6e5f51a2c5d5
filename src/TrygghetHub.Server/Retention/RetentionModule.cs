using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Retention;

internal static class RetentionModule
{
    public static IServiceCollection AddRetention(this IServiceCollection services) => services
        .AddSingleton<RetentionMark>()
        .AddSingleton<RetentionRegister>()
        .AddSingleton<RetainedReports>()
        .AddSingleton<ReportDisposal>()
        .AddSingleton<AccessLogDisposal>()
        .AddSingleton<DisposalRecords>()
        .AddSingleton<DisposalForecasts>()
        .AddSingleton<Disposals>();

    public static void MapRetention(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<RetentionService>();

    /// <summary>The nightly disposal; one that was missed is made up for.</summary>
    public static void ScheduleRetention(this IQuartzBuilder jobs)
    {
        jobs.AddJob<DisposalJob>(job => job.WithIdentity(DisposalJob.Key).StoreDurably());
        jobs.AddTrigger<DisposalJob>(trigger => trigger
            .ForJob(DisposalJob.Key)
            .WithIdentity(DisposalJob.Key.Name, DisposalJob.Key.Group)
            .WithSchedule(CronScheduleBuilder.Create("0 20 3 ? * *")
                .InTimeZone(SwedishTime.Zone)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }
}
