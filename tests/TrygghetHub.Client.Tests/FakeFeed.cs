using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;

namespace TrygghetHub.Client.Tests;

/// <summary>A feed of numbered incidents, whose cursors are the number of the last: sends what there is, then what comes.</summary>
internal sealed class FakeFeed
{
    private readonly List<FeedEntry> journal = [];
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every request, in the order of arrival.</summary>
    public ConcurrentQueue<SubscribeRequest> Requests { get; } = [];

    /// <summary>The cursors that the hub keeps.</summary>
    public ConcurrentDictionary<string, ByteString> Kept { get; } = [];

    /// <summary>Every acknowledgement, in the order of arrival.</summary>
    public ConcurrentQueue<AcknowledgeFeedRequest> Acknowledgements { get; } = [];

    /// <summary>Told before each message which subscription it is for, counted from 1, and what is sent; may end it.</summary>
    public Func<int, SubscribeResponse, ServerCallContext, Task>? OnMessage { get; set; }

    /// <summary>Told of each acknowledgement before it is taken; may refuse it.</summary>
    public Action<AcknowledgeFeedRequest>? OnAcknowledge { get; set; }

    /// <summary>The recalls, and the page that each list was asked for.</summary>
    public List<Recall> Recalls { get; } = [];

    public ConcurrentQueue<AnswerRecallRequest> Answers { get; } = [];

    public static ByteString Cursor(int number) => ByteString.CopyFromUtf8(number.ToString(CultureInfo.InvariantCulture));

    public static int Number(ByteString cursor) => int.Parse(cursor.ToStringUtf8(), CultureInfo.InvariantCulture);

    public static int Number(FeedEntry entry) =>
        int.Parse(entry.Incident.Name.AsSpan(entry.Incident.Name.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);

    /// <summary>Appends so many entries.</summary>
    public void Append(int count)
    {
        int last;
        lock (journal)
        {
            last = journal.Count;
        }

        Append([.. Enumerable.Range(last + 1, count).Select(number => new FeedEntry
        {
            Change = FeedChange.New,
            Incident = new Incident { Name = $"partners/polisen/incidents/{number}" },
        })]);
    }

    /// <summary>Appends entries, all at once.</summary>
    public void Append(params FeedEntry[] entries)
    {
        lock (journal)
        {
            journal.AddRange(entries);
            grown.TrySetResult();
            grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private int Start(SubscribeRequest request)
    {
        lock (journal)
        {
            return request.StartCase switch
            {
                SubscribeRequest.StartOneofCase.Cursor => Number(request.Cursor),
                SubscribeRequest.StartOneofCase.CursorName =>
                    Kept.TryGetValue(request.CursorName, out var cursor) ? Number(cursor) : 0,
                SubscribeRequest.StartOneofCase.FromNow => journal.Count,
                _ => 0,
            };
        }
    }

    private async Task SendAsync(
        SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responses, ServerCallContext context)
    {
        Requests.Enqueue(request);
        var subscription = Requests.Count;
        for (var at = Start(request); ;)
        {
            Task more;
            var message = new SubscribeResponse();
            lock (journal)
            {
                message.Entries.Add(journal.Skip(at).Take(request.EntriesPerMessage));
                at += message.Entries.Count;
                message.CaughtUp = at == journal.Count;
                more = message.CaughtUp ? grown.Task : Task.CompletedTask;
            }
            message.Cursor = Cursor(at);
            if (OnMessage is { } work)
            {
                await work(subscription, message, context);
            }

            await responses.WriteAsync(message, context.CancellationToken);
            await more.WaitAsync(context.CancellationToken);
        }
    }

    internal sealed class Service(FakeHub hub) : FeedService.FeedServiceBase
    {
        private FakeFeed Feed => hub.Feed;

        public override Task Subscribe(
            SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context) =>
            Feed.SendAsync(request, responseStream, context);

        public override Task<AcknowledgeFeedResponse> AcknowledgeFeed(AcknowledgeFeedRequest request, ServerCallContext context)
        {
            Feed.OnAcknowledge?.Invoke(request);
            Feed.Acknowledgements.Enqueue(request);
            Feed.Kept[request.CursorName] = request.Cursor;
            return Task.FromResult(new AcknowledgeFeedResponse());
        }

        public override Task<ListCursorsResponse> ListCursors(ListCursorsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListCursorsResponse
            {
                Cursors =
                {
                    Feed.Kept.Select(k => new KeptCursor
                    {
                        CursorName = k.Key,
                        AcknowledgeTime = DateTimeOffset.UnixEpoch.ToTimestamp(),
                    }),
                },
            });

        public override Task<DeleteCursorResponse> DeleteCursor(DeleteCursorRequest request, ServerCallContext context)
        {
            Feed.Kept.TryRemove(request.CursorName, out _);
            return Task.FromResult(new DeleteCursorResponse());
        }

        public override Task<ListRecallsResponse> ListRecalls(ListRecallsRequest request, ServerCallContext context)
        {
            const int perPage = 2;
            var from = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, CultureInfo.InvariantCulture);
            return Task.FromResult(new ListRecallsResponse
            {
                Recalls = { Feed.Recalls.Skip(from).Take(perPage) },
                NextPageToken = from + perPage < Feed.Recalls.Count ? $"{from + perPage}" : "",
            });
        }

        public override Task<AnswerRecallResponse> AnswerRecall(AnswerRecallRequest request, ServerCallContext context)
        {
            Feed.Answers.Enqueue(request);
            return Task.FromResult(new AnswerRecallResponse { Recall = new Recall { Name = request.Name } });
        }
    }
}
