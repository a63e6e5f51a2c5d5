using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using TrygghetHub.Errors.V1;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Gives a reason to what the framework refuses by itself: a unary message that is too large or cannot be read never
/// reaches an interceptor.
/// </summary>
internal static class FrameworkRefusals
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    private static readonly Refusal TooLarge = new(
        ErrorReason.MessageTooLarge, "", "A message may be at most 4 MiB.", "Send less in one message.");

    private static readonly Refusal Unreadable = new(
        ErrorReason.MessageUnreadable, "", "A message could not be read as the type that this RPC takes.",
        "Check that both sides use the same protos.");

    public static void UseFrameworkRefusals(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);

        // Where nothing was written yet, the status stands among the headers ("Trailers-Only"), else in the trailers.
        var status = context.Response.HasStarted
            ? context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>()?.Trailers
            : context.Response.Headers;
        if (status is null || status.ContainsKey(DetailsTrailer)
            || !int.TryParse(status["grpc-status"], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return;
        }

        Refusal? refusal = (StatusCode)code switch
        {
            StatusCode.ResourceExhausted => TooLarge,
            // What a handler throws never comes out as one of these without details: see ErrorInterceptor.
            StatusCode.Internal or StatusCode.Unknown => Unreadable,
            _ => null,
        };
        if (refusal is not null && !status.IsReadOnly)
        {
            var details = ErrorStatus.ToStatus(refusal);
            status["grpc-status"] = details.Code.ToString(CultureInfo.InvariantCulture);
            status["grpc-message"] = details.Message;
            status[DetailsTrailer] = Convert.ToBase64String(details.ToByteArray());
        }
    });
}
