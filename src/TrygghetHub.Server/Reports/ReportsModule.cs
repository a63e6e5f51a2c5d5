using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Reports;

internal static class ReportsModule
{
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<SourceRefs>()
        .AddSingleton<Receipts>()
        .AddSingleton<Intake>()
        .AddSingleton<ReportStreams>()
        .AddSingleton<ReportReader>()
        .AddSingleton<ReportQueries>();
}
