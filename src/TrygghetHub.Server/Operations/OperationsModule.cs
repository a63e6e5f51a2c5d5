using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace TrygghetHub.Server.Operations;

internal static class OperationsModule
{
    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<Expiries>()
        .AddSingleton<ExpiryNotices>();

    public static void MapOperations(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<StatusService>();

    /// <summary>The hourly look at what ends.</summary>
    public static void ScheduleOperations(this IQuartzBuilder jobs)
    {
        jobs.AddJob<ExpiryNoticesJob>(job => job.WithIdentity(ExpiryNoticesJob.Key).StoreDurably());
        jobs.AddTrigger<ExpiryNoticesJob>(trigger => trigger
            .ForJob(ExpiryNoticesJob.Key)
            .WithIdentity(ExpiryNoticesJob.Key.Name, ExpiryNoticesJob.Key.Group)
            .WithSchedule(CronScheduleBuilder.Create("0 7 * ? * *")
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }
}
