using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Agreements;
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
internal static class ReportWriter
{
    /// <summary>Writes a prepared report and sets its outcome.</summary>
    public static void Write(JournalTransaction transaction, PreparedReport prepared, PartnerId sender, RuleBook rules)
    {
        if (!prepared.HasKey)
        {
            prepared.Outcome = new IntakeOutcome(prepared.Refusal, default, 0, []);
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
            prepared.Refusal = Disclosure.MaySend(
                sender, candidate.Envelope.Category, candidate.Envelope.Area, rules, transaction.Now, out _);
        }

        if (prepared.Refusal is not null)
        {
            prepared.Outcome = new IntakeOutcome(prepared.Refusal, default, 0, []);
            return;
        }

        // 3. One report keeps its type: a reference names one thing.
        if (last is { } earlier && earlier.Type != prepared.Type)
        {
            prepared.Outcome = Refused(new Refusal(
                ErrorReason.RevisionConflict, "report.source_ref", "You have used this reference for a report of another type.",
                "Use a reference of its own for each report."));
            return;
        }

        var report = prepared.Report! with { Id = last?.Id ?? new ReportId(Guid.CreateVersion7(transaction.Now)) };
        prepared.Outcome = Append(
            transaction, EntryKind.Report, report, prepared.Content, sender, prepared.SourceRefHash, prepared.ContentHash,
            prepared.SourceVersion, last?.Seq);
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
    public static IntakeOutcome Withdraw(
        JournalTransaction transaction, PartnerId sender, ReportType type, byte[] sourceRefHash, int revision,
        string sourceVersion, ReportContent content)
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
                : throw new HubException(exact is null ? Superseded("revision") : Conflict("revision"));
        }

