using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Areas;

/// <summary>Adds the geography to a hub.</summary>
internal static class AreasModule
{
    /// <summary>Registers the <see cref="AreaBook"/>, read at once so that a broken one stops the start.</summary>
    public static IServiceCollection AddAreas(this IServiceCollection services) =>
        services.AddSingleton(AreaBook.LoadEmbedded());

    /// <summary>Maps the area service.</summary>
    public static IEndpointRouteBuilder MapAreas(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<AreaService>();
        return endpoints;
    }
}
