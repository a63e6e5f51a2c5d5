using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Calls that carry many reports: reads, hands pieces to the lane, and answers, each at its own pace. Thread-safe.
/// </summary>
internal sealed class ReportStreams(
    Intake intake, JournalLane journal, AgreementRegister agreements, ReportWriter writer,
    IHostApplicationLifetime lifetime)
{
    // Reports in one piece of work: what one transaction takes without keeping others waiting noticeably.
    private const int LargestPiece = 500;

    // Bytes of one call that may be read and not yet answered. A report costs memory however small it is.
    private const int InFlightBytes = 8 * 1024 * 1024;
    private const int LeastShare = 1024;

    /// <summary>
    /// Takes a stream of reports until it ends: each is answered when it is durable, an answer carries the results
    /// of one commit. Whatever ends the stream, all that was read before is answered first.
    /// </summary>
    /// <param name="sender">Whose stream.</param>
    /// <param name="requests">Messages of one or many reports.</param>
    /// <param name="submissions">What a message carries.</param>
    /// <param name="answer">Writes one answer.</param>
    /// <param name="cancellation">The call's.</param>
    public async Task RunStreamAsync<TRequest>(
        PartnerId sender, IAsyncStreamReader<TRequest> requests, Func<TRequest, IEnumerable<Submission>> submissions,
        Func<IReadOnlyList<ReportResult>, Task> answer, CancellationToken cancellation)
    {
        var inFlight = new InFlightLimit(InFlightBytes);
        var answers = Channel.CreateUnbounded<IntakeWork>(new UnboundedChannelOptions { SingleReader = true });
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ByteString? lastReceipt = null;
        var answering = AnswerAsync();
        try
        {
            try
            {
                await ReadAsync(
                    sender, requests, submissions, inFlight, work => answers.Writer.TryWrite(work), broken.Token);
            }
            finally
            {
                // All pieces have been through the lane by now: what is left is to write their answers.
                answers.Writer.Complete();
                await answering;
            }
        }
        catch (HubException e) when (lastReceipt is not null)
        {
            // Pieces go through the lane in the order of sending: all up to this receipt's report is answered.
            throw new HubException(e.Refusal with { ResumeCursor = lastReceipt.ToBase64() }, e);
        }

        async Task AnswerAsync()
        {
            var results = new List<ReportResult>();
            var size = 0;
            try
            {
                while (await answers.Reader.WaitToReadAsync(CancellationToken.None))
                {
                    while (answers.Reader.TryRead(out var work))
                    {
                        Intake.ThrowIfFaulted(work);
                        results.AddRange(work.Reports.Select(r => intake.ToResult(sender, r)));
                        size += work.Size;
                        if (!answers.Reader.TryPeek(out var next) || next.Commit != work.Commit)
                        {
                            // Held until the answer is written: a sender that never reads is not read from either.
                            await answer(results);
                            lastReceipt = results.LastOrDefault(r => r.Accepted is not null)?.Accepted.Receipt ?? lastReceipt;
                            inFlight.Leave(size);
                            results = [];
                            size = 0;
                        }
                    }
                }
            }
            catch
            {
                // Nobody hears the answers any more, or the store takes nothing: stop reading.
                await broken.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>
    /// Takes a stream of reports and returns all results together when all are durable, in the order of sending.
    /// </summary>
    /// <param name="sender">Whose call.</param>
    /// <param name="requests">Messages of one or many reports.</param>
    /// <param name="submissions">What a message carries.</param>
    /// <param name="most">Reports that one call may carry.</param>
    /// <param name="cancellation">The call's.</param>
    /// <exception cref="HubException">MESSAGE_TOO_LARGE: more reports than <paramref name="most"/>.</exception>
    public async Task<IReadOnlyList<ReportResult>> RunPushAsync<TRequest>(
        PartnerId sender, IAsyncStreamReader<TRequest> requests, Func<TRequest, IEnumerable<Submission>> submissions,
        int most, CancellationToken cancellation)
    {
        // The lane is first in, first out: pieces are answered in the order in which they were sent.
        var answered = new List<IntakeWork>();
        var taken = 0;
        var inFlight = new InFlightLimit(InFlightBytes);
        await ReadAsync(
            sender, requests, Counted, inFlight,
            work =>
            {
                inFlight.Leave(work.Size);
                answered.Add(work);
            },
            cancellation);
        answered.ForEach(Intake.ThrowIfFaulted);
        return [.. answered.SelectMany(work => work.Reports).Select(report => intake.ToResult(sender, report))];

        IEnumerable<Submission> Counted(TRequest request)
        {
            foreach (var submission in submissions(request))
            {
                yield return ++taken <= most
                    ? submission
                    : throw new HubException(
                        ErrorReason.MessageTooLarge, "", $"One call takes at most {most} reports.",
                        "Send the rest in another call; sending again what was in this one is harmless.");
            }
        }
    }

    /// <summary>Reads to the end and returns, or throws, when every piece has been through the lane.</summary>
    private async Task ReadAsync<TRequest>(
        PartnerId sender, IAsyncStreamReader<TRequest> requests, Func<TRequest, IEnumerable<Submission>> submissions,
        InFlightLimit inFlight, Action<IntakeWork> answered, CancellationToken cancellation)
    {
        var unanswered = new CountdownEvent(1);
        var allAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            while (await requests.MoveNext(ending.Token))
            {
                foreach (var piece in submissions(requests.Current).Chunk(LargestPiece))
                {
                    var size = piece.Sum(s => Math.Max(s.Size, LeastShare));
                    var prepared = Array.ConvertAll(piece, s => intake.Prepare(sender, s));
                    await inFlight.EnterAsync(size, ending.Token);
                    unanswered.AddCount();
                    try
                    {
                        await journal.EnqueueAsync(
                            new IntakeWork(sender, prepared, size, agreements, writer, Answered), ending.Token);
                    }
                    catch
                    {
                        Done();
                        throw;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Streams do not hold up a hub that stops; what was read is answered first.
            throw JournalLane.Stopping();
        }
        finally
        {
            Done();
            await allAnswered.Task;
            unanswered.Dispose();
        }

        void Answered(IntakeWork work)
        {
            answered(work);
            Done();
        }

        void Done()
        {
            if (unanswered.Signal())
            {
                allAnswered.SetResult();
            }
        }
    }
}