        var report = ReadStored(transaction, last.Seq) with { Revision = at, State = ReportState.Withdrawn };
        return Append(
            transaction, EntryKind.Withdrawal, report, content.ToByteArray(), sender, sourceRefHash,
            contentHash: [], sourceVersion, last.Seq);
    }

    private static IntakeOutcome Append(
        JournalTransaction transaction, EntryKind kind, StoredReport report, byte[] content, PartnerId sender,
        byte[] sourceRefHash, byte[] contentHash, string sourceVersion, long? supersedes)
    {
        var (point, leaf) = transaction.AppendWithLeaf(kind, report.EnvelopeHash(), content);
        var id = report.Id.Value.ToByteArray(bigEndian: true);

        InsertReport(transaction, point.Seq, id, report);
        InsertKey(transaction, point.Seq, id, report, sender, sourceRefHash, contentHash, sourceVersion);
        if (supersedes is { } earlier)
        {
            Supersede(transaction, earlier, point.Seq);
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
            : same.Type != prepared.Type || !same.ContentHash.AsSpan().SequenceEqual(prepared.ContentHash) ? Refused(Conflict("report.revision"))
            : new IntakeOutcome(null, same.Id, same.Seq, LeafOf(transaction, same.Seq));
    }

    private static IntakeOutcome Refused(Refusal refusal) => new(refusal, default, 0, []);

    private static Refusal Superseded(string field) => new(
        ErrorReason.RevisionSuperseded, field, "The hub holds a higher revision of this report.",
        "Ask for the revisions held, and send a correction with a number above the last.");

    private static Refusal Conflict(string field) => new(
        ErrorReason.RevisionConflict, field, "This revision was sent before with other content.",
        "Send changed content as a new, higher revision.");

    private static HeldKey? FindLast(JournalTransaction transaction, PartnerId sender, byte[] sourceRefHash)
    {
        var find = transaction.Prepare("""
            SELECT revision, seq, report_id, type, withdrawn, content_hash FROM report_key
            WHERE partner = $partner AND source_ref_hash = $hash ORDER BY revision DESC LIMIT 1
            """, "$partner", "$hash");
        find.Parameters[0].Value = sender.Value;
        find.Parameters[1].Value = sourceRefHash;
        return ReadKey(find);
    }

    private static HeldKey? FindExact(
        JournalTransaction transaction, PartnerId sender, byte[] sourceRefHash, int revision)
    {
        var find = transaction.Prepare("""
            SELECT revision, seq, report_id, type, withdrawn, content_hash FROM report_key
            WHERE partner = $partner AND source_ref_hash = $hash AND revision = $revision
            """, "$partner", "$hash", "$revision");
        find.Parameters[0].Value = sender.Value;
        find.Parameters[1].Value = sourceRefHash;
        find.Parameters[2].Value = revision;
        return ReadKey(find);
    }

    private static HeldKey? ReadKey(SqliteCommand find)
    {
        using var row = find.ExecuteReader();
        return row.Read()
            ? new HeldKey(
                row.GetInt32(0), row.GetInt64(1), new ReportId(new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true)),
                (ReportType)row.GetInt16(3), row.GetInt32(4) == 1, row.GetFieldValue<byte[]>(5))
            : null;
    }

    private static byte[] LeafOf(JournalTransaction transaction, long seq)
    {
        var find = transaction.Prepare("SELECT leaf FROM journal_entry WHERE seq = $seq", "$seq");
        find.Parameters[0].Value = seq;
        return (byte[])find.ExecuteScalar()!;
    }

    private static StoredReport ReadStored(JournalTransaction transaction, long seq)
    {
        var find = transaction.Prepare($"SELECT {ReportReader.Columns} FROM report r WHERE r.seq = $seq", "$seq");
        find.Parameters[0].Value = seq;
        using var row = find.ExecuteReader();
        row.Read();
        return ReportReader.ReadRow(row).Stored;
    }

    private static void InsertReport(JournalTransaction transaction, long seq, byte[] id, StoredReport report)
    {
        var insert = transaction.Prepare("""
            INSERT INTO report (
              seq, report_id, type, revision, state, partner, category, family, severity, environment, county,
              municipality, district, place, precision, tlp, week, published, exercise, context_only, occurred_from,
              occurred_to, certainty)
            VALUES (
              $seq, $id, $type, $revision, $state, $partner, $category, $family, $severity, $environment, $county,
              $municipality, $district, $place, $precision, $tlp, $week, $published, $exercise, $context, $from,
              $to, $certainty)
            """, "$seq", "$id", "$type", "$revision", "$state", "$partner", "$category", "$family", "$severity",
            "$environment", "$county", "$municipality", "$district", "$place", "$precision", "$tlp", "$week",
            "$published", "$exercise", "$context", "$from", "$to", "$certainty");
        var values = insert.Parameters;
        var envelope = report.Envelope;
        values[0].Value = seq;
        values[1].Value = id;
        values[2].Value = (long)report.Type;
        values[3].Value = (long)report.Revision;
        values[4].Value = (long)report.State;
        values[5].Value = envelope.Sender.Value;
        values[6].Value = envelope.Category;
        values[7].Value = envelope.Family;
        values[8].Value = (long)envelope.Severity;
        values[9].Value = (long)envelope.Environment;
        values[10].Value = envelope.Area.County;
        values[11].Value = (object?)envelope.Area.Municipality ?? DBNull.Value;
        values[12].Value = (object?)envelope.Area.District ?? DBNull.Value;
        values[13].Value = (object?)envelope.Area.Place ?? DBNull.Value;
        values[14].Value = (long)envelope.Precision;
        values[15].Value = (long)envelope.Tlp;
        values[16].Value = (long)envelope.Week.Key;
        values[17].Value = envelope.Published ? 1L : 0L;
        values[18].Value = envelope.Exercise ? 1L : 0L;
        values[19].Value = envelope.ContextOnly ? 1L : 0L;
        values[20].Value = report.OccurredFrom;
        values[21].Value = report.OccurredTo;
        values[22].Value = (long)report.Certainty;
        insert.ExecuteNonQuery();
    }

    private static void InsertKey(
        JournalTransaction transaction, long seq, byte[] id, StoredReport report, PartnerId sender, byte[] sourceRefHash,
        byte[] contentHash, string sourceVersion)
    {
        var insert = transaction.Prepare("""
            INSERT INTO report_key (
              partner, source_ref_hash, revision, seq, report_id, type, withdrawn, content_hash, source_version)
            VALUES ($partner, $hash, $revision, $seq, $id, $type, $withdrawn, $content_hash, $source_version)
            """, "$partner", "$hash", "$revision", "$seq", "$id", "$type", "$withdrawn", "$content_hash",
            "$source_version");
        var values = insert.Parameters;
        values[0].Value = sender.Value;
        values[1].Value = sourceRefHash;
        values[2].Value = (long)report.Revision;
        values[3].Value = seq;
        values[4].Value = id;
        values[5].Value = (long)report.Type;
        values[6].Value = report.State == ReportState.Withdrawn ? 1L : 0L;
        values[7].Value = contentHash;
        values[8].Value = sourceVersion;
        insert.ExecuteNonQuery();
    }

    private static void Supersede(JournalTransaction transaction, long earlier, long by)
    {
        var update = transaction.Prepare(
            "UPDATE report SET superseded_by_seq = $by WHERE seq = $earlier", "$by", "$earlier");
        update.Parameters[0].Value = by;
        update.Parameters[1].Value = earlier;
        update.ExecuteNonQuery();
    }

    private readonly record struct HeldKey(
        int Revision, long Seq, ReportId Id, ReportType Type, bool Withdrawn, byte[] ContentHash);
}
