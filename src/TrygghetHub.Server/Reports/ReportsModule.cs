using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Reports;

internal static class ReportsModule
{
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<SourceRefs>()
        .AddSingleton<Receipts>()
        .AddSingleton<ReportWriter>()
        .AddSingleton<Showings>()
        .AddSingleton<Intake>()
        .AddSingleton<ReportStreams>()
        .AddSingleton<Previews>()
        .AddSingleton<ReportReader>()
        .AddSingleton<ReportQueries>()
        .AddSingleton<IHeldReports, HeldReports>()
        .AddSingleton<IReportHoldings, ReportHoldings>();
}
