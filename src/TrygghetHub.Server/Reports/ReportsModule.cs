using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Reports;

internal static class ReportsModule
{
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<SourceRefs>()
        .AddSingleton<ReportContents>()
        .AddSingleton<Receipts>()
        .AddSingleton<Quarantine>()
        .AddSingleton<ReportWriter>()
        .AddSingleton<Showings>()
        .AddSingleton<Intake>()
        .AddSingleton<SourceCodes>()
        .AddSingleton<PublishedEvents>()
        .AddSingleton<ReportStreams>()
        .AddSingleton<Previews>()
        .AddSingleton<ReportReader>()
        .AddSingleton<ReportQueries>()
        .AddSingleton<IHeldReports, HeldReports>()
        .AddSingleton<IReportHoldings, ReportHoldings>();

    public static void MapReports(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<QuarantineService>();
        endpoints.MapGrpcService<CodeService>();
    }

    /// <summary>The hourly look at the quarantine.</summary>
    public static void ScheduleReports(this IQuartzBuilder jobs)
    {
        jobs.AddJob<QuarantineJob>(job => job.WithIdentity(QuarantineJob.Key).StoreDurably());
        jobs.AddTrigger<QuarantineJob>(trigger => trigger
            .ForJob(QuarantineJob.Key)
            .WithIdentity(QuarantineJob.Key.Name, QuarantineJob.Key.Group)
            .WithSchedule(CronScheduleBuilder.Create("0 3 * ? * *")
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }
}
