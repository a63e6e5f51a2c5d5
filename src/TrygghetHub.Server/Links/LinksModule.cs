using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Links;

internal static class LinksModule
{
    public static IServiceCollection AddLinks(this IServiceCollection services) => services.AddSingleton<LinkDecisions>();

    public static void MapLinks(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<LinkService>();
}
