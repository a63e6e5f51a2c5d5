using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Areas;

/// <summary>Adds the geography to a hub.</summary>
internal static class AreasModule
{
    /// <summary>Registers the geography.</summary>
    public static IServiceCollection AddAreas(this IServiceCollection services) => services
        .AddSingleton(provider => AreaRegister.Load(provider.GetRequiredService<HubDatabase>()))
        .AddSingleton<AreaImports>();

    /// <summary>Maps the area service.</summary>
    public static IEndpointRouteBuilder MapAreas(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<AreaService>();
        return endpoints;
    }
}
