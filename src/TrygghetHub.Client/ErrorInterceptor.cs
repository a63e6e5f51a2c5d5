using Grpc.Core;
using Grpc.Core.Interceptors;

namespace TrygghetHub.Client;

/// <summary>
/// Makes every failing call fail with a <see cref="HubException"/>, wherever in the call it shows, and makes a call of
/// one answer anew, once, when the hub takes its access token for expired.
/// </summary>
internal sealed class ErrorInterceptor(HubConnection hub, AccessTokens? tokens) : Interceptor
{
    private readonly HubConnection connection = hub;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var generation = tokens?.Generation ?? 0;
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(AnswerAsync(), call.ResponseHeadersAsync,
            () => call.GetStatus(), () => call.GetTrailers(), () => call.Dispose());

        async Task<TResponse> AnswerAsync()
        {
            try
            {
                return await TranslateAsync(call.ResponseAsync, generation, context.Options.CancellationToken).ConfigureAwait(false);
            }
            catch (HubException exception) when (IsWorthRepeating(exception))
            {
                call.Dispose();
                generation = tokens?.Generation ?? 0;
                call = continuation(request, context);
                return await TranslateAsync(call.ResponseAsync, generation, context.Options.CancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        try
        {
            return Answer();
        }
        catch (HubException exception) when (IsWorthRepeating(exception))
        {
            return Answer();
        }

        TResponse Answer()
        {
            var generation = tokens?.Generation ?? 0;
            try
            {
                var response = continuation(request, context);
                connection.Answered();
                return response;
            }
            catch (RpcException exception)
            {
                throw Translate(exception, generation, context.Options.CancellationToken);
            }
        }
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var generation = tokens?.Generation ?? 0;
        var call = continuation(context);
        var token = context.Options.CancellationToken;
        return new AsyncClientStreamingCall<TRequest, TResponse>(new Writer<TRequest>(this, call.RequestStream, generation, token),
            TranslateAsync(call.ResponseAsync, generation, token),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var generation = tokens?.Generation ?? 0;
        var call = continuation(context);
        var token = context.Options.CancellationToken;
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(new Writer<TRequest>(this, call.RequestStream, generation, token),
            new Reader<TResponse>(this, call.ResponseStream, generation, token),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var generation = tokens?.Generation ?? 0;
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(this, call.ResponseStream, generation, context.Options.CancellationToken),
            call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private bool IsWorthRepeating(HubException exception) =>
        tokens is not null && exception.Reason is (HubException.TokenExpired or HubException.TokenInvalid)
        && exception.InnerException is RpcException;

    private Exception Translate(RpcException exception, int generation, CancellationToken token)
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

        var translated = HubException.From(exception, connection);
        // A role that was given since is in the next token; one whose signing key the hub has lost is worth nothing.
        if (translated.Reason is HubException.TokenExpired or HubException.TokenInvalid or HubException.PermissionMissing)
        {
            tokens?.Drop(generation);
        }

        return translated;
    }

    private async Task<T> TranslateAsync<T>(Task<T> response, int generation, CancellationToken token)
    {
        try
        {
            var answer = await response.ConfigureAwait(false);
            connection.Answered();
            return answer;
        }
        catch (RpcException exception)
        {
            throw Translate(exception, generation, token);
        }
    }

    private sealed class Writer<T>(ErrorInterceptor owner, IClientStreamWriter<T> inner, int generation,
        CancellationToken token)
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
                    new Status(StatusCode.Unavailable, exception.Message, exception)), generation, token);
            }
            catch (RpcException exception)
            {
                throw owner.Translate(exception, generation, cancellationToken.IsCancellationRequested ? cancellationToken : token);
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
                throw owner.Translate(exception, generation, token);
            }
        }
    }

    private sealed class Reader<T>(ErrorInterceptor owner, IAsyncStreamReader<T> inner, int generation,
        CancellationToken token)
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
                throw owner.Translate(exception, generation, cancellationToken.IsCancellationRequested ? cancellationToken : token);
            }
        }
    }
}
