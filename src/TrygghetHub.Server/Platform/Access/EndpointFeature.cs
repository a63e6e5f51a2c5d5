using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>On which of the hub's endpoints a connection was made; set where it is accepted.</summary>
internal sealed record EndpointFeature(bool IsOpen)
{
    public static void Mark(ListenOptions endpoint, bool isOpen)
    {
        var feature = new EndpointFeature(isOpen);
        endpoint.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
    }

    /// <summary>Unmarked is not open: it fails closed.</summary>
    public static bool IsOpenOf(HttpContext http) => http.Features.Get<EndpointFeature>()?.IsOpen == true;
}
