using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using TrygghetHub.Errors.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>What every stream of the feed works with. Thread-safe.</summary>
internal sealed record FeedParts(
    JournalLane Journal, FeedTail Tail, FeedJournal Reader, AgreementRegister Agreements, Showings Showings,
    FeedEntries Entries, FeedCursors Cursors, IHostApplicationLifetime Lifetime, TimeProvider Time);

/// <summary>
/// One subscriber's stream: reads on from where it is, decides, sends; live when it has caught up. For one call.
/// <code>
/// 1  receipt   opened before anything is sent under a book of rules, closed when they change or the stream ends
/// 2  read      the tail's rows where it reaches back far enough, else the journal
/// 3  decide    each row, by FeedView
/// 4  send      only while the rules are those that it was decided by; else from the last position sent, anew
/// </code>
/// </summary>
internal sealed class FeedStream(
    FeedParts hub, FeedScope scope, FeedPosition start, int entriesPerMessage, IServerStreamWriter<SubscribeResponse> answer)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Entries after which what is buffered goes out, some 32 KiB: a packet for each would cost more than its message, and
    /// what is not flushed nothing holds back when the caller does not read.
    /// </summary>
    public const int EntriesAFlush = 100;

    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);
    private static readonly WriteOptions Flushed = new();

    private readonly FeedView view = new(scope);

    // What is decided and not sent yet.
    private readonly List<FeedEntry> pending = [];

    // Up to where messages were sent, up to where one was begun to be, and up to where it has been decided.
    private FeedPosition sent = start;
    private FeedPosition begun = start;
    private FeedPosition decided = start;

    // Entries sent and not flushed.
    private int unflushed;

    // What the journal has after the rows at hand, read while they are sent.
    private (long After, Task<(List<FeedRow> Rows, long UpTo)> Reading)? ahead;
    private bool isCaughtUp;
    private long lastSent = hub.Time.GetTimestamp();

    /// <summary>Runs until the call ends.</summary>
    /// <param name="running">Tells when it may not go on.</param>
    /// <param name="cancellation">The call's.</param>
    /// <exception cref="HubException">Why it ends, with the cursor to go on from.</exception>
    public async Task RunAsync(RunningCall running, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, hub.Lifetime.ApplicationStopping, running.Ended);
        try
        {
            while (true)
            {
                await RunUnderAsync(hub.Agreements.Rules, ending.Token);
            }
        }
        catch (OperationCanceledException) when (running.Ended.IsCancellationRequested)
        {
            throw Resumable(running.Why!);
        }
        catch (OperationCanceledException) when (hub.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Resumable(JournalLane.Stopping().Refusal);
        }
        catch (HubException e)
        {
            throw Resumable(e.Refusal);
        }
    }

    /// <summary>Runs while the rules are the same: one receipt, one book to decide by.</summary>
    private async Task RunUnderAsync(RuleBook rules, CancellationToken cancellation)
    {
        Discard();
        var showing = await hub.Showings.OpenAsync(
            scope.Partner, scope.Purpose, scope.FilterBytes, rules.Since, sent.Seq, sent.Within, cancellation);
        try
        {
            // The tail may lag behind what was superseded before the receipt: from here on it does not.
            await hub.Tail.MovedBeyond(showing - 1).WaitAsync(cancellation);
            while (ReferenceEquals(hub.Agreements.Rules, rules))
            {
                if (decided.Seq < hub.Journal.Head || decided.Within != FeedPosition.Whole)
                {
                    await TellAsync(rules, cancellation);
                }
                else
                {
                    await FlushAsync(rules, isAtEnd: true, cancellation);
                    await WaitAsync(rules, cancellation);
                }
            }
        }
        finally
        {
            // What was begun and not confirmed may have been read: in doubt it was shown.
            await hub.Showings.CloseAsync(showing, begun.Seq, begun.Within, broken: begun != sent);
        }
    }

    /// <summary>Decides what comes next, and sends what fills messages.</summary>
    private async Task TellAsync(RuleBook rules, CancellationToken cancellation)
    {
        // A point that was told in parts comes before what follows it.
        if (decided.Within != FeedPosition.Whole)
        {
            if (await TellPointAsync(hub.Reader.PointAt(decided.Seq), rules, cancellation))
            {
                decided = FeedPosition.After(decided.Seq);
            }

            return;
        }

        var rows = new List<FeedRow>();
        var upTo = hub.Tail.TryRead(decided.Seq, FeedJournal.Window, rows);
        if (upTo is null)
        {
            (rows, upTo) = await ReadJournalAsync(rules);
        }
        else
        {
            ahead = null;
            if (upTo == decided.Seq)
            {
                // Durable, and not read into the tail yet.
                await FlushAsync(rules, isAtEnd: false, cancellation);
                await hub.Tail.MovedBeyond(decided.Seq).WaitAsync(cancellation);
                return;
            }
        }

        var now = hub.Time.GetUtcNow();
        foreach (var row in rows)
        {
            switch (row)
            {
                case ReportRow report:
                    if (view.Tell(report, rules, AsOf(report.Seq, rules), now) is { } told
                        && hub.Entries.Of(report, told.Change, told.Decision) is { } entry && !await AddAsync(entry, rules, cancellation))
                    {
                        return;
                    }

                    break;
                case RecallRow { Order: var order } when order.IsFor(scope.Partner):
                    var recall = new FeedEntry
                    {
                        Change = order.Report.Length > 0 ? FeedChange.Withdrawn : FeedChange.Recalled,
                        Recall = RecallOrders.ToWire(order, scope.Partner, now),
                    };
                    if (!await AddAsync(recall, rules, cancellation))
                    {
                        return;
                    }

                    break;
                case ConsentRow { Notice: var notice } when IsParty(notice, AsOf(row.Seq, rules), row.At):
                    var entryOfNotice = new FeedEntry { Change = FeedChange.Notice, Notice = Notices.AsTold(notice, scope.Partner) };
                    if (!await AddAsync(entryOfNotice, rules, cancellation))
                    {
                        return;
                    }

                    break;
                case PointRow { Point: var point } when view.IsConcernedBy(point, hub.Agreements.RulesAsOf):
                    decided = new FeedPosition(row.Seq, 0);
                    if (!await TellPointAsync(point, rules, cancellation))
                    {
                        return;
                    }

                    now = hub.Time.GetUtcNow();
                    break;
            }

            decided = FeedPosition.After(row.Seq);
        }

        decided = FeedPosition.After(upTo.Value);
        await SendProgressAsync(rules, cancellation);
    }

    /// <summary>The journal's next rows; reading those after them begins at once, since sending takes as long.</summary>
    private async Task<(List<FeedRow> Rows, long UpTo)> ReadJournalAsync(RuleBook rules)
    {
        var senders = Senders(rules);
        var read = await (ahead is { } next && next.After == decided.Seq ? next.Reading : ReadAsync(decided.Seq));
        ahead = read.UpTo < hub.Journal.Head ? (read.UpTo, ReadAsync(read.UpTo)) : null;
        return read;

        Task<(List<FeedRow> Rows, long UpTo)> ReadAsync(long after) => Task.Run(() =>
        {
            var upTo = Math.Min(after + FeedJournal.Window, hub.Journal.Head);
            return (hub.Reader.Read(after, upTo, senders, scope.Partner), upTo);
        });
    }

    /// <summary>
    /// Tells of the older reports that a point makes visible, from where it was left; false when the rules have changed.
    /// </summary>
    private async Task<bool> TellPointAsync(VisibilityPoint point, RuleBook rules, CancellationToken cancellation)
    {
        for (var after = Math.Max(point.After, decided.Within); after < point.UpTo;)
        {
            var end = Math.Min(after + FeedJournal.Window, point.UpTo);
            var now = hub.Time.GetUtcNow();
            foreach (var report in hub.Reader.ReadReports(after, end, Senders(rules)))
            {
                if (view.Tell(report, point, rules, hub.Agreements.RulesAsOf, now) is { } told
                    && hub.Entries.Of(report, told.Change, told.Decision) is { } entry && !await AddAsync(entry, rules, cancellation))
                {
                    return false;
                }

                decided = decided with { Within = report.Seq };
            }

            decided = decided with { Within = end };
            after = end;
            if (!await SendProgressAsync(rules, cancellation))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Adds to the next message, and first sends the one that is full: only now is it known that more follows, and the last
    /// is always left for a flush. False when the rules have changed.
    /// </summary>
    private async ValueTask<bool> AddAsync(FeedEntry entry, RuleBook rules, CancellationToken cancellation)
    {
        if (pending.Count >= entriesPerMessage
            && !await SendAsync(rules, unflushed + pending.Count < EntriesAFlush ? MoreFollows : Flushed, cancellation))
        {
            return false;
        }

        pending.Add(entry);
        return true;
    }

    // Who reads far without finding anything tells where it is, so that a new subscription need not begin again.
    private async Task<bool> SendProgressAsync(RuleBook rules, CancellationToken cancellation) =>
        hub.Time.GetElapsedTime(lastSent) < IdleTime || await SendAsync(rules, Flushed, cancellation);

    /// <summary>Sends what is pending; a first time at the end also when nothing is, to tell that all was told.</summary>
    private async Task FlushAsync(RuleBook rules, bool isAtEnd, CancellationToken cancellation)
    {
        if (pending.Count > 0 || unflushed > 0 || (isAtEnd && !isCaughtUp))
        {
            var sentNow = await SendAsync(rules, Flushed, cancellation, isAtEnd);
            isCaughtUp |= isAtEnd && sentNow;
        }
    }

    // A change of the rules is an entry, too. What it is not told of must not show in when it is told that there is
    // nothing: the time runs from the last message, not from the last entry.
    private async Task WaitAsync(RuleBook rules, CancellationToken cancellation)
    {
        var left = IdleTime - hub.Time.GetElapsedTime(lastSent);
        try
        {
            await hub.Tail.MovedBeyond(decided.Seq)
                .WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, hub.Time, cancellation);
        }
        catch (TimeoutException)
        {
            await SendAsync(rules, Flushed, cancellation);
        }
    }

    /// <summary>Sends what is pending and moves on; false when the rules have changed and nothing was sent.</summary>
    private async Task<bool> SendAsync(
        RuleBook rules, WriteOptions options, CancellationToken cancellation, bool isAtEnd = false)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!ReferenceEquals(hub.Agreements.Rules, rules))
        {
            return false;
        }

        var message = new SubscribeResponse
        {
            Entries = { pending },
            Cursor = UnsafeByteOperations.UnsafeWrap(hub.Cursors.Seal(scope, decided)),
            // Once for all: whether there is more at this moment would tell of what is hidden.
            CaughtUp = isAtEnd || isCaughtUp,
        };
        answer.WriteOptions = options;
        begun = decided;
        var writing = answer.WriteAsync(message, cancellation);
        if (!writing.IsCompletedSuccessfully)
        {
            try
            {
                await writing.WaitAsync(LongestWrite, hub.Time, cancellation);
            }
            catch (TimeoutException)
            {
                throw new HubException(
                    ErrorReason.SubscriberTooSlow, "", $"Nothing was read for {LongestWrite.TotalSeconds:0} seconds.",
                    "Subscribe again from the last cursor, and read faster or fewer.");
            }
        }

        sent = decided;
        lastSent = hub.Time.GetTimestamp();
        unflushed = options == Flushed ? 0 : unflushed + pending.Count;
        pending.Clear();
        return true;
    }

    private void Discard()
    {
        pending.Clear();
        decided = sent;
        ahead = null;
    }

    // Its own, and of those that it has an agreement with when it is asked: they share with whoever acts as that partner.
    private bool IsParty(PartnerNotice notice, RuleBook rules, DateTimeOffset at)
    {
        var about = new PartnerId(notice.Partner);
        return about == scope.Partner || rules.Agreements.Versions.Any(
            a => a.ValidTo > at && a.Parties.ContainsKey(scope.Partner) && a.Parties.ContainsKey(about));
    }

    // Reports of nobody else can be seen; Disclosure decides about each of them.
    private HashSet<PartnerId> Senders(RuleBook rules)
    {
        var senders = rules.Agreements.FlowsTo(scope.Partner).Select(f => f.Flow.From).ToHashSet();
        if (scope.IncludeOwn)
        {
            senders.Add(scope.Partner);
        }

        return senders;
    }

    private RuleBook AsOf(long seq, RuleBook rules) => seq > rules.Since ? rules : hub.Agreements.RulesAsOf(seq);

    private HubException Resumable(Refusal refusal) =>
        new(refusal with { ResumeCursor = Convert.ToBase64String(hub.Cursors.Seal(scope, sent)) });
}
