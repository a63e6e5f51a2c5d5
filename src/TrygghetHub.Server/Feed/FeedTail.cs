using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// The journal's end, read once for all subscribers: the last entries are kept in memory, and whoever has fallen behind
/// them reads the journal itself. Thread-safe.
/// </summary>
/// <remarks>
/// Subscribers come and fetch; nothing is queued for anyone, so that one that stands still costs the others nothing and no
/// memory grows with it.
/// </remarks>
internal sealed partial class FeedTail : IAsyncDisposable
{
    // Some sixteen seconds at a thousand a second, about 16 MB.
    private const int MostRows = 16_384;

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestKept = TimeSpan.FromHours(24);

    private readonly JournalLane journal;
    private readonly FeedJournal reader;
    private readonly TimeProvider time;
    private readonly ILogger<FeedTail> logger;
    private readonly Lock gate = new();
    private readonly FeedRow[] ring = new FeedRow[MostRows];
    private readonly WakeUp wake = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;
    private long first;
    private long count;
    private long from;
    private long upTo;
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FeedTail(JournalLane journal, FeedJournal reader, TimeProvider time, ILogger<FeedTail> logger)
    {
        this.journal = journal;
        this.reader = reader;
        this.time = time;
        this.logger = logger;
        from = upTo = journal.Head;
        journal.Moved += wake.Call;
        loop = CallOrigin.Detach(RunAsync);
        wake.Call();
    }

    /// <summary>Ends when there is more than up to an entry.</summary>
    public Task MovedBeyond(long seq)
    {
        lock (gate)
        {
            return upTo > seq ? Task.CompletedTask : moved.Task;
        }
    }

    /// <summary>Copies what came after an entry, at most so many rows.</summary>
    /// <param name="after">The entry.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="rows">Gets them.</param>
    /// <returns>Up to which entry these are all there is; null when it is too far back.</returns>
    public long? TryRead(long after, int most, List<FeedRow> rows)
    {
        lock (gate)
        {
            ForgetOld();
            if (after < from)
            {
                return null;
            }

            var low = FirstAfter(after);
            var end = Math.Min(first + count, low + most);
            for (var i = low; i < end; i++)
            {
                rows.Add(ring[i % MostRows]);
            }

            return end == first + count ? upTo : ring[(end - 1) % MostRows].Seq;
        }
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wake.WaitAsync(stopping.Token);
                for (var head = journal.Head; upTo < head; head = journal.Head)
                {
                    var end = Math.Min(upTo + FeedJournal.Window, head);
                    Append(
                        reader.Read(upTo, end, senders: null, recipient: null), reader.ReadSuperseded(upTo, end), end);
                }
            }
            catch (OperationCanceledException)
            {
                // The hub stops, and the streams with it.
            }
            catch (Exception fault)
            {
                // Nothing is lost: it goes on where it was.
                LogFault(fault);
                await Task.Delay(AfterFault, time, CancellationToken.None);
                wake.Call();
            }
        }
    }

    private void Append(List<FeedRow> rows, List<long> superseded, long end)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            foreach (var row in rows)
            {
                if (count == MostRows)
                {
                    from = ring[first % MostRows].Seq;
                    first++;
                    count--;
                }

                ring[(first + count) % MostRows] = row;
                count++;
            }

            foreach (var seq in superseded)
            {
                var index = FirstAfter(seq - 1);
                if (index < first + count && ring[index % MostRows] is ReportRow row && row.Seq == seq)
                {
                    row.IsSuperseded = true;
                }
            }

            upTo = end;
            (told, moved) = (moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    // Nothing is disposed of within a day of its receipt: what is not kept here for longer can be shown by nobody after it is.
    private void ForgetOld()
    {
        var oldest = time.GetUtcNow() - LongestKept;
        while (count > 0 && ring[first % MostRows].At < oldest)
        {
            from = ring[first % MostRows].Seq;
            ring[first % MostRows] = null!;
            first++;
            count--;
        }
    }

    // Index of the first row after an entry.
    private long FirstAfter(long seq)
    {
        var (low, high) = (first, first + count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ring[middle % MostRows].Seq <= seq)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    public async ValueTask DisposeAsync()
    {
        journal.Moved -= wake.Call;
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
        wake.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal's end could not be read; trying again")]
    private partial void LogFault(Exception fault);
}
