using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client.Tests;

public sealed class IncidentStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ManyIncidents_GivesOneResultForEachInFewMessages()
    {
        await using var partner = await ConnectedPartner.StartAsync();

        var results = await partner.Client
            .StreamIncidentsAsync(ConnectedPartner.Incidents(12_345), cancellation: Stop).ToListAsync(Stop);

        Assert.Equal(12_345, results.Select(r => r.SourceRef).Distinct().Count());
        Assert.Equal(12_345, results.Count);
        Assert.All(partner.Hub.Batches, size => Assert.InRange(size, 1, 100));
        Assert.Equal(1, partner.Hub.Calls);
    }

    [Fact]
    public async Task Stream_EmptySource_EndsWithoutACall()
    {
        await using var partner = await ConnectedPartner.StartAsync();

        Assert.Empty(await partner.Client
            .StreamIncidentsAsync(ConnectedPartner.Incidents(0), cancellation: Stop).ToListAsync(Stop));
        Assert.Equal(0, partner.Hub.Calls);
    }

    [Fact]
    public async Task Stream_SlowSource_DoesNotHoldAReportBack()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var source = Channel.CreateUnbounded<Incident>();
        await using var results = partner.Client
            .StreamIncidentsAsync(source.Reader.ReadAllAsync(Stop), cancellation: Stop).GetAsyncEnumerator(Stop);

        // Each is answered before the next exists: a stream that waited for a full message would hang here.
        for (var i = 0; i < 5; i++)
        {
            source.Writer.TryWrite(ConnectedPartner.Incident(i));
            Assert.True(await results.MoveNextAsync());
            Assert.Equal($"k-{i}", results.Current.SourceRef);
        }
        source.Writer.Complete();
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task Stream_HubSilent_StopsPullingAtMaxUnanswered()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var pulled = 0;
        var full = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        partner.Hub.OnMessage = async (request, responses, _) =>
        {
            await go.Task;
            await responses.WriteAsync(partner.Hub.Take(request));
        };
        var reading = partner.Client.StreamIncidentsAsync(
            ConnectedPartner.Incidents(500, i =>
            {
                if (Interlocked.Increment(ref pulled) == 50)
                {
                    full.SetResult();
                }
            }),
            new StreamOptions { MaxUnanswered = 50 }, Stop).ToListAsync(Stop);

        await full.Task.WaitAsync(Stop);
        Assert.Equal(50, Volatile.Read(ref pulled));
        Assert.False(reading.IsCompleted);

        go.SetResult();
        Assert.Equal(500, (await reading).Count);
    }

    [Fact]
    public async Task Stream_ConnectionBreaksAgainAndAgain_LosesAndDoublesNothing()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var messages = 0;
        partner.Hub.OnMessage = async (request, responses, context) =>
        {
            // Every fourth message is taken, and the connection torn down before the answer leaves.
            var answer = partner.Hub.Take(request);
            if (Interlocked.Increment(ref messages) % 4 == 0)
            {
                context.GetHttpContext().Abort();
            }
            else
            {
                await responses.WriteAsync(answer);
            }
        };

        var results = await partner.Client.StreamIncidentsAsync(ConnectedPartner.Incidents(1_000),
            new StreamOptions { MaxUnanswered = 300 }, Stop).ToListAsync(Stop);

        Assert.Equal(1_000, results.Count);
        Assert.Equal(1_000, results.Select(r => r.SourceRef).Distinct().Count());
        Assert.Equal(1_000, partner.Hub.Taken.Count);
        Assert.True(partner.Hub.Calls > 1);
    }

    [Fact]
    public async Task Stream_Resent_KeepsTheOrderOfRevisions()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var arrived = new List<int>();
        var isFirst = true;
        partner.Hub.OnMessage = async (request, responses, _) =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw Unavailable();
            }
            arrived.AddRange(request.Incidents.Select(i => i.Report.Revision));
            await responses.WriteAsync(partner.Hub.Take(request));
        };
        var revisions = Enumerable.Range(1, 40).Select(r => ConnectedPartner.Incident(7, r)).ToAsyncEnumerable();

        var results = await partner.Client.StreamIncidentsAsync(
            revisions, new StreamOptions { MaxBatch = 3 }, Stop).ToListAsync(Stop);

        Assert.Equal(40, results.Count);
        Assert.Equal(Enumerable.Range(1, 40), arrived);
    }

    [Fact]
    public async Task Stream_SameKeyTwice_GivesTwoResults()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var twice = new[] { ConnectedPartner.Incident(1), ConnectedPartner.Incident(1) }.ToAsyncEnumerable();

        var results = await partner.Client.StreamIncidentsAsync(twice, cancellation: Stop).ToListAsync(Stop);

        Assert.Equal(["k-1", "k-1"], results.Select(r => r.SourceRef));
        Assert.Equal(2, partner.Hub.Taken[("k-1", 1)]);
    }

    [Fact]
    public async Task Stream_IncidentLargerThanAMessage_RefusedAloneAndTheRestTaken()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var large = ConnectedPartner.Incident(1);
        large.Report.Summary = new string('x', 5 * 1024 * 1024);
        var source = new[] { ConnectedPartner.Incident(0), large, ConnectedPartner.Incident(2) }.ToAsyncEnumerable();

        var results = await partner.Client.StreamIncidentsAsync(source, cancellation: Stop).ToListAsync(Stop);

        Assert.Equal(3, results.Count);
        Assert.Equal(Errors.V1.ErrorReason.ReportTooLarge, results.Single(r => r.Refused is not null).Refused.Reason);
    }

    [Fact]
    public async Task Stream_LargeIncidents_StayUnderTheLargestMessage()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var source = Enumerable.Range(0, 150).Select(i =>
        {
            var incident = ConnectedPartner.Incident(i);
            incident.Report.Summary = new string('x', 60_000);
            return incident;
        }).ToAsyncEnumerable();

        Assert.Equal(150, (await partner.Client.StreamIncidentsAsync(source, cancellation: Stop).ToListAsync(Stop)).Count);
        Assert.True(partner.Hub.Batches.Count > 2);
    }

    [Fact]
    public async Task Stream_PermissionDenied_ThrownAtOnceWithTheHubsWords()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnMessage = (_, _, _) => throw new Google.Rpc.Status
        {
            Code = (int)Code.PermissionDenied,
            Message = "No agreement lets polisen send anything.",
            Details =
            {
                Any.Pack(new ErrorInfo
                {
                    Domain = "trygghethub",
                    Reason = "AGREEMENT_NOT_ACTIVE",
                    Metadata = { ["rule"] = "An agreement is in force.", ["remedy"] = "Ask the operator." },
                }),
                Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "report" } } }),
            },
        }.ToRpcException();

        var exception = await Assert.ThrowsAsync<HubException>(async () => await partner.Client
            .StreamIncidentsAsync(ConnectedPartner.Incidents(10), cancellation: Stop).ToListAsync(Stop));

        Assert.Equal(StatusCode.PermissionDenied, exception.StatusCode);
        Assert.Equal("AGREEMENT_NOT_ACTIVE", exception.Reason);
        Assert.Equal("report", exception.Field);
        Assert.Equal("An agreement is in force.", exception.Rule);
        Assert.Equal("Ask the operator.", exception.Remedy);
        Assert.Equal("No agreement lets polisen send anything.", exception.Message);
        Assert.Equal(1, partner.Hub.Calls);
    }

    [Fact]
    public async Task Stream_HubStaysAway_GivesUpAndSaysWhatIsUnanswered()
    {
        var time = new FakeTimeProvider();
        await using var partner = await ConnectedPartner.StartAsync(time);
        partner.Hub.OnMessage = (_, _, _) => throw Unavailable();

        var reading = partner.Client.StreamIncidentsAsync(ConnectedPartner.Incidents(3),
            new StreamOptions { MaxReconnects = 4 }, Stop).ToListAsync(Stop).AsTask();
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        var exception = await Assert.ThrowsAsync<HubException>(() => reading);
        Assert.Contains("3 incidents are unanswered, the first of them k-0 revision 1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(5, partner.Hub.Calls);
    }

    [Fact]
    public async Task Stream_HubEndsTheStreamEarly_ConnectsAgain()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var calls = 0;
        partner.Hub.OnMessage = async (request, responses, context) =>
        {
            if (Interlocked.Increment(ref calls) == 2)
            {
                throw Unavailable();
            }

            await responses.WriteAsync(partner.Hub.Take(request));
        };

        var results = await partner.Client.StreamIncidentsAsync(ConnectedPartner.Incidents(10),
            new StreamOptions { MaxBatch = 1 }, Stop).ToListAsync(Stop);

        Assert.Equal(10, results.Count);
        Assert.Equal(2, partner.Hub.Calls);
    }

    [Fact]
    public async Task Stream_SourceThrows_GivesTheAnswersFirst()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var results = new List<ReportResult>();

        var exception = await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (var result in partner.Client.StreamIncidentsAsync(
                ConnectedPartner.Incidents(9, i =>
                {
                    if (i == 5)
                    {
                        throw new FormatException("line 6");
                    }
                }), cancellation: Stop))
            {
                results.Add(result);
            }
        });

        Assert.Equal("line 6", exception.Message);
        Assert.Equal(5, results.Count);
    }

    [Fact]
    public async Task Stream_ReaderLeaves_EndsTheCall()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        var ended = new TaskCompletionSource();
        partner.Hub.OnMessage = async (request, responses, context) =>
        {
            context.CancellationToken.Register(() => ended.TrySetResult());
            await responses.WriteAsync(partner.Hub.Take(request));
        };
        var source = Channel.CreateUnbounded<Incident>();
        source.Writer.TryWrite(ConnectedPartner.Incident(1));

        await foreach (var _ in partner.Client.StreamIncidentsAsync(source.Reader.ReadAllAsync(Stop), cancellation: Stop))
        {
            break;
        }

        await ended.Task.WaitAsync(Stop);
    }

    [Fact]
    public async Task Stream_Cancelled_ThrowsOperationCanceled()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        partner.Hub.OnMessage = async (_, _, _) => await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await partner.Client
            .StreamIncidentsAsync(ConnectedPartner.Incidents(3), cancellation: cancel.Token).ToListAsync(Stop));
    }

    [Fact]
    public async Task Push_ManyObservations_AnswersInOrderInCallsOfFiveThousand()
    {
        await using var partner = await ConnectedPartner.StartAsync();

        var results = await partner.Client.PushObservationsAsync(
            Enumerable.Range(0, 5_600).Select(ConnectedPartner.Observation), cancellation: Stop);

        Assert.Equal(Enumerable.Range(0, 5_600).Select(i => $"f-{i}"), results.Select(r => r.SourceRef));
        Assert.Equal(2, partner.Hub.Calls);
        Assert.Equal([.. Enumerable.Repeat(500, 10), 500, 100], partner.Hub.Batches);
    }

    [Fact]
    public async Task Push_CallBreaks_IsSentAgainWhole()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnPush = (call, context) =>
        {
            if (call == 1)
            {
                context.GetHttpContext().Abort();
            }

            return call == 2 ? throw Unavailable() : Task.CompletedTask;
        };

        var results = await partner.Client.PushObservationsAsync(
            Enumerable.Range(0, 900).Select(ConnectedPartner.Observation), cancellation: Stop);

        Assert.Equal(900, results.Count);
        Assert.Equal(3, partner.Hub.Calls);
    }

    private static RpcException Unavailable() => new(new Grpc.Core.Status(StatusCode.Unavailable, "stopping"));
}
