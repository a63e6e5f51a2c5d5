using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Decisions and holds: in memory, and in the journal. Thread-safe; changes are published on the journal's lane, so that a
/// disposal that runs there sees every hold that was placed before it.
/// </summary>
internal sealed class RetentionRegister
{
    private readonly JournalLane journal;
    private readonly AreaRegister areas;
    private readonly RetentionMark mark;
    private volatile RetentionBook book;

    public RetentionRegister(JournalLane journal, HubDatabase database, AreaRegister areas, RetentionMark mark)
    {
        this.journal = journal;
        this.areas = areas;
        this.mark = mark;
        using var connection = database.OpenReader();
        book = Load(connection);
    }

    /// <summary>As it stands.</summary>
    public RetentionBook Book => book;

    /// <summary>Enters a decision; what equals the one in force changes nothing.</summary>
    public async Task<RetentionDecision> DecideAsync(
        RetentionClass @class, PartnerId? partner, int days, string reference, string by, CancellationToken cancellation)
    {
        var decided = await journal.WriteAsync(
            transaction =>
            {
                if (book.DecisionOn(@class, partner) is { } known && known.Days == days && known.Reference == reference)
                {
                    return known;
                }

                var id = Guid.CreateVersion7(transaction.Now);
                var point = transaction.Append(EntryKind.RetentionDecision, new RetentionDecisionEntry
                {
                    Decision = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
                    RetentionClass = (int)@class,
                    Partner = partner?.Value ?? "",
                    Days = days,
                    Reference = reference,
                    By = by,
                }.ToByteArray());
                transaction.Prepare("""
                    INSERT INTO retention_decision (seq, at, decision_id, retention_class, partner, days, reference, decided_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """)
                    .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(id.ToByteArray(bigEndian: true))
                    .Bind((long)@class).Bind(partner?.Value ?? "").Bind(days).Bind(reference).Bind(by)
                    .Execute();
                return new RetentionDecision(point.Seq, point.At, id, @class, partner, days, reference, by);
            },
            decision => book = book.With(decision), cancellation);
        mark.Raise(decided.Seq);
        return decided;
    }

    /// <summary>Places a hold; one that stands under the same reference and scope is found again.</summary>
    public async Task<LegalHold> HoldAsync(
        PartnerId partner, HoldScope scope, string reference, string reason, string by, CancellationToken cancellation)
    {
        var placed = await journal.WriteAsync(
            transaction =>
            {
                if (book.HoldsOn(partner).FirstOrDefault(h => h.Reference == reference && h.Scope == scope) is { } known)
                {
                    return known;
                }

                var id = Guid.CreateVersion7(transaction.Now);
                var entry = new LegalHoldEntry
                {
                    Hold = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
                    Partner = partner.Value,
                    Reference = reference,
                    By = by,
                    Area = scope.Area,
                    Category = scope.Category,
                    Reason = reason,
                };
                if (scope.ReceivedFrom is { } from)
                {
                    entry.ReceivedFrom = JournalTime.ToMicros(from);
                }

                if (scope.ReceivedTo is { } to)
                {
                    entry.ReceivedTo = JournalTime.ToMicros(to);
                }

                var hold = new LegalHold(
                    transaction.Append(EntryKind.LegalHold, entry.ToByteArray()).Seq, transaction.Now, id, partner, scope,
                    reference, reason, by, Lifting: null);
                Insert(transaction, hold);
                return hold;
            },
            hold => book = book.With(hold), cancellation);
        mark.Raise(placed.Seq);
        return placed;
    }

    /// <summary>Lifts a hold; the same again changes nothing.</summary>
    /// <exception cref="HubException">NOT_FOUND, or RETENTION_STATE: it was lifted by another decision.</exception>
    public Task<LegalHold> LiftAsync(
        PartnerId partner, string name, string reference, string by, CancellationToken cancellation) => journal.WriteAsync(
            transaction =>
            {
                if (!LegalHold.TryParse(name, partner, out var id)
                    || book.Holds.FirstOrDefault(h => h.Id == id && h.Partner == partner) is not { } hold)
                {
                    throw HubException.NotFound("name");
                }

                if (hold.Lifting is { } lifted)
                {
                    return lifted.Reference == reference ? hold : throw new HubException(
                        ErrorReason.RetentionState, "reference", "The hold was lifted by another decision.",
                        "List the holds with lifted ones, to see which; place a new one where reports are to be kept again.");
                }

                transaction.Append(EntryKind.LegalHold, new LegalHoldEntry
                {
                    Hold = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
                    Partner = partner.Value,
                    Reference = reference,
                    By = by,
                    Lifted = true,
                }.ToByteArray());
                transaction.Prepare("UPDATE legal_hold SET lifted_at = ?, lift_reference = ?, lifted_by = ? WHERE seq = ?")
                    .Bind(JournalTime.ToMicros(transaction.Now)).Bind(reference).Bind(by).Bind(hold.Seq)
                    .Execute();
                return hold with { Lifting = new HoldLifting(transaction.Now, reference, by) };
            },
            hold => book = book.With(hold), cancellation);

