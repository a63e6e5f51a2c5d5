using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Feed;

/// <summary>Cursors that the hub keeps for partners under names, and how their streams do. Thread-safe.</summary>
internal sealed class KeptCursors(JournalLane journal, HubDatabase database)
{
    private const int MostNames = 100;
    private const int LongestName = 60;

    private readonly ConcurrentDictionary<(PartnerId Partner, string Name), (int Streams, string LastEnd)> streams = new();

    /// <summary>Where a name stands; null when it is not kept.</summary>
    /// <exception cref="HubException">CURSOR_INVALID: it is kept for another purpose or filter.</exception>
    public FeedPosition? Find(FeedScope scope, string name)
    {
        Check(name);
        using var connection = database.OpenReader();
        return Find(connection, scope.Partner, name) is not { } kept ? null
            : kept.Scope.AsSpan().SequenceEqual(scope.Hash) ? kept.Position
            : throw FeedCursors.Invalid("cursor_name");
    }

    /// <summary>Keeps a position; one that lies behind what is kept changes nothing.</summary>
    /// <exception cref="HubException">CURSOR_INVALID: the name is kept for another purpose or filter.</exception>
    public Task AcknowledgeAsync(
        PartnerId partner, string name, byte[] scope, FeedPosition position, CancellationToken cancellation)
    {
        Check(name);
        return journal.WriteAsync(
            transaction =>
            {
                if (Find(transaction.Connection, partner, name) is { } kept)
                {
                    if (!kept.Scope.AsSpan().SequenceEqual(scope))
                    {
                        throw FeedCursors.Invalid("cursor");
                    }

                    if (!kept.Position.IsBehind(position))
                    {
                        return false;
                    }
                }
                else if (Count(transaction.Connection, partner) >= MostNames)
                {
                    throw new HubException(
                        ErrorReason.FieldInvalid, "cursor_name", $"A partner has at most {MostNames} kept cursors.",
                        "Delete one that is not used any more.");
                }

                transaction.Prepare("""
                    INSERT INTO feed_cursor (partner, name, filter_hash, seq, within, at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (partner, name) DO UPDATE SET seq = excluded.seq, within = excluded.within, at = excluded.at
                    """)
                    .Bind(partner.Value).Bind(name).Bind(scope).Bind(position.Seq).Bind(position.Within)
                    .Bind(JournalTime.ToMicros(transaction.Now))
                    .Execute();
                return true;
            },
            published: null, cancellation);
    }

    public Task DeleteAsync(PartnerId partner, string name, CancellationToken cancellation)
    {
        Check(name);
        return journal.WriteAsync(
            transaction =>
            {
                transaction.Prepare("DELETE FROM feed_cursor WHERE partner = ? AND name = ?").Bind(partner.Value).Bind(name)
                    .Execute();
                return true;
            },
            published: null, cancellation);
    }

    /// <summary>A partner's cursors, in the order of names.</summary>
    public IReadOnlyList<KeptCursor> List(PartnerId partner)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT name, at FROM feed_cursor WHERE partner = $partner ORDER BY name";
        find.Parameters.AddWithValue("$partner", partner.Value);
        using var row = find.ExecuteReader();
        var kept = new List<KeptCursor>();
        while (row.Read())
        {
            var (running, lastEnd) = streams.GetValueOrDefault((partner, row.GetString(0)), (0, ""));
            kept.Add(new KeptCursor
            {
                CursorName = row.GetString(0),
                AcknowledgeTime = JournalTime.FromMicros(row.GetInt64(1)).ToTimestamp(),
                Streams = running,
                LastEnd = lastEnd,
            });
        }

        return kept;
    }

    /// <summary>A stream under a name has begun.</summary>
    public void Begun(PartnerId partner, string name) =>
        streams.AddOrUpdate((partner, name), (1, ""), (_, s) => (s.Streams + 1, s.LastEnd));

    /// <summary>It has ended: why, or empty when its caller left.</summary>
    public void Ended(PartnerId partner, string name, string why)
    {
        var left = streams.AddOrUpdate((partner, name), (0, why), (_, s) => (s.Streams - 1, why));
        using var connection = database.OpenReader();
        if (left.Streams == 0 && Find(connection, partner, name) is null)
        {
            // Nobody asks after a name that is not kept.
            streams.TryRemove(KeyValuePair.Create((partner, name), left));
        }
    }

    private static void Check(string name)
    {
        if (!ChosenId.IsValid(name, 1, LongestName))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "cursor_name", $"A name is 1 to {LongestName} of {ChosenId.Rule}.",
                "Choose a name such as situation-room.");
        }
    }

    private static (byte[] Scope, FeedPosition Position)? Find(SqliteConnection connection, PartnerId partner, string name)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT filter_hash, seq, within FROM feed_cursor WHERE partner = $partner AND name = $name";
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$name", name);
        using var row = find.ExecuteReader();
        return row.Read()
            ? (row.GetFieldValue<byte[]>(0), new FeedPosition(row.GetInt64(1), row.GetInt64(2)))
            : null;
    }

    private static long Count(SqliteConnection connection, PartnerId partner)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT COUNT(*) FROM feed_cursor WHERE partner = $partner";
        find.Parameters.AddWithValue("$partner", partner.Value);
        return (long)find.ExecuteScalar()!;
    }
}
