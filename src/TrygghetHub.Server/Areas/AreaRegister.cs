using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// The book of areas as it stands, and as it was at any journal entry. Thread-safe; a new version is published on the
/// journal's lane, between the entry that makes it and the next.
/// </summary>
internal sealed class AreaRegister
{
    // Replaced as a whole, by the lane alone.
    private volatile (long From, AreaBook Book)[] versions;

    /// <param name="first">The book before any import.</param>
    public AreaRegister(AreaBook first) => versions = [(0, first)];

    /// <summary>The book that came with the program, and every version that the journal holds since.</summary>
    /// <exception cref="InvalidDataException">The embedded book or an entry is broken; the message names the area.</exception>
    public static AreaRegister Load(HubDatabase database)
    {
        var register = new AreaRegister(AreaBook.LoadEmbedded());
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT seq FROM area_import ORDER BY seq";
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            var seq = row.GetInt64(0);
            var entry = AreasImported.Parser.ParseFrom(JournalReader.Content(connection, seq)!);
            register.Publish(seq, AreaEntries.After(register.Book, entry));
        }

        return register;
    }

    /// <summary>The book as it stands: the same object until it changes.</summary>
    public AreaBook Book => Current.Book;

    /// <summary>The book as it stands, and the entry from which on it does; 0 for the one that came with the program.</summary>
    public (long From, AreaBook Book) Current => versions[^1];

    /// <summary>The book at an entry, and the entry from which on it stood.</summary>
    public (long From, AreaBook Book) AsOf(long seq)
    {
        var all = versions;
        var index = all.Length - 1;
        while (index > 0 && all[index].From > seq)
        {
            index--;
        }

        return all[index];
    }

    /// <summary>Makes a book the one that stands; on the journal's lane, or at the start.</summary>
    public void Publish(long from, AreaBook book) => versions = [.. versions, (from, book)];
}
