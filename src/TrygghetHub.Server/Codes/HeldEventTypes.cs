using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Codes.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Codes;

/// <summary>Which types of published events wait for a coordinator's decision. Thread-safe; writes on the journal's lane.</summary>
internal sealed class HeldEventTypes(HubDatabase database, EventTypes types)
{
    private const int MostOfASender = 200;
    private const int MostListed = 1_000;

    /// <summary>
    /// Notes that an event was refused because nobody has decided about its type, unless somebody has since; on the lane. Of
    /// each sender the 200 types that came last are kept.
    /// </summary>
    /// <param name="transaction">The lane's.</param>
    /// <param name="sender">Who sent the event.</param>
    /// <param name="type">Its type.</param>
    /// <param name="judgedBy">The list by which it was refused.</param>
    public void Hold(JournalTransaction transaction, PartnerId sender, string type, EventTypeList? judgedBy)
    {
        if (!ReferenceEquals(judgedBy, types.Current) && types.Current.Find(type) is not null)
        {
            return;
        }

        var insert = transaction.Prepare("""
            INSERT INTO held_event_type (partner, key, type, refusals, first_at, last_at)
            VALUES (?1, ?2, ?3, 1, ?4, ?4)
            ON CONFLICT (partner, key) DO UPDATE SET refusals = refusals + 1, last_at = excluded.last_at
            RETURNING refusals
            """)
            .Bind(sender.Value).Bind(ComparisonKey.Of(type)).Bind(type).Bind(JournalTime.ToMicros(transaction.Now));
        insert.ReadFirst();
        var isNew = insert.Number(0) == 1;
        insert.Reset();
        if (!isNew)
        {
            return;
        }

        // One sender must not fill the list, and what comes no more makes room for what does.
        transaction.Prepare("""
            DELETE FROM held_event_type WHERE partner = ?1 AND key IN (
              SELECT key FROM held_event_type WHERE partner = ?1 ORDER BY last_at DESC, refusals DESC, key LIMIT -1 OFFSET ?2)
            """)
            .Bind(sender.Value).Bind(MostOfASender).Execute();
    }

    /// <summary>Somebody has decided about a type: it waits no more; on the lane.</summary>
    public static void Release(JournalTransaction transaction, string type) =>
        transaction.Prepare("DELETE FROM held_event_type WHERE key = ?").Bind(ComparisonKey.Of(type)).Execute();

    /// <summary>The types that wait for a decision, the most frequent first; at most 1,000.</summary>
    public IReadOnlyList<HeldEventType> List()
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT key, type, refusals, first_at, last_at FROM held_event_type ORDER BY first_at";
        using var row = find.ExecuteReader();
        var byKey = new Dictionary<string, HeldEventType>(StringComparer.Ordinal);
        while (row.Read())
        {
            // The first spelling stands for all senders'.
            if (!byKey.TryGetValue(row.GetString(0), out var held))
            {
                byKey.Add(row.GetString(0), held = new HeldEventType
                {
                    Type = row.GetString(1),
                    FirstTime = Hour(row.GetInt64(3)),
                    LastTime = Hour(row.GetInt64(4)),
                });
            }

            held.Refusals += row.GetInt64(2);
            held.LastTime = held.LastTime < Hour(row.GetInt64(4)) ? Hour(row.GetInt64(4)) : held.LastTime;
        }

        // A later version of the list may know what was held back under an earlier one.
        return [.. byKey.Values.Where(h => types.Current.Find(h.Type) is null).OrderByDescending(h => h.Refusals).ThenBy(h => h.Type, StringComparer.Ordinal).Take(MostListed)];
    }

    private static Timestamp Hour(long micros)
    {
        var at = JournalTime.FromMicros(micros);
        return at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour)).ToTimestamp();
    }
}
