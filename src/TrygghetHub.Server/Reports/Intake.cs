using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The way in, the same for every type of report. Thread-safe.
/// <code>
/// 1  Prepare  identity and size → fields → category and ceiling → place → agreement; hash and serialise
/// 2  lane     repeat? → rules still the same? → append, supersede            (ReportWriter)
/// 3  Answer   after the commit: name and sealed receipt, or the refusal
/// </code>
/// </summary>
internal sealed class Intake(
    JournalLane journal, AgreementRegister agreements, SourceRefs sourceRefs, Receipts receipts, TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    // Reports in one piece of work: what one transaction takes without keeping others waiting noticeably.
    private const int LargestPiece = 500;

    // Bytes of one call that may wait for the lane.
    private const int InFlightBytes = 8 * 1024 * 1024;

    /// <summary>Checks and decides one report; touches no store.</summary>
    public PreparedReport Prepare(PartnerId sender, Submission submission)
    {
        var rules = agreements.Rules;
        var report = submission.Report ?? new Wire.Report();
        var flaw = submission.Report is null
            ? new Refusal(ErrorReason.FieldRequired, "report", "What every report says is required.",
                "Send the report inside its type.")
            : submission.Size > ReportRules.LargestReport
                ? new Refusal(ErrorReason.ReportTooLarge, "report", "A report has at most 64 KiB.",
                    "Send a summary, and keep the documents where they are.")
                : ReportRules.CheckIdentity(report.SourceRef, report.Revision, report.SourceVersion);
        if (flaw is not null)
        {
            return new PreparedReport
            {
                Type = submission.Type,
                SourceRef = report.SourceRef,
                Revision = report.Revision,
                Refusal = flaw,
                Rules = rules,
            };
        }

        var values = submission.ValuesSent();
        var stored = Resolve(sender, submission, report, rules, out var refusal, out var until);
        return new PreparedReport
        {
            Type = submission.Type,
            SourceRef = report.SourceRef,
            Revision = report.Revision,
            Refusal = refusal,
            SourceRefHash = sourceRefs.Hash(sender, report.SourceRef),
            ContentHash = SHA256.HashData(values),
            Content = refusal is not null ? [] : new ReportContent
            {
                SealedSourceRef = UnsafeByteOperations.UnsafeWrap(sourceRefs.Seal(sender, report.SourceRef)),
                Report = UnsafeByteOperations.UnsafeWrap(values),
            }.ToByteArray(),
            SourceVersion = report.SourceVersion,
            Report = stored,
            Rules = rules,
            PermittedUntil = until,
        };
    }

    /// <summary>Takes one report; answers when it is durable.</summary>
    /// <exception cref="HubException">The report was refused, with the reason that a stream would answer.</exception>
    public async Task<Accepted> SubmitAsync(
        PartnerId sender, Submission submission, CancellationToken cancellation)
    {
        var prepared = Prepare(sender, submission);
        var done = new TaskCompletionSource<IntakeWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        await journal.EnqueueAsync(
            new IntakeWork(sender, [prepared], submission.Size, agreements, done.SetResult), cancellation);
        var work = await done.Task;
        ThrowIfFaulted(work);
        return prepared.Outcome.Refusal is { } refusal
            ? throw new HubException(refusal)
            : ToAccepted(sender, submission.Type, prepared.Outcome);
    }

    /// <summary>Withdraws a report of the sender's own; answers when it is durable.</summary>
    public async Task<Accepted> WithdrawAsync(
        PartnerId sender, ReportType type, string sourceRef, int revision, string sourceVersion, WithdrawalReason reason,
        CancellationToken cancellation)
    {
        // The revision may be left to the hub; 1 stands in for it where the form is checked.
        var flaw = ReportRules.CheckIdentity(sourceRef, revision == 0 ? 1 : revision, sourceVersion, prefix: "")
            ?? ReportRules.RequireKnown(reason, WithdrawalReason.Unspecified, "reason");
        if (flaw is not null)
        {
            throw new HubException(flaw);
        }

        var content = new ReportContent
        {
            SealedSourceRef = UnsafeByteOperations.UnsafeWrap(sourceRefs.Seal(sender, sourceRef)),
            WithdrawalReason = (int)reason,
        };
        var outcome = await journal.WriteAsync(
            transaction => ReportWriter.Withdraw(
                transaction, sender, type, sourceRefs.Hash(sender, sourceRef), revision, sourceVersion, content),
            published: null, cancellation);
        return ToAccepted(sender, type, outcome);
    }

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
        var answers = Channel.CreateUnbounded<IntakeWork>(new UnboundedChannelOptions { SingleReader = true });
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var answering = AnswerAsync();
        try
        {
            await ReadAsync(sender, requests, submissions, work => answers.Writer.TryWrite(work), broken.Token);
        }
        finally
        {
            // All pieces have been through the lane by now: what is left is to write their answers.
            answers.Writer.Complete();
            await answering;
        }

        async Task AnswerAsync()
        {
            var results = new List<ReportResult>();
            try
            {
                while (await answers.Reader.WaitToReadAsync(CancellationToken.None))
                {
                    while (answers.Reader.TryRead(out var work))
                    {
                        ThrowIfFaulted(work);
                        AddResults(sender, work, results);
                        if (!answers.Reader.TryPeek(out var next) || next.Commit != work.Commit)
                        {
                            await answer(results);
                            results = [];
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
        await ReadAsync(sender, requests, Counted, work => answered.Add(work), cancellation);

        var results = new List<ReportResult>(taken);
        foreach (var work in answered)
        {
            ThrowIfFaulted(work);
            AddResults(sender, work, results);
        }

        return results;

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
        Action<IntakeWork> answered, CancellationToken cancellation)
    {
        var inFlight = new InFlightLimit(InFlightBytes);
        var unanswered = new CountdownEvent(1);
        var allAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            while (await requests.MoveNext(ending.Token))
            {
                foreach (var piece in submissions(requests.Current).Chunk(LargestPiece))
                {
                    var size = piece.Sum(s => s.Size);
                    var prepared = Array.ConvertAll(piece, s => Prepare(sender, s));
                    await inFlight.EnterAsync(size, ending.Token);
                    unanswered.AddCount();
                    try
                    {
                        await journal.EnqueueAsync(
                            new IntakeWork(sender, prepared, size, agreements, Answered), ending.Token);
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
            inFlight.Leave(work.Size);
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

    // Category, place and permission; null with the reason when one of them fails.
    private static StoredReport? Decided(
        PartnerId sender, Submission submission, Wire.Report report, RuleBook rules, DateTimeOffset now,
        out Refusal? refusal, out DateTimeOffset until)
    {
        until = default;
        if (rules.Categories.Find(report.Category) is not { } category)
        {
            refusal = report.Category.Length == 0
                ? new Refusal(ErrorReason.FieldRequired, "report.category", "A category is required.",
                    "Send a code from the category list, such as graffiti.")
                : new Refusal(ErrorReason.CategoryUnknown, "report.category", "The hub knows no such category.",
                    "Send a code from the category list, such as graffiti, or other.");
            return null;
        }

        if (!category.Taken)
        {
            refusal = new Refusal(
                ErrorReason.CategoryNotTaken, "report.category",
                "The category concerns individuals, and the hub holds nothing about individuals.",
                "Do not send such events; no agreement can open them.");
            return null;
        }

        if (!rules.Areas.TryResolve(report.Place.Area, out var area))
        {
            refusal = new Refusal(
                ErrorReason.AreaUnknown, "report.place.area", "The hub knows no area with this code.",
                "Use official codes, such as 0139; list the areas to see them.");
            return null;
        }

        refusal = ReportRules.CheckPrecision(report.Place, area)
            ?? Disclosure.MaySend(sender, category.Code, area, rules, now, out until);
        if (refusal is not null)
        {
            return null;
        }

        var from = report.Occurred.From.ToDateTimeOffset();
        var to = report.Occurred.To?.ToDateTimeOffset() ?? from;
        return new StoredReport
        {
            Id = default,
            Type = submission.Type,
            Revision = report.Revision,
            State = ReportState.Standing,
            Envelope = new ReportEnvelope
            {
                Sender = sender,
                Category = category.Code,
                Family = category.Family,
                Severity = report.Severity,
                Environment = report.Environment,
                Area = area,
                Precision = report.Place.Precision,
                Tlp = report.Tlp == Tlp.Unspecified ? Tlp.Amber : report.Tlp,
                Week = IsoWeek.OfInterval(from, to),
                Published = submission.Published,
                Exercise = report.Exercise,
                ContextOnly = report.ContextOnly,
            },
            OccurredFrom = JournalTime.ToMicros(from),
            OccurredTo = JournalTime.ToMicros(to),
            Certainty = report.Occurred.Certainty,
        };
    }

    private StoredReport? Resolve(
        PartnerId sender, Submission submission, Wire.Report report, RuleBook rules, out Refusal? refusal,
        out DateTimeOffset until)
    {
        var now = time.GetUtcNow();
        refusal = submission.Flaw ?? ReportRules.CheckFields(report, now);
        until = default;
        return refusal is null ? Decided(sender, submission, report, rules, now, out refusal, out until) : null;
    }

    private void AddResults(PartnerId sender, IntakeWork work, List<ReportResult> results)
    {
        foreach (var report in work.Reports)
        {
            var result = new ReportResult { SourceRef = report.SourceRef, Revision = report.Revision };
            if (report.Outcome.Refusal is { } refusal)
            {
                result.Refused = new Refused
                {
                    Reason = refusal.Reason,
                    Field = refusal.Field,
                    Rule = refusal.Rule,
                    Remedy = refusal.Remedy,
                };
            }
            else
            {
                result.Accepted = ToAccepted(sender, report.Type, report.Outcome);
            }

            results.Add(result);
        }
    }

    private Accepted ToAccepted(PartnerId sender, ReportType type, IntakeOutcome outcome) => new()
    {
        Name = ReportName.Of(sender, type, outcome.Id),
        Receipt = UnsafeByteOperations.UnsafeWrap(receipts.Seal(outcome.Seq, outcome.Leaf)),
    };

    private static void ThrowIfFaulted(IntakeWork work)
    {
        if (work.Fault is not null)
        {
            throw new HubException(new Refusal(
                ErrorReason.Unavailable, "", "The hub's store did not take the reports.",
                "Send again what was not answered; sending again is harmless."), work.Fault);
        }
    }
}
