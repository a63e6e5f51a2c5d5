using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// At the open endpoint the address that a trusted proxy forwards stands for the caller's own, in quotas and in the log.
/// </summary>
/// <remarks>
/// TLS reaches the partners' endpoint unopened, so what stands in a header there was written by the partner: it is ignored.
/// </remarks>
internal static class ForwardedAddresses
{
    public static void UseForwardedAddresses(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<TrustedProxies>();
        if (trusted.Networks.Count == 0)
        {
            return;
        }

        // From the right, through every trusted proxy, to the first address that is none: what stands left of it is hearsay.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted.Networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseWhen(EndpointFeature.IsOpenOf, open => open.UseForwardedHeaders(options));
    }
}
