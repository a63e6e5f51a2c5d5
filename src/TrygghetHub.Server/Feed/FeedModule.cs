using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

internal static class FeedModule
{
    public static IServiceCollection AddFeed(this IServiceCollection services) => services
        .AddSingleton<FeedCursors>()
        .AddSingleton<KeptCursors>()
        .AddSingleton<FeedJournal>()
        .AddSingleton<FeedTail>()
        .AddSingleton<FeedEntries>()
        .AddSingleton<FeedParts>()
        .AddSingleton<Viewings>()
        .AddSingleton<RecallOrders>()
        .AddSingleton<ISupersession>(s => s.GetRequiredService<RecallOrders>())
        .AddSingleton<FeedClock>()
        .AddHostedService(s => s.GetRequiredService<FeedClock>());

    public static void MapFeed(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<FeedService>();
        endpoints.MapGrpcService<AuditService>();
    }
}
