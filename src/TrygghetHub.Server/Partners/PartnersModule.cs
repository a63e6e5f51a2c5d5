using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

internal static class PartnersModule
{
    public static IServiceCollection AddPartners(this IServiceCollection services) => services
        .AddSingleton<PartnerRegister>()
        .AddSingleton<IPrincipalDirectory>(s => s.GetRequiredService<PartnerRegister>())
        .AddSingleton<Departures>();

    public static void MapPartners(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PartnerService>();
        endpoints.MapGrpcService<CallerService>();
        endpoints.MapGrpcService<JoinService>();
    }
}
