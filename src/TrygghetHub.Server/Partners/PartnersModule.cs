using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

internal static class PartnersModule
{
    public static IServiceCollection AddPartners(this IServiceCollection services) => services
        .AddSingleton<PartnerRegister>()
        .AddSingleton<IPrincipalDirectory>(s => s.GetRequiredService<PartnerRegister>())
        .AddSingleton<Notices>()
        .AddSingleton<Departures>();

    public static void MapPartners(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PartnerService>();
        endpoints.MapGrpcService<CallerService>();
        endpoints.MapGrpcService<JoinService>();
    }

    /// <summary>The look at what time brings to open requests for consent.</summary>
    public static void SchedulePartners(this IQuartzBuilder jobs)
    {
        jobs.AddJob<ConsentTimesJob>(job => job.WithIdentity(ConsentTimesJob.Key).StoreDurably());
        jobs.AddTrigger<ConsentTimesJob>(trigger => trigger
            .ForJob(ConsentTimesJob.Key)
            .WithIdentity(ConsentTimesJob.Key.Name, ConsentTimesJob.Key.Group)
            .WithSchedule(CronScheduleBuilder.Create("0 * * ? * *")
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }
}
