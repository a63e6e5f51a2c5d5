using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace TrygghetHub.Server.Observations;

internal static class ObservationsModule
{
    public static void MapObservations(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<ObservationService>();
}
