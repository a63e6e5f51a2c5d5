using Microsoft.Data.Sqlite;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// A partner's notices of what was done in its name, and of consent requests and changed contacts of those that it has agreements with:
/// what they share goes to everybody who acts as that partner. Thread-safe.
/// </summary>
internal sealed class Notices(HubDatabase database, IFellowParties parties)
{
    /// <summary>Notices for a partner, newest first.</summary>
    /// <param name="partner">Who receives them.</param>
    /// <param name="before">Only those of entries before this one.</param>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<(long Seq, PartnerNotice Notice)> For(PartnerId partner, long before, int most)
    {
        // Who had an agreement with whom is judged as of the notice: an agreement that came later opens nothing of before it.
        return database.Read(context => context.Set<NoticeRow>()
            .Where(n => n.Seq < before && (n.Partner == partner.Value || n.ToParties))
            .OrderByDescending(n => n.Seq).AsEnumerable()
            .Select(row => (row.Seq, Notice: PartnerNotice.Parser.ParseFrom(row.Content)))
            .Where(n => n.Notice.Partner == partner.Value
                || parties.Were(partner, new PartnerId(n.Notice.Partner), n.Seq, n.Notice.Time.ToDateTimeOffset()))
            .Take(most).Select(n => (n.Seq, AsTold(n.Notice, partner))).ToList());
    }

    /// <summary>Notices that parties of agreements receive, after one entry and up to another, in order.</summary>
    public static IReadOnlyList<(long Seq, PartnerNotice Notice)> ReadOfConsents(SqliteConnection connection, long after, long upTo)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT "Seq", "Content" FROM partner_notice WHERE "Seq" > $after AND "Seq" <= $up_to AND "ToParties" ORDER BY "Seq"
            """;
        find.Parameters.AddWithValue("$after", after);
        find.Parameters.AddWithValue("$up_to", upTo);
        using var row = find.ExecuteReader();
        var found = new List<(long, PartnerNotice)>();
        while (row.Read())
        {
            found.Add((row.GetInt64(0), PartnerNotice.Parser.ParseFrom(row.GetFieldValue<byte[]>(1))));
        }

        return found;
    }

    /// <summary>A notice as a partner receives it: why and by whom is between the partner that it is about and the hub.</summary>
    public static PartnerNotice AsTold(PartnerNotice notice, PartnerId to)
    {
        if (notice.Partner == to.Value)
        {
            return notice;
        }

        var told = notice.Clone();
        (told.By, told.Reason) = ("", "");
        return told;
    }
}
