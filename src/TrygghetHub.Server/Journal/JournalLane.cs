using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Journal;

/// <summary>
/// The one log, and the one lane on which everything that is written to <c>hub.db</c> is written. Thread-safe.
/// </summary>
/// <remarks>
/// One thread takes work from one queue, groups what may be grouped into one transaction, commits, and only
/// then answers. Two writers on one SQLite file cost seconds at p99; one lane with group commit costs one fsync
/// for as many reports as arrived during the last one.
/// </remarks>
internal sealed partial class JournalLane : IStoreHealth, IAsyncDisposable
{
    // As many as a commit carries without making the ones behind it wait noticeably (tens of milliseconds).
    private const int LargestGroup = 2_000;

    // Queued work holds its reports in memory; senders wait when the lane is this far behind.
    private const int QueueCapacity = 1_024;

    private readonly Channel<JournalWork> queue = Channel.CreateBounded<JournalWork>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly SqliteConnection connection;
    private readonly JournalTransaction transaction;
    private readonly TimeProvider time;
    private readonly ILogger<JournalLane> logger;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long commits;
    private long head;

    // Of the group at hand, in its order.
    private int answered;

    public JournalLane(HubDatabase database, TimeProvider time, ILogger<JournalLane> logger)
    {
        this.time = time;
        this.logger = logger;
        connection = database.OpenWriter();
        transaction = new JournalTransaction(connection);
        head = transaction.LastSeq;
        new Thread(Run) { IsBackground = true, Name = "journal lane" }.Start();
    }

    /// <summary>False once the lane has stopped: the hub can then take nothing.</summary>
    public bool IsRunning => !ended.Task.IsCompleted;

    /// <summary>
    /// The last entry that is durable and whose consequences are published: who reads up to here finds the rules that
    /// these entries made in force.
    /// </summary>
    public long Head => Volatile.Read(ref head);

    /// <summary>Told after <see cref="Head"/> has moved; on the lane's thread, so be brief.</summary>
    public event Action? Moved;

    /// <summary>Ends when the lane has stopped, whatever stopped it.</summary>
    public Task Ended => ended.Task;

    /// <summary>Queues work; waits while the queue is full. The work is told when it is durable.</summary>
    /// <exception cref="HubException">UNAVAILABLE: the hub is stopping.</exception>
    public async ValueTask EnqueueAsync(JournalWork work, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(work, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw Stopping();
        }
    }

    /// <summary>
    /// Runs one piece of cold work alone in a transaction and answers when it is durable. What it throws rolls it
    /// back and reaches the caller.
    /// </summary>
    /// <param name="work">Runs on the lane's thread.</param>
    /// <param name="published">
    /// Runs on the lane's thread after the commit and before any later work, so that what follows in the journal
    /// was decided by what came before it.
    /// </param>
    /// <param name="cancellation">Cancels the wait for a place in the queue, not the work.</param>
    public async Task<T> WriteAsync<T>(
        Func<JournalTransaction, T> work, Action<T>? published, CancellationToken cancellation)
    {
        var alone = new AloneWork<T>(work, published);
        await EnqueueAsync(alone, cancellation);
        return await alone.Done;
    }

    /// <summary>What callers are told when the hub stops.</summary>
    public static HubException Stopping() => new(
        ErrorReason.Unavailable, "", "The hub is stopping.", "Connect again and send what was not answered.");

    private void Run()
    {
        var group = new List<JournalWork>(LargestGroup);
        try
        {
            while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (queue.Reader.TryRead(out var work))
                {
                    group.Clear();
                    answered = 0;
                    group.Add(work);
                    RunGroup(group);
                    Publish();
                    if (transaction.IsLost)
                    {
                        throw new InvalidOperationException("A transaction could not be rolled back.");
                    }
                }
            }
        }
        catch (Exception e)
        {
            LogLaneEnded(e);
            queue.Writer.TryComplete();
            foreach (var waiting in group.Skip(answered))
            {
                waiting.Failed(e);
            }

            while (queue.Reader.TryRead(out var left))
            {
                left.Failed(e);
            }
        }
        finally
        {
            transaction.Dispose();
            connection.Dispose();
            ended.SetResult();
        }
    }

    private void Publish()
    {
        if (transaction.LastSeq != head)
        {
            Volatile.Write(ref head, transaction.LastSeq);
            Moved?.Invoke();
        }
    }

    private void RunGroup(List<JournalWork> group)
    {
        var fault = RunTransaction(group, grow: true);
        if (fault is not null && group.Count > 1)
        {
            // One of them may be at fault; its neighbours are not to suffer for it.
            foreach (var each in group)
            {
                Answer(each, transaction.IsLost ? fault : RunTransaction([each], grow: false));
            }

            return;
        }

        foreach (var each in group)
        {
            Answer(each, fault);
        }
    }

    /// <summary>Runs a group in one transaction; while it grows, takes in what waits and may be grouped.</summary>
    /// <returns>The fault that rolled it back, or null when it is durable.</returns>
    private Exception? RunTransaction(List<JournalWork> group, bool grow)
    {
        try
        {
            transaction.Begin(time.GetUtcNow());
            try
            {
                group[0].Execute(transaction);
                var weight = group[0].Weight;
                while (grow && group[0].Grouped && weight < LargestGroup
                       && queue.Reader.TryPeek(out var next) && next.Grouped && queue.Reader.TryRead(out next))
                {
                    group.Add(next);
                    next.Execute(transaction);
                    weight += next.Weight;
                }

                transaction.Commit();
                commits++;
                return null;
            }
            catch
            {
                transaction.Rollback();
                throw;
            }
        }
        catch (Exception e)
        {
            if (e is not HubException)
            {
                LogRolledBack(e, group.Count);
            }

            return e;
        }
    }

    private void Answer(JournalWork work, Exception? fault)
    {
        if (fault is null)
        {
            work.Committed(commits);
        }
        else
        {
            work.Failed(fault);
        }

        answered++;
    }

    /// <summary>Refuses new work, finishes what is queued, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await ended.Task;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A transaction of {Count} pieces of work was rolled back")]
    private partial void LogRolledBack(Exception fault, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The journal's lane has ended: the hub can take nothing more")]
    private partial void LogLaneEnded(Exception fault);

    private sealed class AloneWork<T>(Func<JournalTransaction, T> work, Action<T>? published) : JournalWork
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Done => done.Task;

        public override int Weight => 1;

        public override bool Grouped => false;

        public override void Execute(JournalTransaction transaction) => result = work(transaction);

        public override void Committed(long commit)
        {
            published?.Invoke(result);
            done.SetResult(result);
        }

        public override void Failed(Exception fault) => done.TrySetException(fault);
    }
}
