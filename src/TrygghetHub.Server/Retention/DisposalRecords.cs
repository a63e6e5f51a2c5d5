using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// The records of disposals: each in the transaction in which contents go, so that none goes without one. Thread-safe.
/// </summary>
internal sealed class DisposalRecords(HubDatabase database)
{
    // More than there are ever entries in a journal.
    private const long PositionsOfAQuarter = 100_000_000_000_000;

    /// <summary>Writes the record of what went in this transaction; on the lane. Nothing went: nothing is written.</summary>
    /// <param name="transaction">In which it went.</param>
    /// <param name="decision">By which decision.</param>
    /// <param name="gone">Entries and their leaves, in the order of the journal.</param>
    public static void Append(
        JournalTransaction transaction, RetentionDecision decision, IReadOnlyList<DisposedEntry> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        var id = Guid.CreateVersion7(transaction.Now);
        var (first, last) = (SwedishTime.DayOf(gone[0].ReceivedAt), SwedishTime.DayOf(gone[^1].ReceivedAt));
        var hash = HashOf(gone.Select(g => (g.Seq, g.Leaf)));
        var point = transaction.Append(EntryKind.Disposal, new DisposalEntry
        {
            Disposal = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
            RetentionClass = (int)decision.Class,
            Partner = decision.Partner?.Value ?? "",
            DecisionSeq = decision.Seq,
            Reference = decision.Reference,
            FirstDay = first.DayNumber,
            LastDay = last.DayNumber,
            Entries = { gone.Select(g => g.Seq) },
            EntriesSha256 = UnsafeByteOperations.UnsafeWrap(hash),
        }.ToByteArray());
        transaction.Prepare("""
            INSERT INTO disposal (
              seq, at, disposal_id, retention_class, partner, decision_seq, reference, first_day, last_day, count, entries_sha256)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(id.ToByteArray(bigEndian: true))
            .Bind((long)decision.Class).Bind(decision.Partner?.Value ?? "").Bind(decision.Seq).Bind(decision.Reference)
            .Bind(first.DayNumber).Bind(last.DayNumber).Bind(gone.Count).Bind(hash)
            .Execute();
    }

    /// <summary>SHA-256 over number (8 bytes, big-endian) and leaf of each entry, in their order.</summary>
    public static byte[] HashOf(IEnumerable<(long Seq, byte[] Leaf)> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var (seq, leaf) in entries)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, seq);
            hash.AppendData(number);
            hash.AppendData(leaf);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>A partner's records before an entry, newest first, each with its entry.</summary>
    /// <param name="partner">Of whose data.</param>
    /// <param name="before">Entry; <see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<(long Seq, Disposal Record)> List(PartnerId partner, long before, int count)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT d.seq, d.at, d.disposal_id, d.retention_class, d.partner, r.decision_id, d.reference, d.first_day, d.last_day,
                   d.count, d.entries_sha256
            FROM disposal d JOIN retention_decision r ON r.seq = d.decision_seq
            WHERE d.seq < $before AND d.partner = $partner
            ORDER BY d.seq DESC LIMIT $count
            """;
        find.Parameters.AddWithValue("$before", before);
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$count", count);
        using var row = find.ExecuteReader();
        var records = new List<(long, Disposal)>();
        while (row.Read())
        {
            records.Add((row.GetInt64(0), new Disposal
            {
                Name = $"disposals/{new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true):D}",
                RetentionClass = (RetentionClass)row.GetInt32(3),
                Partner = row.GetString(4),
                Decision = RetentionDecision.NameOf(new Guid(row.GetFieldValue<byte[]>(5), bigEndian: true)),
                DecisionReference = row.GetString(6),
                FirstDay = Day(row.GetInt32(7)),
                LastDay = Day(row.GetInt32(8)),
                Count = row.GetInt64(9),
                EntriesSha256 = Convert.ToHexStringLower(row.GetFieldValue<byte[]>(10)),
                DisposeTime = JournalTime.FromMicros(row.GetInt64(1)).ToTimestamp(),
            }));
        }

        return records;

        static string Day(int number) => DateOnly.FromDayNumber(number).ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The quarters that are over, newest first, of every decision to dispose that was in force in them, each with its
    /// position: whether anything went does not show in what is listed.
    /// </summary>
    /// <param name="partner">Of whose data; empty for the access log, null for everybody's and the log's.</param>
    /// <param name="before">Position; <see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="count">How many.</param>
    /// <param name="now">The hub's clock.</param>
    public IReadOnlyList<(long Position, Disposal Record)> ListQuarters(string? partner, long before, int count, DateTimeOffset now)
    {
        using var connection = database.OpenReader();
        var gone = CountByQuarter(connection);
        var running = IsoQuarter.Of(IsoWeek.Of(now));
        var decisions = Decisions(connection).Where(d => partner is null || d.Partner == partner)
            .GroupBy(d => (d.Class, d.Partner)).SelectMany(g => g.Zip(g.Skip(1).Select(d => d.From).Append(running)))
            .Where(d => !d.First.Preserves);
        return
        [
            .. decisions.SelectMany(d => Quarters(d.First.From, d.Second, running).Select(quarter => (
                    Position: (quarter.Key * PositionsOfAQuarter) + d.First.Seq,
                    Record: new Disposal
                    {
                        RetentionClass = d.First.Class,
                        Partner = d.First.Partner,
                        Decision = RetentionDecision.NameOf(d.First.Id),
                        DecisionReference = d.First.Reference,
                        Quarter = OverseenFigures.ToWire(quarter),
                        CountBand = OverseenFigures.BandOf(gone.GetValueOrDefault((d.First.Seq, quarter))),
                    })))
                .Where(q => q.Position < before).OrderByDescending(q => q.Position).Take(count),
        ];

        // The quarter in which a decision was replaced is of both.
        static IEnumerable<IsoQuarter> Quarters(IsoQuarter from, IsoQuarter upTo, IsoQuarter running)
        {
            for (var quarter = from; quarter.CompareTo(upTo) <= 0 && quarter.CompareTo(running) < 0; quarter = quarter.Next)
            {
                yield return quarter;
            }
        }
    }

    private static List<(long Seq, IsoQuarter From, Guid Id, RetentionClass Class, string Partner, bool Preserves, string Reference)> Decisions(
        SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText =
            "SELECT seq, at, decision_id, retention_class, partner, days, reference FROM retention_decision ORDER BY seq";
        using var row = find.ExecuteReader();
        var decisions = new List<(long, IsoQuarter, Guid, RetentionClass, string, bool, string)>();
        while (row.Read())
        {
            decisions.Add((
                row.GetInt64(0), QuarterOf(row.GetInt64(1)), new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true),
                (RetentionClass)row.GetInt32(3), row.GetString(4), row.GetInt32(5) == 0, row.GetString(6)));
        }

        return decisions;
    }

    private static Dictionary<(long Decision, IsoQuarter Quarter), long> CountByQuarter(SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT decision_seq, at, count FROM disposal";
        using var row = find.ExecuteReader();
        var counts = new Dictionary<(long, IsoQuarter), long>();
        while (row.Read())
        {
            var key = (row.GetInt64(0), QuarterOf(row.GetInt64(1)));
            counts[key] = counts.GetValueOrDefault(key) + row.GetInt64(2);
        }

        return counts;
    }

    private static IsoQuarter QuarterOf(long micros) => IsoQuarter.Of(IsoWeek.Of(JournalTime.FromMicros(micros)));
}
