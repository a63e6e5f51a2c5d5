using System.Runtime.CompilerServices;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;

namespace TrygghetHub.Client;

/// <summary>What a partner receives: the feed of what it may see, and the recalls that it answers.</summary>
/// <remarks>
/// Every call fails with a <see cref="HubException"/>, or with an <see cref="OperationCanceledException"/> when its own
/// token was cancelled, subscriptions excepted. Thread-safe.
/// </remarks>
public sealed class HubFeed
{
    private const int RecallsPerPage = 1_000;

    private readonly FeedService.FeedServiceClient service;
    private readonly TimeProvider time;

    internal HubFeed(FeedService.FeedServiceClient service, TimeProvider time)
    {
        this.service = service;
        this.time = time;
    }

    /// <summary>Receives what the caller may see, message by message, from where it was left on.</summary>
    /// <param name="options">What to receive, and where to keep how far one has come.</param>
    /// <param name="cancellation">
    /// Ends the subscription: the enumeration ends without an exception, since that is how following ends.
    /// </param>
    /// <returns>
    /// Batches in the order of the journal; without entries where the hub only tells where the feed is. Ends when it is
    /// cancelled, or with <see cref="FeedOptions.EndsWhenCaughtUp"/>.
    /// </returns>
    /// <remarks>
    /// <para>
    /// At least once: the cursor of a batch is kept when the next one is asked for, which says that it is processed, or
    /// when it is acknowledged. Whoever leaves the loop in the middle gets that batch again. Nothing is lost, and an
    /// entry comes twice only after a new connection, and then only past the cursor kept last.
    /// </para>
    /// <para>
    /// Goes on by itself, with growing waits between attempts, after a broken connection, when the hub restarts, over a
    /// quota, after an hour, and when the caller has read too slowly; once also when the last agreement has ended, since
    /// recalls still come. One batch is received ahead while another is processed; a caller that is slower than that
    /// slows the hub.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">No purpose is given, or a number is out of its range.</exception>
    /// <exception cref="HubException">
    /// The hub refuses, as with <c>PERMISSION_MISSING</c>, <c>CERTIFICATE_REVOKED</c>, <c>AGREEMENT_NOT_ACTIVE</c> or
    /// <c>CURSOR_INVALID</c>, or could not be reached as often as the options allow.
    /// </exception>
    /// <exception cref="CursorStoreException">A cursor cannot be read or kept.</exception>
    public IAsyncEnumerable<FeedBatch> SubscribeAsync(FeedOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Purpose == Purpose.Unspecified)
        {
            throw new ArgumentException("A purpose is required.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.EntriesPerMessage, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.EntriesPerMessage, 500, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxReconnects ?? 0, nameof(options));
        return FeedSubscription.RunAsync(service, options, time, cancellation);
    }

    /// <summary>The same entry by entry: the cursor is kept when the entry after the last of a message is asked for.</summary>
    /// <param name="options">As for <see cref="SubscribeAsync"/>.</param>
    /// <param name="cancellation">As for <see cref="SubscribeAsync"/>.</param>
    /// <exception cref="HubException">As for <see cref="SubscribeAsync"/>.</exception>
    /// <exception cref="CursorStoreException">As for <see cref="SubscribeAsync"/>.</exception>
    public IAsyncEnumerable<FeedEntry> SubscribeEntriesAsync(FeedOptions options, CancellationToken cancellation = default)
    {
        return EntriesOf(SubscribeAsync(options, cancellation), cancellation);

        static async IAsyncEnumerable<FeedEntry> EntriesOf(
            IAsyncEnumerable<FeedBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
            {
                foreach (var entry in batch.Entries)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>A store that has the hub keep the cursor of one subscription.</summary>
    /// <param name="name">1 to 60 of a–z, 0–9 and hyphen, starting with a letter, with at most nine digits, five in a row; a partner has at most 100.</param>
    public HubCursorStore CursorsAtHub(string name) => new(service, name);

    /// <summary>Lists the cursors that the hub keeps for the caller, with what became of their streams.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>In the order of their names.</returns>
    /// <exception cref="HubException">The hub refused, or did not answer.</exception>
    public async Task<IReadOnlyList<KeptCursor>> ListCursorsAsync(CancellationToken cancellation = default) =>
        (await service.ListCursorsAsync(new ListCursorsRequest(), cancellationToken: cancellation).ConfigureAwait(false)).Cursors;

    /// <summary>
    /// Has the hub forget a cursor: the next subscription under the name starts over. One that is not there changes
    /// nothing.
    /// </summary>
    /// <param name="name">As given.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="HubException">The hub refused, or did not answer.</exception>
    public async Task DeleteCursorAsync(string name, CancellationToken cancellation = default) =>
        await service.DeleteCursorAsync(new DeleteCursorRequest { CursorName = name }, cancellationToken: cancellation).ConfigureAwait(false);

    /// <summary>Lists recalls, newest first, fetched a page at a time while they are read.</summary>
    /// <param name="ordered">
    /// True for those of the caller's own reports, with who has answered; false for those that it has to answer.
    /// </param>
    /// <param name="unansweredOnly">Only those that somebody has not answered.</param>
    /// <param name="overdueOnly">Only those that somebody has not answered in time.</param>
    /// <param name="cancellation">Ends the calls.</param>
    /// <exception cref="HubException">The hub refused, or did not answer.</exception>
    public async IAsyncEnumerable<Recall> ListRecallsAsync(bool ordered = false, bool unansweredOnly = false,
        bool overdueOnly = false, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListRecallsRequest
        {
            Ordered = ordered,
            UnansweredOnly = unansweredOnly,
            OverdueOnly = overdueOnly,
            PageSize = RecallsPerPage,
        };
        do
        {
            var page = await service.ListRecallsAsync(request, cancellationToken: cancellation).ConfigureAwait(false);
            foreach (var recall in page.Recalls)
            {
                yield return recall;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Answers a recall. The same again changes nothing; another answer takes its place.</summary>
    /// <param name="name"><c>recalls/{recall}</c>.</param>
    /// <param name="outcome">What was done with what was recalled.</param>
    /// <param name="decisionReference">
    /// The decision to dispose, at most 120 characters: required of an authority that has deleted.
    /// </param>
    /// <param name="rule">The rule under which it is kept, at most 200 characters: required when it is.</param>
    /// <param name="cancellation">Ends the wait; answer again to know that it was taken.</param>
    /// <returns>The recall with the answer, which is durable.</returns>
    /// <exception cref="HubException">The hub refused, or did not answer.</exception>
    public async Task<Recall> AnswerRecallAsync(string name, RecallOutcome outcome, string? decisionReference = null,
        string? rule = null, CancellationToken cancellation = default)
    {
        var answer = await service.AnswerRecallAsync(new AnswerRecallRequest
        {
            Name = name,
            Outcome = outcome,
            DecisionReference = decisionReference ?? "",
            Rule = rule ?? "",
        }, cancellationToken: cancellation).ConfigureAwait(false);
        return answer.Recall;
    }
}