    /// <summary>A scope with what its area lies in.</summary>
    public HoldScope ScopeOf(string area, string category, DateTimeOffset? from, DateTimeOffset? to)
    {
        // A code that a later book of areas has lost keeps what was resolved to it.
        areas.Book.TryResolve(area, out var chain);
        return new HoldScope(area, chain, category, from, to);
    }

    private static void Insert(JournalTransaction transaction, LegalHold hold)
    {
        using var insert = transaction.Connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO legal_hold (
              seq, at, hold_id, partner, area, category, received_from, received_to, reference, reason, placed_by)
            VALUES ($seq, $at, $id, $partner, $area, $category, $from, $to, $reference, $reason, $by)
            """;
        insert.Parameters.AddWithValue("$seq", hold.Seq);
        insert.Parameters.AddWithValue("$at", JournalTime.ToMicros(hold.At));
        insert.Parameters.AddWithValue("$id", hold.Id.ToByteArray(bigEndian: true));
        insert.Parameters.AddWithValue("$partner", hold.Partner.Value);
        insert.Parameters.AddWithValue("$area", hold.Scope.Area);
        insert.Parameters.AddWithValue("$category", hold.Scope.Category);
        insert.Parameters.AddWithValue("$from", Micros(hold.Scope.ReceivedFrom));
        insert.Parameters.AddWithValue("$to", Micros(hold.Scope.ReceivedTo));
        insert.Parameters.AddWithValue("$reference", hold.Reference);
        insert.Parameters.AddWithValue("$reason", hold.Reason);
        insert.Parameters.AddWithValue("$by", hold.By);
        insert.ExecuteNonQuery();

        static object Micros(DateTimeOffset? at) => at is { } instant ? JournalTime.ToMicros(instant) : DBNull.Value;
    }

    private RetentionBook Load(SqliteConnection connection)
    {
        var loaded = RetentionBook.Empty;
        using (var find = connection.CreateCommand())
        {
            find.CommandText = """
                SELECT seq, at, decision_id, retention_class, partner, days, reference, decided_by FROM retention_decision
                ORDER BY seq
                """;
            using var row = find.ExecuteReader();
            while (row.Read())
            {
                loaded = loaded.With(new RetentionDecision(
                    row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1)),
                    new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true), (RetentionClass)row.GetInt32(3),
                    row.GetString(4) is { Length: > 0 } partner ? new PartnerId(partner) : null, row.GetInt32(5), row.GetString(6),
                    row.GetString(7)));
            }
        }

        return loaded with { Holds = [.. LoadHolds(connection)] };
    }

    private List<LegalHold> LoadHolds(SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT seq, at, hold_id, partner, area, category, received_from, received_to, reference, reason, placed_by, lifted_at,
                   lift_reference, lifted_by
            FROM legal_hold ORDER BY seq
            """;
        using var row = find.ExecuteReader();
        var holds = new List<LegalHold>();
        while (row.Read())
        {
            holds.Add(new LegalHold(
                row.GetInt64(0), JournalTime.FromMicros(row.GetInt64(1)), new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true),
                new PartnerId(row.GetString(3)), ScopeOf(row.GetString(4), row.GetString(5), Time(row, 6), Time(row, 7)),
                row.GetString(8), row.GetString(9), row.GetString(10),
                Time(row, 11) is { } liftedAt ? new HoldLifting(liftedAt, row.GetString(12), row.GetString(13)) : null));
        }

        return holds;

        static DateTimeOffset? Time(SqliteDataReader row, int column) =>
            row.IsDBNull(column) ? null : JournalTime.FromMicros(row.GetInt64(column));
    }
}
