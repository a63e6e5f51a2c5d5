using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Takes up the calls that <see cref="Admission"/> has let in: tells the handlers who calls, and watches over streams while they run, whose certificate and permission are judged again on every
/// change. Fails closed.
/// </summary>
internal sealed partial class AccessInterceptor(
    RunningCalls running, TimeProvider time, ILogger<AccessInterceptor> logger) : Interceptor
{
    // What was read is answered within this time; who does not read its answers is cut off.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admitted(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (Admitted(context) is not { } access)
        {
            return await continuation(requests, context);
        }

        using var stream = Enter(access, context);
        var work = continuation(new WatchedReader<TRequest>(requests, stream), context);
        await WatchAsync(work, stream, context);
        return await work;
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (Admitted(context) is not { } access)
        {
            await continuation(request, responses, context);
            return;
        }

        using var stream = Enter(access, context);
        context.SetRunning(stream.Call);
        await WatchAsync(continuation(request, new WatchedWriter<TResponse>(responses, stream), context), stream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (Admitted(context) is not { } access)
        {
            await continuation(requests, responses, context);
            return;
        }

        // Answers to what was read before the end are still written: only the reading ends.
        using var stream = Enter(access, context);
        await WatchAsync(continuation(new WatchedReader<TRequest>(requests, stream), responses, context), stream, context);
    }

    /// <summary>Whose call it is. Null for a call of the open endpoint, which has no caller.</summary>
    private static AdmittedCaller? Admitted(ServerCallContext context)
    {
        var admitted = context.GetHttpContext().Features.Get<AdmittedCall>() ?? throw new HubException(AccessErrors.NotAdmitted);
        if (admitted.Caller is { } access)
        {
            context.SetCaller(access.Principal);
        }

        return admitted.Caller;
    }

    private WatchedStream Enter(AdmittedCaller access, ServerCallContext context)
    {
        var place = access.Share.EnterStream();
        try
        {
            var call = running.Enter(access.Principal, access.Certificate, access.Permission);
            return new WatchedStream(call, place, context.CancellationToken);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits for a stream. One that has ended gets a moment to answer what it has read; what is stuck then (its client
    /// reads nothing, or its handler heeds no end) is broken off, since the promise is that it ends within a second.
    /// </summary>
    private async Task WatchAsync(Task work, WatchedStream stream, ServerCallContext context)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stream.Call.Ended.Register(ended.SetResult))
        {
            if (await Task.WhenAny(work, ended.Task) != work
                && await Task.WhenAny(work, Task.Delay(Grace, time, CancellationToken.None)) != work)
            {
                LogBrokenOff(context.Method, stream.Call.Caller.Uri);
                context.GetHttpContext().Abort();
            }
        }

        await work;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broke off {Method} of {Principal}: it had ended and did not let go")]
    private partial void LogBrokenOff(string method, string principal);

    /// <summary>A stream that was let in, until it is disposed.</summary>
    private sealed class WatchedStream(RunningCall call, IDisposable place, CancellationToken cancelled)
        : IDisposable
    {
        private readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancelled, call.Ended);

        public RunningCall Call => call;

        /// <summary>Cancelled when the call is, or may not go on.</summary>
        public CancellationToken Over => over.Token;

        public void Dispose()
        {
            call.Dispose();
            place.Dispose();
            over.Dispose();
        }
    }

    private sealed class WatchedReader<T>(IAsyncStreamReader<T> inner, WatchedStream stream) : IAsyncStreamReader<T>
    {
        // The tokens of a handler are the same from message to message: linked once.
        private CancellationTokenSource? linked;
        private CancellationToken linkedTo;

        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            stream.Call.ThrowIfEnded();
            // Who asks for the next message is done with the last one.
            AdmittedCall.Current?.Release();
            try
            {
                return await inner.MoveNext(Link(cancellationToken));
            }
            catch (RefusedMessageException e)
            {
                throw new HubException(e.Refusal);
            }
            catch (OperationCanceledException) when (stream.Call.Ended.IsCancellationRequested)
            {
                stream.Call.ThrowIfEnded();
                throw;
            }
        }

        private CancellationToken Link(CancellationToken handlers)
        {
            if (!handlers.CanBeCanceled)
            {
                return stream.Over;
            }

            if (linked is null || linkedTo != handlers)
            {
                linked?.Dispose();
                linkedTo = handlers;
                linked = CancellationTokenSource.CreateLinkedTokenSource(handlers, stream.Over);
            }

            return linked.Token;
        }
    }

    private sealed class WatchedWriter<T>(IServerStreamWriter<T> inner, WatchedStream stream) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            stream.Call.ThrowIfEnded();
            return inner.WriteAsync(message, cancellationToken);
        }
    }
}
