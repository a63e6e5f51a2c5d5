using System.Globalization;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// What the lane does with a report: recognise a repeat, else append. Runs on the lane's thread only, so that what it
/// reads cannot change before it writes.
/// </summary>
/// <remarks>
/// The highest revision counts. A repeat of any revision gets its first answer; other content under a revision that
/// is held is a conflict; a revision lower than the last that was never seen is superseded before it came.
/// </remarks>
internal sealed class ReportWriter(
    ISupersession supersession, Quarantine quarantine, ReportContents contents, EventTypes eventTypes,
    HeldEventTypes heldTypes)
{
    /// <summary>Writes a prepared report and sets its outcome.</summary>
    public void Write(JournalTransaction transaction, PreparedReport prepared, PartnerId sender, RuleBook rules)
    {
        if (!prepared.HasKey)
        {
            prepared.Outcome = new IntakeOutcome(prepared.Refusal, default, 0, []);
            return;
        }

        if (prepared.Confirmation is { } confirmation && !Quarantine.Waits(transaction, sender, prepared, confirmation))
        {
            prepared.Outcome = Refused(HubException.NotFound("name").Refusal);
            return;
        }

        // 1. Idempotency comes before everything: what is held is answered as it was, even if it would be refused today.
        var last = FindLast(transaction, sender, prepared.SourceRefHash);
        if (last is { } held && prepared.Revision <= held.Revision)
        {
            prepared.Outcome = AnswerHeld(transaction, prepared, sender, held);
            return;
        }

        // 2. The rules may have changed, or ended, since the report was decided.
        if (prepared.Report is { } candidate
            && (!ReferenceEquals(prepared.Rules, rules) || transaction.Now >= prepared.PermittedUntil))
        {
            var day = PlaceResolution.DayOf(JournalTime.FromMicros(candidate.OccurredFrom));
            prepared.Refusal = PlaceResolution.CheckOpen(candidate.Envelope.Area, rules.Areas, day) ?? Disclosure.MaySend(
                sender, candidate.Envelope.Category, candidate.Envelope.Area, rules, transaction.Now, out _);
        }

        // 3. Of what a coordinator has just decided to be never taken, nothing is kept.
        if (prepared is { Refusal: null, Types: { } types } && !ReferenceEquals(types, eventTypes.Current)
            && !Equals(types.Find(prepared.SourceCategory), eventTypes.Current.Find(prepared.SourceCategory)))
        {
            prepared.Refusal = new Refusal(
                ErrorReason.SourceTypeUnknown, "report.source_category", "What becomes of events of this type was decided while it came.",
                "Send it again.");
        }
        else if (prepared is { Refusal.Reason: ErrorReason.SourceTypeUnknown, IsTypeOfNobody: true })
        {
            heldTypes.Hold(transaction, sender, prepared.SourceCategory, prepared.Types);
        }

        if (prepared.Refusal is not null)
        {
            prepared.Outcome = new IntakeOutcome(prepared.Refusal, default, 0, []);
            return;
        }

        // 4. One report keeps its type: a reference names one thing.
        if (last is { } earlier && earlier.Type != prepared.Type)
        {
            prepared.Outcome = Refused(new Refusal(
                ErrorReason.RevisionConflict, "report.source_ref", "You have used this reference for a report of another type.",
                "Use a reference of its own for each report."));
            return;
        }

        long? standing = last is null ? null : StandingOf(transaction, last.Value.Id);
        if (standing is { } before
            && CheckUnchanged(ReadStored(transaction, before).Envelope, prepared.Report!.Envelope) is { } changed)
        {
            prepared.Outcome = Refused(changed);
            return;
        }

        // 5. What the screening found is judged here, by the rules of now.
        if (prepared.Findings.Count > 0)
        {
            var verdict = IntakeScreening.Judge(
                sender, prepared.Report!, prepared.Findings, prepared.Confirmation is not null, rules, transaction.Now);
            if (verdict.Refusal is { } refusal)
            {
                prepared.Outcome = verdict.QuarantineDays > 0
                    ? Refused(null) with { Quarantined = quarantine.Keep(transaction, sender, prepared, verdict.QuarantineDays) }
                    : Refused(refusal);
                return;
            }
        }

        var report = prepared.Report! with { Id = last?.Id ?? ReportId.New(transaction.Now) };
        prepared.Outcome = Append(
            transaction, EntryKind.Report, report, prepared.Content, prepared.SourceRefHash, prepared.ContentHash,
            prepared.SourceVersion, standing) with
        {
            IsTextLeftOut = prepared.IsPublishedWithText && report.Envelope.Text == TextState.None,
        };
        if (prepared.SourceCategory.Length > 0)
        {
            InsertCode(transaction, prepared.Outcome.Seq, sender, prepared.SourceCategory);
        }

        quarantine.Taken(transaction, sender, prepared);
    }

    /// <summary>Withdraws a report: a tombstone with its last envelope takes its place.</summary>
    /// <param name="transaction">The lane's.</param>
    /// <param name="sender">Whose report.</param>
    /// <param name="type">Its type.</param>
    /// <param name="sourceRefHash">Its reference.</param>
    /// <param name="revision">The revision that the withdrawal is; 0 for the last plus one.</param>
    /// <param name="sourceVersion">The sender's mark.</param>
    /// <param name="content">What is kept of the withdrawal.</param>
    /// <exception cref="HubException">NOT_FOUND, REVISION_SUPERSEDED or REVISION_CONFLICT.</exception>
    public IntakeOutcome Withdraw(
        JournalTransaction transaction, PartnerId sender, ReportType type, byte[] sourceRefHash, int revision,
        string sourceVersion, byte[] content)
    {
        if (FindLast(transaction, sender, sourceRefHash) is not { } last || last.Type != type)
        {
            throw HubException.NotFound("source_ref");
        }

        if (last.Withdrawn && revision is 0)
        {
            return new IntakeOutcome(null, last.Id, last.Seq, LeafOf(transaction, last.Seq));
        }

        var at = revision == 0 ? last.Revision + 1 : revision;
        if (at <= last.Revision)
        {
            var exact = at == last.Revision ? last : FindExact(transaction, sender, sourceRefHash, at);
            return exact is { Withdrawn: true } same
                ? new IntakeOutcome(null, same.Id, same.Seq, LeafOf(transaction, same.Seq))
                : throw new HubException(at < last.Revision ? Superseded("revision") : Conflict("revision"));
        }

        var standing = StandingOf(transaction, last.Id);
        var report = ReadStored(transaction, standing) with { Revision = at, State = ReportState.Withdrawn };
        return Append(
            transaction, EntryKind.Withdrawal, report, content, sourceRefHash,
            contentHash: [], sourceVersion, standing);
    }

    /// <summary>
    /// Puts a standing report in another category: the same revision and content under a new entry, which takes the place of
    /// the one before.
    /// </summary>
    /// <param name="transaction">The lane's.</param>
    /// <param name="seq">Its entry.</param>
    /// <param name="category">The category.</param>
    /// <param name="rules">The rules in force.</param>
    public Reclassified Reclassify(JournalTransaction transaction, long seq, Category category, RuleBook rules)
    {
        if (CouldReclassify(transaction, seq, category, rules) is var outcome && outcome != Reclassified.Changed)
        {
            return outcome;
        }

        var before = ReadStored(transaction, seq);
        var content = JournalReader.Content(transaction.Connection, seq)!;
        var report = before with { Envelope = before.Envelope with { Category = category.Code, Family = category.Family } };
        var (point, _) = transaction.AppendWithLeaf(EntryKind.Reclassification, report.EnvelopeHash(), content);
        InsertReport(transaction, point.Seq, report.Id.Value.ToByteArray(bigEndian: true), report);
        transaction.Prepare("INSERT INTO report_code (seq, partner, code) SELECT ?, partner, code FROM report_code WHERE seq = ?")
            .Bind(point.Seq).Bind(seq).Execute();
        Supersede(transaction, seq, point.Seq);
        supersession.Superseded(transaction, seq, before, report with { ReceivedAt = transaction.Now });
        return Reclassified.Changed;
    }

    /// <summary>What <see cref="Reclassify"/> would do; writes nothing.</summary>
    public Reclassified CouldReclassify(JournalTransaction transaction, long seq, Category category, RuleBook rules)
    {
        var report = ReadStored(transaction, seq);
        var (sender, area) = (report.Envelope.Sender, report.Envelope.Area);
        return StandingOf(transaction, report.Id) != seq || report.State != ReportState.Standing
            || report.Envelope.Category == category.Code || !contents.IsThere(sender, JournalReader.Content(transaction.Connection, seq))
                ? Reclassified.Unchanged
            : Disclosure.MaySend(sender, category.Code, area, rules, transaction.Now, out _) is not null
                || (report.Envelope.Text == TextState.Marked && BlocksMore())
                ? Reclassified.NotAgreed
            : Reclassified.Changed;

        // What was only warned of where it came must not come by this to those who would not have taken it.
        bool BlocksMore() => !ScreeningRule.For(sender, category.Code, area, rules, transaction.Now).Blocking
            .IsSubsetOf(ScreeningRule.For(sender, report.Envelope.Category, area, rules, transaction.Now).Blocking);
    }

    private IntakeOutcome Append(
        JournalTransaction transaction, EntryKind kind, StoredReport report, byte[] content, byte[] sourceRefHash,
        byte[] contentHash, string sourceVersion, long? supersedes)
    {
        var (point, leaf) = transaction.AppendWithLeaf(kind, report.EnvelopeHash(), content);
        Span<byte> id = stackalloc byte[16];
        report.Id.Value.TryWriteBytes(id, bigEndian: true, out _);
        InsertReport(transaction, point.Seq, id, report);
        InsertKey(transaction, point.Seq, report, sourceRefHash, contentHash, sourceVersion);
        if (supersedes is { } earlier)
        {
            // Who has it learns in the same commit that it is gone.
            var before = ReadStored(transaction, earlier);
            Supersede(transaction, earlier, point.Seq);
            supersession.Superseded(transaction, earlier, before, report with { ReceivedAt = transaction.Now });
        }

        return new IntakeOutcome(null, report.Id, point.Seq, leaf);
    }

    private static IntakeOutcome AnswerHeld(
        JournalTransaction transaction, PreparedReport prepared, PartnerId sender, HeldKey last)
    {
        var held = prepared.Revision == last.Revision
            ? last
            : FindExact(transaction, sender, prepared.SourceRefHash, prepared.Revision);
        return held is not { } same ? Refused(Superseded("report.revision"))
            : same.Withdrawn ? Refused(WithdrawnBy(same.Revision, last.Revision + 1))
            : same.Type != prepared.Type || !same.ContentHash.AsSpan().SequenceEqual(prepared.ContentHash) ? Refused(Conflict("report.revision"))
            : new IntakeOutcome(null, same.Id, same.Seq, LeafOf(transaction, same.Seq))
            {
                IsRepeat = true,
                WithdrawnRevision = last.Withdrawn ? last.Revision : 0,
                IsTextLeftOut = prepared.IsPublishedWithText && ReadStored(transaction, same.Seq).Envelope.Text == TextState.None,
            };
    }

    // What a correction does not change: rules hold for a report as long as it has its reference, withdrawn or not.
    private static Refusal? CheckUnchanged(ReportEnvelope held, ReportEnvelope sent) =>
        held.Exercise != sent.Exercise ? new Refusal(
            ErrorReason.FieldInvalid, "report.exercise", "A correction makes no exercise of what was real, nor the other way round.",
            "Withdraw the report, and send it under a reference of its own.")
        : held.Published != sent.Published ? new Refusal(
            ErrorReason.FieldInvalid, "origin", "A correction does not change whether a report was published.",
            "Withdraw the report, and send it under a reference of its own.")
        : null;

    private static IntakeOutcome Refused(Refusal? refusal) => new(refusal, default, 0, []);

    private static Refusal Superseded(string field) => new(
        ErrorReason.RevisionSuperseded, field, "The hub holds a higher revision of this report.",
        "Ask for the revisions held, and send a correction with a number above the last.");

    private static Refusal Conflict(string field) => new(
        ErrorReason.RevisionConflict, field, "This revision was sent before with other content.",
        "Send changed content as a new, higher revision.");

    private static Refusal WithdrawnBy(int revision, int next) => new(
        ErrorReason.RevisionConflict, "report.revision",
        string.Create(CultureInfo.InvariantCulture, $"You have withdrawn this report, as revision {revision}."),
        string.Create(CultureInfo.InvariantCulture, $"To bring it back, send it as revision {next} or higher."));

    private static HeldKey? FindLast(JournalTransaction transaction, PartnerId sender, byte[] sourceRefHash) =>
        ReadKey(transaction.Prepare("""
            SELECT k.revision, k.seq, r.report_id, k.type, k.withdrawn, k.content_hash
            FROM report_key k JOIN report r ON r.seq = k.seq
            WHERE k.partner = ? AND k.source_ref_hash = ? ORDER BY k.revision DESC LIMIT 1
            """).Bind(sender.Value).Bind(sourceRefHash));

    private static HeldKey? FindExact(
        JournalTransaction transaction, PartnerId sender, byte[] sourceRefHash, int revision) =>
        ReadKey(transaction.Prepare("""
            SELECT k.revision, k.seq, r.report_id, k.type, k.withdrawn, k.content_hash
            FROM report_key k JOIN report r ON r.seq = k.seq
            WHERE k.partner = ? AND k.source_ref_hash = ? AND k.revision = ?
            """).Bind(sender.Value).Bind(sourceRefHash).Bind(revision));

    private static HeldKey? ReadKey(Statement find)
    {
        if (!find.ReadFirst())
        {
            return null;
        }

        var key = new HeldKey(
            (int)find.Number(0), find.Number(1), new ReportId(new Guid(find.Blob(2), bigEndian: true)),
            (ReportType)find.Number(3), find.Number(4) == 1, find.Blob(5));
        find.Reset();
        return key;
    }

    // Not always the entry of its last revision: that may have been put in another category since.
    private static long StandingOf(JournalTransaction transaction, ReportId id)
    {
        var find = transaction.Prepare("SELECT seq FROM report WHERE report_id = ? AND superseded_by_seq IS NULL")
            .Bind(id.Value.ToByteArray(bigEndian: true));
        find.ReadFirst();
        var seq = find.Number(0);
        find.Reset();
        return seq;
    }

    private static void InsertCode(JournalTransaction transaction, long seq, PartnerId sender, string code) =>
        transaction.Prepare("INSERT INTO report_code (seq, partner, code) VALUES (?, ?, ?)")
            .Bind(seq).Bind(sender.Value).Bind(code).Execute();

    private static byte[] LeafOf(JournalTransaction transaction, long seq)
    {
        var find = transaction.Prepare("SELECT leaf FROM journal_entry WHERE seq = ?").Bind(seq);
        find.ReadFirst();
        var leaf = find.Blob(0);
        find.Reset();
        return leaf;
    }

    private static StoredReport ReadStored(JournalTransaction transaction, long seq)
    {
        using var find = transaction.Connection.CreateCommand();
        find.CommandText = $"SELECT {ReportReader.Columns} FROM report r WHERE r.seq = $seq";
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        row.Read();
        return ReportReader.ReadRow(row).Stored;
    }

    private static void InsertReport(
        JournalTransaction transaction, long seq, ReadOnlySpan<byte> id, StoredReport report)
    {
        var envelope = report.Envelope;
        transaction.Prepare("""
            INSERT INTO report (
              seq, at, report_id, type, revision, state, partner, category, family, severity, environment, county,
              municipality, district, place, precision, tlp, week, published, exercise, context_only, text,
              occurred_from, occurred_to, certainty, cell)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(seq).Bind(JournalTime.ToMicros(transaction.Now)).Bind(id).Bind((long)report.Type).Bind(report.Revision).Bind((long)report.State)
            .Bind(envelope.Sender.Value).Bind(envelope.Category).Bind(envelope.Family).Bind((long)envelope.Severity)
            .Bind((long)envelope.Environment)
            .Bind(envelope.Area.County).Bind(envelope.Area.Municipality).Bind(envelope.Area.District)
            .Bind(envelope.Area.Place).Bind((long)envelope.Precision).Bind((long)envelope.Tlp).Bind(envelope.Week.Key)
            .Bind(envelope.Published).Bind(envelope.Exercise).Bind(envelope.ContextOnly)
            .Bind((long)envelope.Text)
            .Bind(report.OccurredFrom).Bind(report.OccurredTo).Bind((long)report.Certainty).Bind(report.Cell)
            .Execute();
    }

    private static void InsertKey(
        JournalTransaction transaction, long seq, StoredReport report, byte[] sourceRefHash, byte[] contentHash,
        string sourceVersion) =>
        transaction.Prepare("""
            INSERT INTO report_key (
              partner, source_ref_hash, revision, seq, type, withdrawn, content_hash, source_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(report.Envelope.Sender.Value).Bind(sourceRefHash).Bind(report.Revision).Bind(seq)
            .Bind((long)report.Type).Bind(report.State == ReportState.Withdrawn).Bind(contentHash).Bind(sourceVersion)
            .Execute();

    private static void Supersede(JournalTransaction transaction, long earlier, long by) =>
        transaction.Prepare("UPDATE report SET superseded_by_seq = ? WHERE seq = ?").Bind(by).Bind(earlier).Execute();

    private readonly record struct HeldKey(
        int Revision, long Seq, ReportId Id, ReportType Type, bool Withdrawn, byte[] ContentHash);
}

/// <summary>What became of a report that was to have another category.</summary>
internal enum Reclassified
{
    /// <summary>It has that category, or does not stand any more.</summary>
    Unchanged,

    /// <summary>It has it now.</summary>
    Changed,

    /// <summary>No agreement names that category for its place.</summary>
    NotAgreed,
}
