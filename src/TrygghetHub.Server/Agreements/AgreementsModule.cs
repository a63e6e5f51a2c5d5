using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Agreements;

internal static class AgreementsModule
{
    public static IServiceCollection AddAgreements(this IServiceCollection services) => services
        .AddSingleton<AgreementRegister>()
        .AddSingleton<IFellowParties, FellowParties>()
        .AddSingleton<AccessExplanations>()
        .AddSingleton<BandedCells>()
        .AddSingleton<AccessReviews>()
        .AddSingleton<IStreamGround, AgreementGround>();

    public static void MapAgreements(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<AgreementService>();
}
