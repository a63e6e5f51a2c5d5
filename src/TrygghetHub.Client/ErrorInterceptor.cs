using Grpc.Core;
using Grpc.Core.Interceptors;

namespace TrygghetHub.Client;

/// <summary>Makes every failing call fail with a <see cref="HubException"/>, wherever in the call it shows.</summary>
internal sealed class ErrorInterceptor(HubConnection hub) : Interceptor
{
    private readonly HubConnection connection = hub;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(TranslateAsync(call.ResponseAsync, context.Options.CancellationToken),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        try
        {
            var response = continuation(request, context);
            connection.Answered();
            return response;
        }
        catch (RpcException exception)
        {
            throw Translate(exception, context.Options.CancellationToken);
        }
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(context);
        var token = context.Options.CancellationToken;
        return new AsyncClientStreamingCall<TRequest, TResponse>(new Writer<TRequest>(this, call.RequestStream, token),
            TranslateAsync(call.ResponseAsync, token),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(context);
        var token = context.Options.CancellationToken;
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(new Writer<TRequest>(this, call.RequestStream, token),
            new Reader<TResponse>(this, call.ResponseStream, token),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private Exception Translate(RpcException exception, CancellationToken token)
    {
        if (exception.StatusCode == StatusCode.Cancelled && token.IsCancellationRequested)
        {
            return new OperationCanceledException(exception.Message, exception, token);
        }
        // Without a local fault behind it, the status came over the wire.
        if (exception.Status.DebugException is null && exception.StatusCode != StatusCode.Unavailable)
        {
            connection.Answered();
        }

        return HubException.From(exception, connection);
    }

    private async Task<T> TranslateAsync<T>(Task<T> response, CancellationToken token)
    {
        try
        {
            var answer = await response.ConfigureAwait(false);
            connection.Answered();
            return answer;
        }
        catch (RpcException exception)
        {
            throw Translate(exception, token);
        }
    }

    private sealed class Writer<T>(ErrorInterceptor owner, IClientStreamWriter<T> inner, CancellationToken token)
        : IClientStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            try
            {
                await inner.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            }
            // A connection that breaks in the middle of a write comes out as it is.
            catch (IOException exception)
            {
                throw owner.Translate(new RpcException(
                    new Status(StatusCode.Unavailable, exception.Message, exception)), token);
            }
            catch (RpcException exception)
            {
                throw owner.Translate(exception, cancellationToken.IsCancellationRequested ? cancellationToken : token);
            }
        }

        public async Task CompleteAsync()
        {
            try
            {
                await inner.CompleteAsync().ConfigureAwait(false);
            }
            catch (RpcException exception)
            {
                throw owner.Translate(exception, token);
            }
        }
    }

    private sealed class Reader<T>(ErrorInterceptor owner, IAsyncStreamReader<T> inner, CancellationToken token)
        : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                var moved = await inner.MoveNext(cancellationToken).ConfigureAwait(false);
                owner.connection.Answered();
                return moved;
            }
            catch (RpcException exception)
            {
                throw owner.Translate(exception, cancellationToken.IsCancellationRequested ? cancellationToken : token);
            }
        }
    }
}
