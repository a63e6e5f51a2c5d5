using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Published incidents are taken by their type, whoever sends them: here is the rule, and what a decision that such events
/// are never taken does to those that stand or wait in quarantine. Thread-safe.
/// </summary>
internal sealed class PublishedEvents(
    HubDatabase database, JournalLane journal, ReportWriter writer, ReportContents contents, Quarantine quarantine, TimeProvider time)
{
    // Reports in one transaction: others wait for it.
    private const int AtOnce = 200;

    /// <summary>Why a published report is not taken because of its type; null when it is. Pure.</summary>
    /// <param name="report">As sent.</param>
    /// <param name="types">The list in force.</param>
    /// <param name="category">The category that its type is counted in, where it is taken.</param>
    public static Refusal? Check(Wire.Report report, EventTypeList types, out string category)
    {
        category = "";
        if (ComparisonKey.Of(report.SourceCategory).Length == 0)
        {
            return new Refusal(
                ErrorReason.FieldRequired, "report.source_category", "A published incident is taken by its type, which is required.",
                "Send the type that the source gives the event.");
        }

        if (types.Find(report.SourceCategory) is not { } type)
        {
            return new Refusal(
                ErrorReason.SourceTypeUnknown, "report.source_category",
                "Nobody has decided what becomes of published events of this type, so they are held back.",
                "Send it again when a coordinator has decided: thub codes decide.");
        }

        if (type.Treatment == EventTreatment.NeverTaken)
        {
            return type.Decided
                ? new Refusal(
                    ErrorReason.CategoryNotAccepted, "report.source_category",
                    "A coordinator has decided that published events of this type are never taken.", "Do not send such events.")
                : NeverTakenType();
        }

        if (type.Treatment == EventTreatment.Context && !report.ContextOnly)
        {
            return new Refusal(
                ErrorReason.FieldInvalid, "report.context_only", "Events of this type are context, and never counted.", "Set context_only.");
        }

        category = type.Category;
        return report.Category.Length == 0 || report.Category == category
            ? null
            : new Refusal(
                ErrorReason.FieldInvalid, "report.category", $"Published events of this type are counted as {category}.",
                "Leave the category out; the hub puts it there.");
    }

    /// <summary>
    /// What is kept of a published report: not its text where that holds a never-taken word, since whatever its type it then
    /// tells of somebody. Pure.
    /// </summary>
    public static Wire.Report WithoutNeverTakenText(Wire.Report report, EventTypeList types)
    {
        if (report.Summary.Length == 0 || !types.HoldsNeverTakenWord(report.Summary))
        {
            return report;
        }

        var kept = report.Clone();
        kept.Summary = "";
        return kept;
    }

    /// <summary>Why a report of any kind and origin is not taken when its own code is a type that the hub's list never takes. Pure.</summary>
    public static Refusal? CheckOwnCode(string code) => EventTypeList.Embedded.ListsAsNeverTaken(code) ? NeverTakenType() : null;

    private static Refusal NeverTakenType() => new(
        ErrorReason.CategoryNotAccepted, "report.source_category",
        "Events of this type concern individuals, and the hub holds nothing about individuals.",
        "Do not send such events; no agreement can open them.");

    /// <summary>Withdraws the published reports that stand and whose type is never taken.</summary>
    /// <param name="types">The list in force.</param>
    /// <param name="cancellation">Stops between transactions; doing it again goes on.</param>
    /// <returns>How many were withdrawn.</returns>
    public async Task<int> WithdrawNeverTakenAsync(EventTypeList types, CancellationToken cancellation)
    {
        var withdrawn = 0;
        foreach (var piece in NeverTaken(types).Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            withdrawn += await journal.WriteAsync(
                transaction =>
                {
                    var isWithdrawn = 0;
                    foreach (var (sender, type, sourceRefHash) in piece)
                    {
                        // It may have been corrected, or withdrawn, since it was listed.
                        if (!IsNeverTaken(transaction, sender, sourceRefHash, types))
                        {
                            continue;
                        }

                        var content = contents.Seal(
                            sender, time.GetUtcNow(), new ReportContent { WithdrawalReason = (int)WithdrawalReason.NotShareable });
                        writer.Withdraw(transaction, sender, type, sourceRefHash, revision: 0, EventTypeList.WithdrawalMark, content);
                        isWithdrawn++;
                    }

                    return isWithdrawn;
                },
                published: null, cancellation);
        }

        return withdrawn;
    }

    /// <summary>Discards the published reports that wait in quarantine and whose type is never taken.</summary>
    /// <param name="types">The list in force: the lane keeps no more of what it never takes.</param>
    /// <param name="by">Who decided it, <c>urn:trygghet:…</c>; empty where that is not at hand.</param>
    /// <param name="cancellation">Stops between transactions; doing it again goes on.</param>
    /// <returns>How many were discarded.</returns>
    public async Task<int> DiscardNeverTakenAsync(EventTypeList types, string by, CancellationToken cancellation)
    {
        var discarded = 0;
        var never = quarantine.ListPublished().Where(q => types.Find(q.Type) is { Treatment: EventTreatment.NeverTaken });
        foreach (var piece in never.Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            discarded += await journal.WriteAsync(
                transaction => piece.Count(q => Quarantine.EndNeverTaken(transaction, q.Sender, q.Item, by)), published: null, cancellation);
        }

        return discarded;
    }

    private static bool IsNeverTaken(JournalTransaction transaction, PartnerId sender, byte[] sourceRefHash, EventTypeList types)
    {
        var find = transaction.Prepare("""
            SELECT c.code
            FROM report_key k
            JOIN report sent ON sent.seq = k.seq
            JOIN report r ON r.report_id = sent.report_id
            JOIN report_code c ON c.seq = r.seq
            WHERE k.partner = ? AND k.source_ref_hash = ? AND r.published = 1 AND r.superseded_by_seq IS NULL AND r.state = 1
            LIMIT 1
            """).Bind(sender.Value).Bind(sourceRefHash);
        if (!find.ReadFirst())
        {
            find.Reset();
            return false;
        }

        var code = find.Text(0);
        find.Reset();
        return types.Find(code) is { Treatment: EventTreatment.NeverTaken };
    }

    private List<(PartnerId Sender, ReportType Type, byte[] SourceRefHash)> NeverTaken(EventTypeList types)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        // A report that was put in another category stands under an entry that has no key of its own.
        find.CommandText = """
            SELECT DISTINCT r.partner, r.type, k.source_ref_hash, c.code
            FROM report_code c
            JOIN report r ON r.seq = c.seq
            JOIN report sent ON sent.report_id = r.report_id
            JOIN report_key k ON k.seq = sent.seq
            WHERE r.published = 1 AND r.superseded_by_seq IS NULL AND r.state = 1
            """;
        using var row = find.ExecuteReader();
        var never = new List<(PartnerId, ReportType, byte[])>();
        while (row.Read())
        {
            if (types.Find(row.GetString(3)) is { Treatment: EventTreatment.NeverTaken })
            {
                never.Add((new PartnerId(row.GetString(0)), (ReportType)row.GetInt32(1), (byte[])row.GetValue(2)));
            }
        }

        return never;
    }
}
