using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Reports that wait for their sender because something was found in them: each in its sender's own space, sealed, shown
/// and counted nowhere, and gone when its time is over. Thread-safe; writes on the journal's lane.
/// </summary>
/// <remarks>
/// What waits is under a key of its sender's quarantine and of the day on which it is over; the key is destroyed after that
/// day, and with it every copy. The journal keeps what kinds were found and how it ended, and nothing of the text.
/// </remarks>
internal sealed class Quarantine
{
    private const string OwnerSuffix = "/quarantine";
    private const string Columns = "item, partner, at, expires, findings, sealed";

    private readonly HubDatabase database;
    private readonly ContentKeys keys;

    // Those who have, or have had since the start, something waiting: for all others the hot path asks no table.
    private readonly ConcurrentDictionary<PartnerId, bool> senders = new();

    public Quarantine(HubDatabase database, ContentKeys keys)
    {
        this.database = database;
        this.keys = keys;
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT DISTINCT partner FROM quarantine";
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            senders[new PartnerId(row.GetString(0))] = true;
        }
    }

    /// <summary>
    /// Keeps a report apart; on the lane. The same again finds what waits already, other content under the same reference
    /// and revision takes its place.
    /// </summary>
    public QuarantineItem Keep(JournalTransaction transaction, PartnerId sender, PreparedReport prepared, int days)
    {
        senders[sender] = true;
        if (Find(transaction, sender, prepared) is { } waiting)
        {
            if (waiting.Item.ExpiresAt > transaction.Now && waiting.ContentHash.AsSpan().SequenceEqual(prepared.ContentHash))
            {
                return waiting.Item;
            }

            End(transaction, sender, waiting.Item.Id, QuarantineEnd.Corrected, null);
        }

        var item = new QuarantineItem(
            Guid.CreateVersion7(transaction.Now), transaction.Now, transaction.Now.AddDays(days), prepared.Findings);
        transaction.Append(EntryKind.Quarantine, new QuarantineEntry
        {
            Item = ByteString.CopyFrom(item.Id.ToByteArray(bigEndian: true)),
            Partner = sender.Value,
            Kinds = { prepared.Findings.Where(f => f.Blocking).Select(f => f.Kind).Distinct() },
            Expires = JournalTime.ToMicros(item.ExpiresAt),
        }.ToByteArray());
        transaction.Prepare("""
            INSERT INTO quarantine (item, partner, source_ref_hash, revision, content_hash, at, expires, findings, sealed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(item.Id.ToByteArray(bigEndian: true)).Bind(sender.Value).Bind(prepared.SourceRefHash).Bind(prepared.Revision)
            .Bind(prepared.ContentHash).Bind(JournalTime.ToMicros(item.At)).Bind(JournalTime.ToMicros(item.ExpiresAt))
            .Bind(new Quarantined { Findings = { prepared.Findings } }.ToByteArray())
            .Bind(keys.Seal(OwnerOf(sender), DayOf(item.ExpiresAt), prepared.Quarantinable!.ToByteArray()))
            .Execute();
        return item;
    }

    /// <summary>Whether the very item that a confirmation speaks of waits still; on the lane.</summary>
    public static bool Waits(JournalTransaction transaction, PartnerId sender, PreparedReport prepared, Confirmation confirmation) =>
        Find(transaction, sender, prepared) is { } waiting && waiting.Item.Id == confirmation.Item
        && waiting.Item.ExpiresAt > transaction.Now;

    /// <summary>A report was taken: what waited under its reference and revision ends. On the lane.</summary>
    public void Taken(JournalTransaction transaction, PartnerId sender, PreparedReport prepared)
    {
        if (senders.ContainsKey(sender) && Find(transaction, sender, prepared) is { } waiting)
        {
            End(
                transaction, sender, waiting.Item.Id,
                prepared.Confirmation is null ? QuarantineEnd.Corrected : QuarantineEnd.Confirmed, prepared);
        }
    }

    /// <summary>Ends one of a sender's; on the lane. False when it does not wait.</summary>
    public static bool Discard(JournalTransaction transaction, PartnerId sender, Guid id, string by) =>
        End(transaction, sender, id, QuarantineEnd.Discarded, null, by);

    /// <summary>Ends one whose type is never taken; on the lane. False when it does not wait.</summary>
    /// <param name="transaction">The lane's.</param>
    /// <param name="sender">Whose.</param>
    /// <param name="id">Which.</param>
    /// <param name="by">Who decided it; empty where that is not at hand.</param>
    public static bool EndNeverTaken(JournalTransaction transaction, PartnerId sender, Guid id, string by) =>
        End(transaction, sender, id, QuarantineEnd.NeverTaken, null, by);

    /// <summary>What waits of published events, of all senders: the item and the type of the event.</summary>
    public IReadOnlyList<(PartnerId Sender, Guid Item, string Type)> ListPublished()
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT item, partner, sealed FROM quarantine";
        using var row = find.ExecuteReader();
        var found = new List<(PartnerId, Guid, string)>();
        while (row.Read())
        {
            var sender = new PartnerId(row.GetString(1));
            if (keys.Open(OwnerOf(sender), row.GetFieldValue<byte[]>(2)) is { } content
                && QuarantinedContent.Parser.ParseFrom(content) is { Published: true } published)
            {
                found.Add((sender, new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), published.Report.SourceCategory));
            }
        }

        return found;
    }

    /// <summary>Ends what is over, and destroys the keys of days that are; on the lane.</summary>
    /// <returns>How many ended.</returns>
    public static int Expire(JournalTransaction transaction)
    {
        var over = new List<(Guid Id, PartnerId Sender)>();
        using (var find = transaction.Connection.CreateCommand())
        {
            find.CommandText = "SELECT item, partner FROM quarantine WHERE expires <= $now";
            find.Parameters.AddWithValue("$now", JournalTime.ToMicros(transaction.Now));
            using var row = find.ExecuteReader();
            while (row.Read())
            {
                over.Add((new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), new PartnerId(row.GetString(1))));
            }
        }

        foreach (var (id, sender) in over)
        {
            End(transaction, sender, id, QuarantineEnd.Expired, null);
        }

        return over.Count;
    }

    /// <summary>Destroys the keys under which nothing can wait any more.</summary>
    public void DestroyKeys(DateTimeOffset now)
    {
        foreach (var owner in keys.OwnersBefore(OwnerSuffix, DayOf(now)))
        {
            foreach (var day in keys.DaysBefore(owner, DayOf(now)))
            {
                keys.Destroy(owner, day);
            }
        }
    }

    /// <summary>What waits for a sender after an item, oldest first; what is over is not there any more.</summary>
    public IReadOnlyList<(QuarantineItem Item, QuarantinedContent Content)> List(
        PartnerId sender, Guid after, int count, DateTimeOffset now) =>
        Read("partner = $partner AND item > $after AND expires > $now ORDER BY item LIMIT $count", sender, after, count, now);

    /// <summary>One that waits for a sender, or null.</summary>
    public (QuarantineItem Item, QuarantinedContent Content)? Get(PartnerId sender, Guid id, DateTimeOffset now) =>
        Read("partner = $partner AND item = $after AND expires > $now LIMIT $count", sender, id, 1, now) is [var found] ? found : null;

    private List<(QuarantineItem Item, QuarantinedContent Content)> Read(
        string where, PartnerId sender, Guid id, int count, DateTimeOffset now)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT {Columns} FROM quarantine WHERE {where}";
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$after", id.ToByteArray(bigEndian: true));
        find.Parameters.AddWithValue("$now", JournalTime.ToMicros(now));
        find.Parameters.AddWithValue("$count", count);
        using var row = find.ExecuteReader();
        var found = new List<(QuarantineItem, QuarantinedContent)>();
        while (row.Read())
        {
            if (keys.Open(OwnerOf(sender), row.GetFieldValue<byte[]>(5)) is { } content)
            {
                found.Add((ReadItem(row), QuarantinedContent.Parser.ParseFrom(content)));
            }
        }

        return found;
    }

    private static (QuarantineItem Item, byte[] ContentHash)? Find(
        JournalTransaction transaction, PartnerId sender, PreparedReport prepared)
    {
        using var find = transaction.Connection.CreateCommand();
        find.CommandText = $"""
            SELECT {Columns}, content_hash FROM quarantine
            WHERE partner = $partner AND source_ref_hash = $hash AND revision = $revision
            """;
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$hash", prepared.SourceRefHash);
        find.Parameters.AddWithValue("$revision", prepared.Revision);
        using var row = find.ExecuteReader();
        return row.Read() ? (ReadItem(row), row.GetFieldValue<byte[]>(6)) : null;
    }

    private static bool End(JournalTransaction transaction, PartnerId sender, Guid id, QuarantineEnd end, PreparedReport? taken,
        string by = "")
    {
        using (var delete = transaction.Connection.CreateCommand())
        {
            delete.CommandText = "DELETE FROM quarantine WHERE item = $item AND partner = $partner";
            delete.Parameters.AddWithValue("$item", id.ToByteArray(bigEndian: true));
            delete.Parameters.AddWithValue("$partner", sender.Value);
            if (delete.ExecuteNonQuery() == 0)
            {
                return false;
            }
        }

        var entry = new QuarantineEndEntry
        {
            Item = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
            Partner = sender.Value,
            End = end,
            By = by,
        };
        if (taken?.Confirmation is { } confirmation)
        {
            entry.Reason = confirmation.Reason;
            entry.By = confirmation.By;
            entry.Confirmed.Add(taken.Findings.Where(f => f.Blocking).Select(f => f.Kind).Distinct());
        }

        transaction.Append(EntryKind.QuarantineEnd, entry.ToByteArray());
        return true;
    }

    private static QuarantineItem ReadItem(SqliteDataReader row) => new(
        new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), JournalTime.FromMicros(row.GetInt64(2)),
        JournalTime.FromMicros(row.GetInt64(3)), Quarantined.Parser.ParseFrom(row.GetFieldValue<byte[]>(4)).Findings);

    private static string OwnerOf(PartnerId sender) => sender + OwnerSuffix;

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(SwedishTime.ToLocal(at).Date);
}

/// <summary>A report that waits, without its content.</summary>
/// <param name="Id">UUIDv7 of its arrival: only its sender ever sees it.</param>
/// <param name="At">When it came.</param>
/// <param name="ExpiresAt">When it is gone.</param>
/// <param name="Findings">What was found.</param>
internal sealed record QuarantineItem(Guid Id, DateTimeOffset At, DateTimeOffset ExpiresAt, IReadOnlyList<Finding> Findings)
{
    private const string Collection = "quarantine";

    public static string NameOf(PartnerId sender, Guid id) => $"partners/{sender}/{Collection}/{id:D}";

    public static bool TryParse(string name, PartnerId sender, out Guid id)
    {
        id = default;
        return name.Split('/') is ["partners", var partner, Collection, var item] && partner == sender.Value
            && Guid.TryParseExact(item, "D", out id);
    }

    public Quarantined ToWire(PartnerId sender) => new()
    {
        Name = NameOf(sender, Id),
        Findings = { Findings },
        ExpireTime = ExpiresAt.ToTimestamp(),
    };
}

/// <summary>A sender's word that what was found is a false alarm.</summary>
/// <param name="Item">What waits.</param>
/// <param name="By">Who says so, <c>urn:trygghet:…</c>.</param>
/// <param name="Reason">Why.</param>
internal sealed record Confirmation(Guid Item, string By, string Reason);
