using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Gives a reason to what the framework refuses by itself: a unary message that is too large or cannot be read never
/// reaches an interceptor.
/// </summary>
internal static class FrameworkRefusals
{
    public static void UseFrameworkRefusals(this IApplicationBuilder app, ErrorPages pages) => app.Use(async (context, next) =>
    {
        await next(context);

        // Where nothing was written yet, the status stands among the headers ("Trailers-Only"), else in the trailers.
        var status = context.Response.HasStarted
            ? context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>()?.Trailers
            : context.Response.Headers;
        if (status is null || status.ContainsKey(ErrorStatus.DetailsTrailer)
            || !int.TryParse(status[ErrorStatus.StatusTrailer], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return;
        }

        Refusal? refusal = (StatusCode)code switch
        {
            StatusCode.ResourceExhausted => MessageErrors.TooLarge(Rpc.MessageKibAt(context)),
            // What a handler throws never comes out as one of these without details: see ErrorInterceptor.
            StatusCode.Internal or StatusCode.Unknown => MessageErrors.Unreadable,
            _ => null,
        };
        if (refusal is not null && !status.IsReadOnly)
        {
            ErrorStatus.Write(status, refusal, pages);
        }
    });
}
