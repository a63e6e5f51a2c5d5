using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// Recalls: ordered when a report is withdrawn, is corrected into something that a recipient may not see, or when an
/// agreement or a sender goes; and answered by each recipient. Thread-safe.
/// </summary>
internal sealed class RecallOrders(
    JournalLane journal, HubDatabase database, AgreementRegister agreements, Viewings viewings, TimeProvider time)
    : ISupersession
{
    private const string InsertOrder = """
        INSERT INTO recall (seq, at, recall_id, cause, sender, report, agreement, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string InsertRecipient = """
        INSERT INTO recall_recipient (partner, recall_seq, decision_reference, rule) VALUES (?, ?, '', '')
        """;

    private const string UpdateRecipient = """
        UPDATE recall_recipient SET outcome = ?, decision_reference = ?, rule = ?, answered_at = ?
        WHERE partner = ? AND recall_seq = ?
        """;

    /// <inheritdoc/>
    public void Superseded(JournalTransaction transaction, long earlier, StoredReport before, StoredReport after)
    {
        var sender = before.Envelope.Sender;
        var withdrawn = after.State == ReportState.Withdrawn;
        var rules = agreements.Rules;
        var name = ReportName.Of(sender, before.Type, before.Id);
        var had = viewings.PartnersThatHave(
                transaction.Connection, earlier, before, partner => LastRecallOf(transaction.Connection, name, partner))
            .Where(p => withdrawn || !MaySeeSoon(p))
            .ToList();
        if (had.Count > 0)
        {
            Order(
                transaction, withdrawn ? RecallCause.Withdrawn : RecallCause.NoLongerShared, sender,
                name, "", DaysOf(rules, sender), had);
        }

        // A correction that is only held back for now is not out of its recipients' sight for good.
        bool MaySeeSoon(PartnerId partner) => Viewings.MaySee(partner, after, rules, transaction.Now);
    }

    /// <summary>Orders that time, an ended agreement or a departure have made due, one for each.</summary>
    public async Task OrderDueAsync(CancellationToken cancellation)
    {
        if (DueOrders(time.GetUtcNow()).Any())
        {
            await journal.WriteAsync(
                transaction =>
                {
                    foreach (var (cause, sender, agreement, days, recipients) in DueOrders(transaction.Now).ToList())
                    {
                        Order(transaction, cause, sender, "", agreement, days, recipients);
                    }

                    return transaction.LastSeq;
                },
                published: null, cancellation);
        }
    }

    /// <summary>Takes a recipient's answer.</summary>
    /// <exception cref="HubException">NOT_FOUND: there is no such order to it.</exception>
    public Task<RecallOrder> AnswerAsync(
        PartnerId partner, string name, RecallOutcome outcome, string decisionReference, string rule,
        CancellationToken cancellation) => journal.WriteAsync(
            transaction =>
            {
                var order = Find(transaction.Connection, name, partner) ?? throw HubException.NotFound("name");
                var answer = order.Recipients.Single(r => r.Partner == partner);
                if (answer.AnsweredAt is not null && answer.Outcome == outcome && answer.DecisionReference == decisionReference
                    && answer.Rule == rule)
                {
                    return order;
                }

                var point = transaction.Append(EntryKind.RecallAnswer, new RecallAnswerEntry
                {
                    Recall = order.Seq,
                    Partner = partner.Value,
                    Outcome = (int)outcome,
                    DecisionReference = decisionReference,
                    Rule = rule,
                }.ToByteArray());
                transaction.Prepare(UpdateRecipient)
                    .Bind((long)outcome).Bind(decisionReference).Bind(rule).Bind(JournalTime.ToMicros(point.At))
                    .Bind(partner.Value).Bind(order.Seq)
                    .Execute();
                return Find(transaction.Connection, name, partner)!;
            },
            published: null, cancellation);

    /// <summary>Recalls, newest first, before an entry.</summary>
    /// <param name="caller">Whose.</param>
    /// <param name="ordered">Of its own reports, and of agreements that it sent under; otherwise those to it.</param>
    /// <param name="keep">Which of them.</param>
    /// <param name="before">Entry; <see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the search.</param>
    public List<RecallOrder> List(
        PartnerId caller, bool ordered, Func<RecallOrder, bool> keep, long before, int count,
        CancellationToken cancellation)
    {
        using var connection = database.OpenReader();
        var found = new List<RecallOrder>();
        const int batch = 200;
        while (found.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = Select(
                connection,
                ordered
                    ? $"""
                       WHERE seq < $before AND (sender = $caller OR (sender = '' AND agreement IN (
                         SELECT value FROM json_each($agreements)))) ORDER BY seq DESC LIMIT {batch}
                       """
                    : $"""
                       WHERE seq < $before AND seq IN (SELECT recall_seq FROM recall_recipient WHERE partner = $caller)
                       ORDER BY seq DESC LIMIT {batch}
                       """,
                ("$before", before), ("$caller", caller.Value),
                ("$agreements", ordered ? JsonSerializer.Serialize(AgreementsSentUnder(caller)) : "[]"));
            found.AddRange(read.Where(keep).Take(count - found.Count));
            if (read.Count < batch)
            {
                break;
            }

            before = read[^1].Seq;
        }

        return found;
    }

    /// <summary>Recalls after one entry and up to another, in order; those to one recipient, or all.</summary>
    public static List<RecallOrder> Read(SqliteConnection connection, long after, long upTo, PartnerId? recipient) => Select(
        connection,
        recipient is null
            ? "WHERE seq > $after AND seq <= $up_to ORDER BY seq"
            : """
              WHERE seq > $after AND seq <= $up_to AND seq IN (SELECT recall_seq FROM recall_recipient WHERE partner = $recipient)
              ORDER BY seq
              """,
        ("$after", after), ("$up_to", upTo), ("$recipient", recipient?.Value ?? ""));

    /// <summary>As the wire has it: to a recipient with its own answer, to whoever ordered it with all.</summary>
    public static Recall ToWire(RecallOrder order, PartnerId? recipient, DateTimeOffset now) => new()
    {
        Name = order.Name,
        Cause = order.Cause,
        Sender = order.Sender?.Value ?? "",
        Report = order.Report,
        Agreement = order.Agreement,
        OrderTime = order.OrderedAt.ToTimestamp(),
        DueTime = order.DueAt.ToTimestamp(),
        Answers =
        {
            order.Recipients.Where(r => recipient is null || r.Partner == recipient).Select(r => new RecallAnswer
            {
                Partner = r.Partner.Value,
                Outcome = r.Outcome,
                DecisionReference = r.DecisionReference,
                Rule = r.Rule,
                AnswerTime = r.AnsweredAt?.ToTimestamp(),
                Overdue = r.AnsweredAt is null && order.DueAt <= now,
            }),
        },
    };

    /// <summary>What an answer must hold.</summary>
    public static void CheckAnswer(RecallOutcome outcome, string decisionReference, string rule, LegalStatus recipient)
    {
        if (ReportRules.RequireKnown(outcome, RecallOutcome.Unspecified, "outcome") is { } refusal)
        {
            throw new HubException(refusal);
        }

        CheckText(decisionReference, 120, "decision_reference", outcome == RecallOutcome.Deleted && recipient != LegalStatus.Private,
            "An authority deletes only by a decision to dispose.", "Name the decision, or answer RECALL_OUTCOME_BLOCKED.");
        CheckText(rule, 200, "rule", outcome == RecallOutcome.Kept,
            "What is kept is kept under a rule.", "Name the rule, such as Arkivlagen 10 §.");
    }

    private static void CheckText(string text, int most, string field, bool required, string why, string remedy)
    {
        if (required && text.Trim().Length == 0)
        {
            throw new HubException(ErrorReason.FieldRequired, field, why, remedy);
        }

        if (text.Length > most || text.Any(char.IsControl))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, field, $"It has at most {most} characters, and no control characters.", "Shorten it.");
        }
    }

    private static void Order(
        JournalTransaction transaction, RecallCause cause, PartnerId? sender, string report, string agreement, int days,
        IReadOnlyCollection<PartnerId> recipients)
    {
        var id = Guid.CreateVersion7(transaction.Now);
        var due = JournalTime.ToMicros(transaction.Now.AddDays(days));
        var point = transaction.Append(EntryKind.RecallOrder, new RecallOrderEntry
        {
            RecallId = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
            Cause = (int)cause,
            Sender = sender?.Value ?? "",
            Report = report,
            Agreement = agreement,
            DueMicros = due,
            Recipients = { recipients.Select(r => r.Value) },
        }.ToByteArray());
        transaction.Prepare(InsertOrder)
            .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(id.ToByteArray(bigEndian: true)).Bind((long)cause)
            .Bind(sender?.Value ?? "").Bind(report).Bind(agreement).Bind(due)
            .Execute();
        foreach (var recipient in recipients)
        {
            transaction.Prepare(InsertRecipient).Bind(recipient.Value).Bind(point.Seq).Execute();
        }
    }

    private IEnumerable<(RecallCause Cause, PartnerId? Sender, string Agreement, int Days, IReadOnlyCollection<PartnerId> Recipients)>
        DueOrders(DateTimeOffset now)
    {
        var rules = agreements.Rules;
        var ended = rules.Agreements.Versions.GroupBy(a => a.Id).Select(versions => versions.Last())
            .Where(last => last.RecallAtEnd && last.ValidTo <= now);
        var left = rules.Partners.Partners.Values.Where(p => p.RecalledAtSeq is not null);
        using var connection = database.OpenReader();
        foreach (var agreement in ended)
        {
            if (!IsOrdered(connection, RecallCause.AgreementEnded, "", agreement.Id, agreement.Seq))
            {
                var recipients = rules.Agreements.Versions.Where(a => a.Id == agreement.Id)
                    .SelectMany(a => a.Flows).SelectMany(f => f.To).Distinct().Where(p => Viewings.HasAny(connection, p)).Order().ToList();
                yield return (RecallCause.AgreementEnded, null, agreement.Id, agreement.RecallDays, recipients);
            }
        }

        foreach (var partner in left)
        {
            if (!IsOrdered(connection, RecallCause.SenderLeft, partner.Id.Value, "", 0))
            {
                var recipients = agreements.RecipientsEver(partner.Id).Where(p => Viewings.HasAny(connection, p)).ToList();
                yield return (RecallCause.SenderLeft, partner.Id, "", DaysOf(rules, partner.Id), recipients);
            }
        }
    }

    // Whoever has given a report up already is not told how it goes on.
    private static long LastRecallOf(SqliteConnection connection, string report, PartnerId partner)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT COALESCE(MAX(r.seq), 0) FROM recall r JOIN recall_recipient p ON p.recall_seq = r.seq
            WHERE r.report = $report AND r.report <> '' AND p.partner = $partner
            """;
        find.Parameters.AddWithValue("$report", report);
        find.Parameters.AddWithValue("$partner", partner.Value);
        return (long)find.ExecuteScalar()!;
    }

    // Also one without recipients is ordered once: it says that nobody had anything.
    private static bool IsOrdered(SqliteConnection connection, RecallCause cause, string sender, string agreement, long after)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT EXISTS (SELECT 1 FROM recall WHERE cause = $cause AND sender = $sender AND agreement = $agreement AND seq > $after)
            """;
        find.Parameters.AddWithValue("$cause", (int)cause);
        find.Parameters.AddWithValue("$sender", sender);
        find.Parameters.AddWithValue("$agreement", agreement);
        find.Parameters.AddWithValue("$after", after);
        return (long)find.ExecuteScalar()! == 1;
    }

    // The shortest time that any of the sender's agreements gives.
    private static int DaysOf(RuleBook rules, PartnerId sender) => rules.Agreements.FlowsFrom(sender)
        .Select(f => f.Agreement.RecallDays).DefaultIfEmpty(AgreementRules.DefaultRecallDays).Min();

    private IEnumerable<string> AgreementsSentUnder(PartnerId sender) => agreements.Cases.Values
        .Where(c => c.Versions.Any(v => v.Agreed is not null && v.Content.SharingTerms.Flows.Any(f => f.From == sender.Value)))
        .Select(c => c.Id);

    private static RecallOrder? Find(SqliteConnection connection, string name, PartnerId recipient) =>
        name.StartsWith("recalls/", StringComparison.Ordinal) && Guid.TryParseExact(name["recalls/".Length..], "D", out var id)
        && Select(connection, "WHERE recall_id = $id", ("$id", id.ToByteArray(bigEndian: true))) is [var order]
        && order.IsFor(recipient)
            ? order
            : null;

    private static List<RecallOrder> Select(
        SqliteConnection connection, string where, params (string Name, object Value)[] parameters)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT seq, at, recall_id, cause, sender, report, agreement, due_at FROM recall {where}";
        foreach (var (name, value) in parameters)
        {
            find.Parameters.AddWithValue(name, value);
        }

        var orders = new List<RecallOrder>();
        using (var row = find.ExecuteReader())
        {
            while (row.Read())
            {
                orders.Add(new RecallOrder(
                    row.GetInt64(0), new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true), (RecallCause)row.GetInt32(3),
                    row.GetString(4) is { Length: > 0 } sender ? new PartnerId(sender) : null, row.GetString(5), row.GetString(6),
                    JournalTime.FromMicros(row.GetInt64(1)), JournalTime.FromMicros(row.GetInt64(7)), []));
            }
        }

        return orders.ConvertAll(o => o with { Recipients = RecipientsOf(connection, o.Seq) });
    }

    private static ImmutableArray<RecallRecipient> RecipientsOf(SqliteConnection connection, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT partner, outcome, decision_reference, rule, answered_at FROM recall_recipient
            WHERE recall_seq = $seq ORDER BY partner
            """;
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        var recipients = ImmutableArray.CreateBuilder<RecallRecipient>();
        while (row.Read())
        {
            recipients.Add(new RecallRecipient(
                new PartnerId(row.GetString(0)), row.IsDBNull(1) ? RecallOutcome.Unspecified : (RecallOutcome)row.GetInt32(1),
                row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : JournalTime.FromMicros(row.GetInt64(4))));
        }

        return recipients.ToImmutable();
    }
}
