using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// The question that running streams ask and a slice above answers: does what such a stream rests on still hold?
/// </summary>
internal interface IStreamGround
{
    /// <summary>Null while it holds for a caller and a permission; else why it does not. Asked often, so be brief.</summary>
    Refusal? Check(Principal caller, string permission, DateTimeOffset at);

    /// <summary>Told after every change that may end it.</summary>
    event Action? Changed;
}

/// <summary>
/// Streams outlive the moment at which they were let in: each is judged again whenever certificates, partners,
/// permissions or agreements change, and ended with the reason when it would not be let in any more. Thread-safe.
/// </summary>
/// <remarks>
/// A change wakes the loop at once; it also looks four times a second, which is how what comes with time alone (a
/// certificate that expires, an agreement's last day, the stream's hour) ends a stream within that time. Judging one is
/// a look into a dictionary, so that thousands cost less than a millisecond.
/// </remarks>
internal sealed partial class RunningCalls : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<RunningCall, byte> calls = new();
    private readonly IPrincipalDirectory directory;
    private readonly IStreamGround[] grounds;
    private readonly TimeSpan longest;
    private readonly TimeProvider time;
    private readonly ILogger<RunningCalls> logger;
    private readonly WakeUp wake = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ITimer timer;
    private readonly Task loop;

    public RunningCalls(
        IPrincipalDirectory directory, IEnumerable<IStreamGround> grounds, HubOptions options, TimeProvider time,
        ILogger<RunningCalls> logger)
    {
        this.directory = directory;
        this.grounds = [.. grounds];
        this.time = time;
        this.logger = logger;
        longest = TimeSpan.FromMinutes(options.Settings.StreamMinutes);
        directory.Changed += wake.Call;
        Array.ForEach(this.grounds, ground => ground.Changed += wake.Call);
        timer = time.CreateTimer(_ => wake.Call(), null, Interval, Timeout.InfiniteTimeSpan);
        loop = CallOrigin.Detach(RunAsync);
    }

    /// <summary>How many streams run.</summary>
    public int Count => calls.Count;

    /// <summary>Enters a stream that was let in; it leaves when the call is disposed.</summary>
    /// <param name="caller">As it was let in: what its token does not permit it does not rest on.</param>
    /// <param name="certificate">That it came with.</param>
    /// <param name="permission">That the RPC requires; empty for one that requires none.</param>
    public RunningCall Enter(Principal caller, X509Certificate2 certificate, string permission)
    {
        var now = time.GetUtcNow();
        var call = new RunningCall(
            caller, certificate, permission, now + longest,
            // What no agreement permitted from the start is refused report by report; a stream ends with what it rested on.
            [.. grounds.Where(g => permission.Length > 0 && g.Check(caller, permission, now) is null)], Leave);
        calls[call] = 0;

        // What changed while it was let in was not told to it.
        Judge(call, now);
        return call;
    }

    private void Leave(RunningCall call) => calls.TryRemove(call, out _);

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(stopping.Token);
                var now = time.GetUtcNow();
                foreach (var call in calls.Keys)
                {
                    Judge(call, now);
                }

                // From here, not from the last time: looks never queue up, however the clock moves.
                timer.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops, and the streams with it.
        }
    }

    private void Judge(RunningCall call, DateTimeOffset now)
    {
        Refusal? refusal;
        try
        {
            refusal = Refuse(call, now);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Not known is not permitted.
            LogFault(e, call.Caller.Uri);
            refusal = new Refusal(
                ErrorReason.Internal, "", "Whether this stream may go on could not be judged.", "Connect again.");
        }

        if (refusal is not null && call.End(refusal))
        {
            LogEnded(call.Caller.Uri, call.Permission, ErrorStatus.NameOf(refusal.Reason), refusal.Rule);
        }
    }

    private Refusal? Refuse(RunningCall call, DateTimeOffset now)
    {
        var standing = directory.Find(call.Certificate);
        if (standing.Principal is not { } principal)
        {
            return standing.Refusal;
        }

        if (call.Permission.Length > 0 && !principal.Permissions.Contains(call.Permission))
        {
            return AccessErrors.PermissionMissing(principal, call.Permission);
        }

        return call.Grounds.Select(g => g.Check(principal, call.Permission, now)).FirstOrDefault(r => r is not null)
            ?? (now < call.Deadline
                ? null
                : new Refusal(
                    ErrorReason.StreamTimeOver, "", $"A stream lasts {longest.TotalMinutes:0} minutes at most.",
                    "Connect again and go on from the cursor: nothing is wrong."));
    }

    public async ValueTask DisposeAsync()
    {
        directory.Changed -= wake.Call;
        Array.ForEach(grounds, ground => ground.Changed -= wake.Call);
        await timer.DisposeAsync();
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
        wake.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended a stream of {Principal} ({Permission}): {Reason}: {Rule}")]
    private partial void LogEnded(string principal, string permission, string reason, string rule);

    [LoggerMessage(Level = LogLevel.Error, Message = "A stream of {Principal} could not be judged and is ended")]
    private partial void LogFault(Exception fault, string principal);
}

/// <summary>A stream that runs. Thread-safe.</summary>
internal sealed class RunningCall(
    Principal caller, X509Certificate2 certificate, string permission, DateTimeOffset deadline,
    IReadOnlyList<IStreamGround> grounds, Action<RunningCall> leave) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private Refusal? refusal;

    public Principal Caller => caller;

    public X509Certificate2 Certificate => certificate;

    public string Permission => permission;

    public DateTimeOffset Deadline => deadline;

    /// <summary>What it rested on when it began.</summary>
    public IReadOnlyList<IStreamGround> Grounds => grounds;

    /// <summary>Cancelled when it may not go on.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Why it may not go on; null while it may.</summary>
    public Refusal? Why => refusal;

    /// <exception cref="HubException">It may not go on.</exception>
    public void ThrowIfEnded()
    {
        if (refusal is not null)
        {
            throw new HubException(refusal);
        }
    }

    /// <summary>Ends it; false when it had ended before.</summary>
    public bool End(Refusal why)
    {
        if (Interlocked.CompareExchange(ref refusal, why, null) is not null)
        {
            return false;
        }

        // Not on the thread that judges: what waits for it goes on at once, and may do anything.
        _ = ended.CancelAsync();
        return true;
    }

    public void Dispose() => leave(this);
}
