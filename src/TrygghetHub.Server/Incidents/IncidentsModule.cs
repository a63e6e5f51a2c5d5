using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace TrygghetHub.Server.Incidents;

internal static class IncidentsModule
{
    public static void MapIncidents(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<IncidentService>();
}
