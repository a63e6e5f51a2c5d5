using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The way in, the same for every type of report; <see cref="ReportStreams"/> runs many through it. Thread-safe.
/// <code>
/// 1  Prepare  identity and size → fields → category and ceiling → place → agreement → screening; hash, serialise, seal
/// 2  lane     repeat? → rules still the same? → findings? → append, supersede   (ReportWriter)
/// 3  Answer   after the commit: name and sealed receipt, or the refusal
/// </code>
/// </summary>
internal sealed class Intake(
    JournalLane journal, AgreementRegister agreements, ReportWriter writer, SourceRefs sourceRefs, ReportContents contents,
    CodeMappings codes, EventTypes eventTypes, Receipts receipts, HubKeys keys, TimeProvider time)
    : IDisposable
{
    // 128 bits tell two contents of one sender apart.
    private const int ContentHashSize = 16;

    // Outlives the content that it is of, so that nobody may try out contents against it.
    private readonly KeyedHash contentHash = new(keys.Derive("content-hash"));

    /// <summary>Checks and decides one report; touches no store but for the key of a new day.</summary>
    /// <param name="sender">Whose.</param>
    /// <param name="submission">What its slice says of it.</param>
    /// <param name="confirmation">The sender's word on what the screening will find; null for a report as it comes.</param>
    public PreparedReport Prepare(PartnerId sender, Submission submission, Confirmation? confirmation = null)
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
                SourceRef = Echo(report.SourceRef),
                Revision = report.Revision,
                Refusal = flaw,
                Rules = rules,
            };
        }

        var types = eventTypes.Current;
        report = submission.Published ? PublishedEvents.WithoutNeverTakenText(report, types) : report;
        var values = submission.Values(report);
        var stored = Resolve(sender, submission, report, rules, types, out var refusal, out var until);
        var findings = stored is null ? [] : IntakeScreening.Screen(report, rules.Areas);
        if (findings.Count > 0 || report.Summary.Length > 0)
        {
            stored = stored is null
                ? null
                : stored with { Envelope = stored.Envelope with { Text = IntakeScreening.StateOf(report, findings) } };
        }

        return new PreparedReport
        {
            Type = submission.Type,
            SourceRef = report.SourceRef,
            Revision = report.Revision,
            Refusal = refusal,
            SourceRefHash = sourceRefs.Hash(sender, report.SourceRef),
            ContentHash = Hash(values),
            Content = refusal is not null ? [] : contents.Seal(sender, time.GetUtcNow(), new ReportContent
            {
                SourceRef = report.SourceRef,
                Report = UnsafeByteOperations.UnsafeWrap(values),
            }),
            SourceVersion = report.SourceVersion,
            // What the sender has put in a category itself, its mapping does not move.
            SourceCategory = submission.Published || report.Category.Length == 0 ? report.SourceCategory : "",
            Types = submission.Published ? types : null,
            IsTypeOfNobody = refusal is { Reason: ErrorReason.SourceTypeUnknown } && CleanText.IsOfNobody(report.SourceCategory),
            IsPublishedWithText = submission is { Published: true, Report.Summary.Length: > 0 },
            Report = stored,
            Findings = findings,
            Quarantinable = findings.Count == 0 ? null : new QuarantinedContent
            {
                Type = (int)submission.Type,
                Report = report,
                Values = UnsafeByteOperations.UnsafeWrap(values),
                Size = submission.Size,
                Published = submission.Published,
            },
            Confirmation = confirmation,
            Rules = rules,
            PermittedUntil = until,
        };
    }

    /// <summary>Takes one report; answers when it is durable, accepted or quarantined.</summary>
    /// <exception cref="HubException">The report was refused, with the reason that a stream would answer.</exception>
    public async Task<ReportResult> SubmitAsync(
        PartnerId sender, Submission submission, CancellationToken cancellation, Confirmation? confirmation = null)
    {
        var prepared = Prepare(sender, submission, confirmation);
        var done = new TaskCompletionSource<IntakeWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        await journal.EnqueueAsync(
            new IntakeWork(sender, [prepared], submission.Size, agreements, writer, done.SetResult), cancellation);
        var work = await done.Task;
        ThrowIfFaulted(work);
        return prepared.Outcome.Refusal is { } refusal
            ? throw new HubException(refusal)
            : ToResult(sender, prepared);
    }

    /// <summary>Withdraws a report of the sender's own; answers when it is durable.</summary>
    public async Task<Accepted> WithdrawAsync(
        PartnerId sender, ReportType type, string sourceRef, int revision, string sourceVersion, WithdrawalReason reason,
        CancellationToken cancellation)
    {
        // The revision may be left to the hub; 1 stands in for it where the form is checked.
        var flaw = ReportRules.CheckIdentity(sourceRef, revision == 0 ? 1 : revision, sourceVersion, prefix: "")
            ?? ReportRules.RequireKnown(reason, WithdrawalReason.Unspecified, "reason")
            ?? IntakeScreening.CheckReferences(sourceRef, sourceVersion, agreements.Rules.Areas);
        if (flaw is not null)
        {
            throw new HubException(flaw);
        }

        var content = contents.Seal(
            sender, time.GetUtcNow(), new ReportContent { SourceRef = sourceRef, WithdrawalReason = (int)reason });
        var outcome = await journal.WriteAsync(
            transaction => writer.Withdraw(
                transaction, sender, type, sourceRefs.Hash(sender, sourceRef), revision, sourceVersion, content),
            published: null, cancellation);
        return ToAccepted(sender, type, outcome);
    }

    // Category, place and permission; null with the reason when one of them fails.
    private StoredReport? Decided(
        PartnerId sender, Submission submission, Wire.Report report, RuleBook rules, EventTypeList types, DateTimeOffset now,
        out Refusal? refusal, out DateTimeOffset until)
    {
        until = default;
        string code;
        if (submission.Published)
        {
            refusal = PublishedEvents.Check(report, types, out code);
            if (refusal is not null)
            {
                return null;
            }
        }
        else
        {
            refusal = PublishedEvents.CheckOwnCode(report.SourceCategory);
            if (refusal is not null)
            {
                return null;
            }

            code = report.Category.Length > 0 || report.SourceCategory.Length == 0
                ? report.Category
                : codes.Find(sender, report.SourceCategory) ?? CategoryList.Other;
        }

        if (rules.Categories.Find(code) is not { } category)
        {
            refusal = code.Length == 0
                ? new Refusal(ErrorReason.FieldRequired, "report.category", "A category is required.",
                    "Send a code from docs/categories.md, such as graffiti, or your own in source_category.")
                : new Refusal(ErrorReason.CategoryUnknown, "report.category", "The hub knows no such category.",
                    "Send a code from docs/categories.md, such as graffiti, or other.");
            return null;
        }

        if (!category.Taken)
        {
            refusal = new Refusal(
                ErrorReason.CategoryNotAccepted, "report.category",
                "The category concerns individuals, and the hub holds nothing about individuals.",
                "Do not send such events; no agreement can open them.");
            return null;
        }

        var from = report.Occurred.From.ToDateTimeOffset();
        refusal = PlaceResolution.Resolve(report.Place, rules.Areas, PlaceResolution.DayOf(from), out var area)
            ?? ReportRules.CheckPrecision(report.Place, area)
            ?? Disclosure.MaySend(sender, category.Code, area, rules, now, out until);
        if (refusal is not null)
        {
            return null;
        }

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
                // Until it is screened.
                Text = TextState.None,
            },
            OccurredFrom = JournalTime.ToMicros(from),
            OccurredTo = JournalTime.ToMicros(to),
            Certainty = report.Occurred.Certainty,
            Cell = PlaceResolution.CellOf(report.Place),
        };
    }

    /// <summary>The answer to a report that has been through the lane.</summary>
    public ReportResult ToResult(PartnerId sender, PreparedReport report)
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
                Findings = { refusal.Findings },
                Candidates = { refusal.Candidates },
            };
        }
        else if (report.Outcome.Quarantined is { } item)
        {
            result.Quarantined = item.ToWire(sender);
        }
        else
        {
            result.Accepted = ToAccepted(sender, report.Type, report.Outcome);
            // Only with the first answer: a repeat gets that again, whatever the screening would say today.
            if (!report.Outcome.IsRepeat)
            {
                result.Warnings.Add(report.Findings.Where(f => !f.Blocking));
            }
        }

        return result;
    }

    /// <exception cref="HubException">UNAVAILABLE: the store did not take the reports.</exception>
    public static void ThrowIfFaulted(IntakeWork work)
    {
        if (work.Fault is not null)
        {
            throw new HubException(new Refusal(
                ErrorReason.Unavailable, "", "The hub's store did not take the reports.",
                "Send again what was not answered; sending again is harmless."), work.Fault);
        }
    }

    public void Dispose() => contentHash.Dispose();

    private byte[] Hash(byte[] values)
    {
        Span<byte> hash = stackalloc byte[KeyedHash.Size];
        contentHash.Compute(values, hash);
        return hash[..ContentHashSize].ToArray();
    }

    // What is too long to be a reference is answered by its beginning: an answer must not grow with what was wrong.
    private static string Echo(string sourceRef) => sourceRef.Length <= ReportRules.LongestSourceRef
        ? sourceRef
        : sourceRef[..(char.IsHighSurrogate(sourceRef[ReportRules.LongestSourceRef - 1])
            ? ReportRules.LongestSourceRef - 1
            : ReportRules.LongestSourceRef)];

    private StoredReport? Resolve(
        PartnerId sender, Submission submission, Wire.Report report, RuleBook rules, EventTypeList types, out Refusal? refusal,
        out DateTimeOffset until)
    {
        var now = time.GetUtcNow();
        refusal = submission.Flaw ?? ReportRules.CheckFields(report, now);
        until = default;
        return refusal is null ? Decided(sender, submission, report, rules, types, now, out refusal, out until) : null;
    }

    private Accepted ToAccepted(PartnerId sender, ReportType type, IntakeOutcome outcome) => new()
    {
        Name = ReportName.Of(sender, type, outcome.Id),
        TextLeftOut = outcome.IsTextLeftOut,
        WithdrawnRevision = outcome.WithdrawnRevision,
        Receipt = UnsafeByteOperations.UnsafeWrap(receipts.Seal(outcome.Seq, outcome.Leaf)),
    };
}
