using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// The one place where exceptions become statuses. What is not a <see cref="HubException"/> is a bug: the
/// caller gets a correlation id, the log gets the rest.
/// </summary>
internal sealed partial class ErrorInterceptor(SecurityEvents events, ErrorPages pages, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requests, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responses, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requests, responses, context);
        }
        catch (Exception e)
        {
            throw Translate(e, context);
        }
    }

    private Exception Translate(Exception e, ServerCallContext context)
    {
        switch (e)
        {
            case HubException refused:
                events.CallRefused(context.Method, refused.Refusal);
                return ErrorStatus.ToRpcException(refused.Refusal, pages);

            // The framework has refused a frame while a streaming handler was reading it.
            case RpcException { StatusCode: StatusCode.ResourceExhausted } when !IsOurs(e):
                return ErrorStatus.ToRpcException(MessageErrors.TooLarge(Rpc.MessageKibAt(context.GetHttpContext())), pages);
            case RpcException { StatusCode: StatusCode.Internal or StatusCode.Unimplemented } when !IsOurs(e):
                return ErrorStatus.ToRpcException(MessageErrors.Unreadable, pages);
            case RpcException:
                return e;

            // A caller that goes away while it is answered breaks whatever is read or written at that moment.
            case OperationCanceledException or IOException or InvalidOperationException
                when context.CancellationToken.IsCancellationRequested && CallerFault.Is(e):
                return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));

            default:
                var correlationId = Guid.CreateVersion7().ToString("N");
                LogBug(e, correlationId, context.Method);
                return ErrorStatus.ToRpcException(ErrorStatus.Fault(correlationId), pages);
        }
    }

    private static bool IsOurs(Exception e) =>
        e is RpcException rpc && rpc.Trailers.Any(t => t.Key == "grpc-status-details-bin");

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {CorrelationId} in {Method}")]
    private partial void LogBug(Exception exception, string correlationId, string method);
}
