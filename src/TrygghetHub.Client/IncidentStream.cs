using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading.Channels;
using Grpc.Core;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client;

/// <summary>One run of <see cref="HubClient.StreamIncidentsAsync"/>.</summary>
/// <remarks>
/// Three loops: one pulls from the source while there is room, one writes what has been pulled to the call of
/// the moment, one reads the answers. What is unanswered is kept here, not in the call, so that a new call takes
/// up where the last broke. A key (source_ref, revision) is unanswered at most once at a time: a repeat waits for
/// the answer to the first, so that no answer can be taken for another's.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore holds nothing without its wait handle, and the pulling may outlive the run.")]
internal sealed class IncidentStream
{
    private readonly IncidentService.IncidentServiceClient service;
    private readonly StreamOptions options;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Dictionary<(string SourceRef, int Revision), Pending> unanswered = [];
    private readonly Channel<Pending> outbox =
        Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Channel<ReportResult> results = Channel.CreateUnbounded<ReportResult>();
    private readonly SemaphoreSlim room;
    private ExceptionDispatchInfo? sourceFault;
    private long answered;

    private IncidentStream(IncidentService.IncidentServiceClient service, StreamOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxBatch, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxUnanswered, 1);
        this.service = service;
        this.options = options;
        this.time = time;
        room = new SemaphoreSlim(options.MaxUnanswered);
    }

    /// <summary>Runs the stream while the caller reads the results.</summary>
    public static async IAsyncEnumerable<ReportResult> RunAsync(
        IncidentService.IncidentServiceClient service, IAsyncEnumerable<Incident> incidents, StreamOptions options,
        TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = new IncidentStream(service, options, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = Task.Run(() => stream.PullAsync(incidents, stop.Token), CancellationToken.None);
        var sending = Task.Run(() => stream.SendAsync(stop.Token), CancellationToken.None);
        try
        {
            while (await stream.results.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
            {
                while (stream.results.Reader.TryRead(out var result))
                {
                    stream.room.Release();
                    yield return result;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            // Not the pulling: a source that heeds no token would keep an error from its reader.
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        stream.sourceFault?.Throw();
    }

    private async Task PullAsync(IAsyncEnumerable<Incident> incidents, CancellationToken stop)
    {
        try
        {
            await using var source = incidents.GetAsyncEnumerator(stop);
            for (long order = 0; ; order++)
            {
                await room.WaitAsync(stop).ConfigureAwait(false);
                if (!await source.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }

                var pending = new Pending(source.Current, order);
                if (LocalRefusal.Of(source.Current.Report, pending.Bytes, options.Screening) is { } refused)
                {
                    results.Writer.TryWrite(refused);
                    continue;
                }
                while (WaitForSameKey(pending) is { } earlier)
                {
                    await earlier.WaitAsync(stop).ConfigureAwait(false);
                }

                outbox.Writer.TryWrite(pending);
            }
        }
        catch (Exception exception)
        {
            sourceFault = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            outbox.Writer.TryComplete();
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        try
        {
            var reconnection = new Reconnection(options, time);
            while (await HasMoreToSendAsync(stop).ConfigureAwait(false))
            {
                var before = Volatile.Read(ref answered);
                try
                {
                    await CallAsync(stop).ConfigureAwait(false);
                }
                catch (HubException exception) when (exception.IsTransient && !stop.IsCancellationRequested)
                {
                    var hasProgressed = Volatile.Read(ref answered) > before;
                    if (!await reconnection.WaitAsync(exception, hasProgressed, stop).ConfigureAwait(false))
                    {
                        throw GivenUp(exception, reconnection.Failures - 1);
                    }
                }
            }
            results.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            results.Writer.TryComplete(exception);
        }
    }

    /// <summary>Waits until something is unanswered or pulled; false when the source has ended and all is answered.</summary>
    /// <remarks>A source that is quiet for hours must not use up the attempts while the hub is away.</remarks>
    private async ValueTask<bool> HasMoreToSendAsync(CancellationToken stop)
    {
        lock (gate)
        {
            if (unanswered.Count > 0)
            {
                return true;
            }
        }

        return await outbox.Reader.WaitToReadAsync(stop).ConfigureAwait(false);
    }

    private async Task CallAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var call = service.StreamIncidents(cancellationToken: ended.Token);
        var writing = WriteAsync(call.RequestStream, ended.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(stop).ConfigureAwait(false))
            {
                foreach (var result in call.ResponseStream.Current.Results)
                {
                    Answer(result);
                }
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (gate)
        {
            if (unanswered.Count == 0)
            {
                return;
            }
        }

        throw new HubException(StatusCode.Unavailable, "The hub ended the stream before it had answered everything.",
            remedy: "Send it again: what was taken is not doubled.", isTransient: true);
    }

    private async Task WriteAsync(IClientStreamWriter<StreamIncidentsRequest> stream, CancellationToken ended)
    {
        // Whatever stops the writing also ends the answers, which carry the reason.
        await ResendAsync(stream, ended).ConfigureAwait(false);
        while (await outbox.Reader.WaitToReadAsync(ended).ConfigureAwait(false))
        {
            var request = new StreamIncidentsRequest();
            var bytes = 0;
            Take(request, ref bytes);
            // A source that is fast gets one chance to add to the message; one that is slow is not waited for.
            if (request.Incidents.Count < options.MaxBatch)
            {
                await Task.Yield();
                Take(request, ref bytes);
            }
            await stream.WriteAsync(request, ended).ConfigureAwait(false);
        }
        await stream.CompleteAsync().ConfigureAwait(false);
    }

    private async Task ResendAsync(IClientStreamWriter<StreamIncidentsRequest> stream, CancellationToken ended)
    {
        Pending[] again;
        lock (gate)
        {
            again = [.. unanswered.Values.Where(p => p.IsTaken).OrderBy(p => p.Order)];
        }

        for (var next = 0; next < again.Length;)
        {
            var request = new StreamIncidentsRequest();
            var bytes = 0;
            for (; next < again.Length && Fits(request, bytes, again[next]); next++)
            {
                bytes += again[next].Bytes;
                request.Incidents.Add(again[next].Incident);
            }
            await stream.WriteAsync(request, ended).ConfigureAwait(false);
        }
    }

    private void Take(StreamIncidentsRequest request, ref int bytes)
    {
        while (outbox.Reader.TryPeek(out var pending) && Fits(request, bytes, pending) && outbox.Reader.TryRead(out _))
        {
            // From here on it belongs to what is sent again: this call may break before it is written.
            lock (gate)
            {
                pending.IsTaken = true;
            }

            bytes += pending.Bytes;
            request.Incidents.Add(pending.Incident);
        }
    }

    private bool Fits(StreamIncidentsRequest request, int bytes, Pending next) =>
        request.Incidents.Count < options.MaxBatch && bytes + next.Bytes <= LocalRefusal.MaxMessageBytes;

    /// <summary>Counts it as unanswered; or gives what to wait for when its key already is.</summary>
    private Task? WaitForSameKey(Pending pending)
    {
        lock (gate)
        {
            if (unanswered.TryAdd(pending.Key, pending))
            {
                return null;
            }

            var earlier = unanswered[pending.Key];
            earlier.Answered ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return earlier.Answered.Task;
        }
    }

    private void Answer(ReportResult result)
    {
        Pending? pending;
        lock (gate)
        {
            // An answer to nothing that was asked cannot be given to anyone.
            if (!unanswered.Remove((result.SourceRef, result.Revision), out pending))
            {
                return;
            }
        }

        Interlocked.Increment(ref answered);
        pending.Answered?.TrySetResult();

        // The hub answers a reference that is no reference by its beginning; the caller is to find its own again.
        result.SourceRef = pending.Incident.Report?.SourceRef ?? "";
        results.Writer.TryWrite(result);
    }

    private HubException GivenUp(HubException last, int attempts)
    {
        Pending[] left;
        lock (gate)
        {
            left = [.. unanswered.Values.OrderBy(p => p.Order)];
        }

        var first = left.Length == 0 ? "" :
            $" {left.Length} incidents are unanswered, the first of them {left[0].Key.SourceRef} revision {left[0].Key.Revision}.";
        return new HubException(last.StatusCode,
            $"Gave up after {attempts} more attempts.{first} Last: {last.Message}",
            last.Reason, remedy: last.Remedy ?? "Send the unanswered ones again: what was taken is not doubled.",
            inner: last, isTransient: true, retryDelay: last.RetryDelay);
    }

    /// <summary>An incident that has no answer yet.</summary>
    private sealed class Pending(Incident incident, long order)
    {
        public Incident Incident => incident;
        public long Order => order;
        public (string SourceRef, int Revision) Key { get; } =
            (Echo(incident.Report?.SourceRef ?? ""), incident.Report?.Revision ?? 0);
        public int Bytes { get; } = LocalRefusal.Measure(incident);
        public bool IsTaken { get; set; }
        public TaskCompletionSource? Answered { get; set; }

        // As it comes back: through UTF-8, which has no half characters, and cut where it is too long.
        private static string Echo(string sourceRef)
        {
            var sent = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(sourceRef));
            return sent.Length <= 128 ? sent : sent[..(char.IsHighSurrogate(sent[127]) ? 127 : 128)];
        }
    }
}
