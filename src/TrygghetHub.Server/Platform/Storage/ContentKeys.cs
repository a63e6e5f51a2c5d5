using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Platform.Storage;

/// <summary>
/// Keys that contents are kept under, one for each owner and day. Destroying a key disposes of everything under it,
/// in every copy of <c>hub.db</c> that was ever made: that is how disposal reaches backups. Thread-safe.
/// </summary>
/// <remarks>
/// The keys are random and lie, sealed with the hub's own, in <c>content-keys.db</c>, apart from what they open. A key is on
/// disk before anything is sealed with it. Layout of what is sealed: format (1) ‖ day (4) ‖ key (4, the beginning of
/// its hash) ‖ nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM; owner and day are authenticated with it. Random nonces under one key are safe up to 2³² contents
/// (NIST SP 800-38D); an owner sends far fewer a day.
/// </remarks>
internal sealed class ContentKeys : IDisposable
{
    private const string FileName = "content-keys.db";
    private const byte Format = 1;
    private const int DayAt = 1;
    private const int IdAt = 5;
    private const int IdSize = 4;
    private const int NonceAt = IdAt + IdSize;
    private const int NonceSize = 12;
    private const int TextAt = NonceAt + NonceSize;
    private const int TagSize = 16;
    private const int KeySize = 32;
    private const int MostCiphersAThread = 512;

    private readonly ConcurrentDictionary<(string Owner, int Day), ContentKey?> keys = new();
    private readonly SqliteConnection connection;
    private readonly Lock store = new();
    private readonly Sealer sealer;

    // AesGcm may not be used by two threads at once, and costs more to make than to use.
    private readonly ThreadLocal<Dictionary<ContentKey, AesGcm>> ciphers = new(() => [], trackAllValues: true);

    /// <exception cref="IOException">The file is gone while there is data: all of it would be taken for disposed of.</exception>
    public ContentKeys(DataDirectory directory, HubKeys hubKeys)
    {
        if (!File.Exists(directory.Combine(FileName)))
        {
            directory.RequireNew(directory.Combine(FileName));
        }

        sealer = new Sealer(hubKeys, "content-keys");
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = directory.Database(FileName),
            Pooling = false,
            // A backup that reads the file is waited for, and no longer: a new key is made on the way in.
            DefaultTimeout = 5,
        }.ConnectionString);
        connection.Open();

        // What is deleted is overwritten, and no log keeps it.
        Execute("PRAGMA journal_mode=DELETE");
        Execute("PRAGMA synchronous=FULL");
        Execute("PRAGMA secure_delete=ON");
        Execute("CREATE TABLE IF NOT EXISTS content_key (owner TEXT, day INTEGER, sealed BLOB NOT NULL, PRIMARY KEY (owner, day)) STRICT");
    }

    /// <summary>Seals under the key of an owner and a day, made at its first use.</summary>
    /// <exception cref="SqliteException">A new key could not be stored.</exception>
    public byte[] Seal(string owner, DateOnly day, ReadOnlySpan<byte> text)
    {
        var key = keys.TryGetValue((owner, day.DayNumber), out var known) && known is not null
            ? known
            : FindOrMake(owner, day.DayNumber);
        var sealedText = new byte[TextAt + text.Length + TagSize];
        sealedText[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(sealedText.AsSpan(DayAt), day.DayNumber);
        key.Id.CopyTo(sealedText.AsSpan(IdAt));
        RandomNumberGenerator.Fill(sealedText.AsSpan(NonceAt, NonceSize));
        CipherOf(key).Encrypt(
            sealedText.AsSpan(NonceAt, NonceSize), text, sealedText.AsSpan(TextAt, text.Length), sealedText.AsSpan(TextAt + text.Length),
            key.Place);
        return sealedText;
    }

    /// <summary>What was sealed for an owner; null when its key was destroyed.</summary>
    /// <exception cref="InvalidDataException">It was changed, or sealed for somebody else: the store is broken.</exception>
    public byte[]? Open(string owner, ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < TextAt + TagSize || sealedText[0] != Format)
        {
            throw new InvalidDataException("What should be a sealed content is none.");
        }

        if (KeyOf(owner, sealedText) is not { } key)
        {
            return null;
        }

        var text = new byte[sealedText.Length - TextAt - TagSize];
        try
        {
            CipherOf(key).Decrypt(
                sealedText.Slice(NonceAt, NonceSize), sealedText[TextAt..^TagSize], sealedText[^TagSize..], text, key.Place);
            return text;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidDataException("A sealed content was changed, or is somebody else's.", e);
        }
    }

    /// <summary>The first bytes of everything that is sealed under keys of a day.</summary>
    public static byte[] PrefixOf(DateOnly day)
    {
        var prefix = new byte[IdAt];
        prefix[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(DayAt), day.DayNumber);
        return prefix;
    }

    /// <summary>The day under whose key something was sealed, from its first bytes.</summary>
    public static DateOnly DayOf(ReadOnlySpan<byte> prefix) =>
        DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(prefix[DayAt..]));

    /// <summary>The days before one for which an owner still has keys, earliest first.</summary>
    public IReadOnlyList<DateOnly> DaysBefore(string owner, DateOnly day)
    {
        lock (store)
        {
            using var find = connection.CreateCommand();
            find.CommandText = "SELECT day FROM content_key WHERE owner = $owner AND day < $day ORDER BY day";
            find.Parameters.AddWithValue("$owner", owner);
            find.Parameters.AddWithValue("$day", day.DayNumber);
            using var row = find.ExecuteReader();
            var days = new List<DateOnly>();
            while (row.Read())
            {
                days.Add(DateOnly.FromDayNumber(row.GetInt32(0)));
            }

            return days;
        }
    }

    /// <summary>The owners of one kind that still have keys of days before one.</summary>
    /// <param name="kind">What their names end with.</param>
    /// <param name="day">The day.</param>
    public IReadOnlyList<string> OwnersBefore(string kind, DateOnly day)
    {
        lock (store)
        {
            using var find = connection.CreateCommand();
            find.CommandText = "SELECT DISTINCT owner FROM content_key WHERE day < $day AND substr(owner, -length($kind)) = $kind ORDER BY owner";
            find.Parameters.AddWithValue("$day", day.DayNumber);
            find.Parameters.AddWithValue("$kind", kind);
            using var row = find.ExecuteReader();
            var owners = new List<string>();
            while (row.Read())
            {
                owners.Add(row.GetString(0));
            }

            return owners;
        }
    }

    /// <summary>Whether what was sealed for an owner can be opened: its key is there.</summary>
    public bool CanOpen(string owner, ReadOnlySpan<byte> sealedText) =>
        sealedText.Length >= TextAt + TagSize && KeyOf(owner, sealedText) is not null;

    /// <summary>Destroys the key of an owner and a day; one that is not there is destroyed already.</summary>
    public void Destroy(string owner, DateOnly day)
    {
        lock (store)
        {
            using var delete = connection.CreateCommand();
            delete.CommandText = "DELETE FROM content_key WHERE owner = $owner AND day = $day";
            delete.Parameters.AddWithValue("$owner", owner);
            delete.Parameters.AddWithValue("$day", day.DayNumber);
            delete.ExecuteNonQuery();
            // Not wiped: another thread may be about to use it, and would seal with zeros.
            keys.TryRemove((owner, day.DayNumber), out _);
        }
    }

    public void Dispose()
    {
        foreach (var cipher in ciphers.Values.SelectMany(c => c.Values))
        {
            cipher.Dispose();
        }

        ciphers.Dispose();
        connection.Dispose();
        sealer.Dispose();
    }

    // Null also where the day has another key by now: the one that it was sealed with is gone.
    private ContentKey? KeyOf(string owner, ReadOnlySpan<byte> sealedText) =>
        Find(owner, BinaryPrimitives.ReadInt32BigEndian(sealedText[DayAt..])) is { } key
        && sealedText.Slice(IdAt, IdSize).SequenceEqual(key.Id)
            ? key
            : null;

    private ContentKey? Find(string owner, int day)
    {
        if (keys.TryGetValue((owner, day), out var known))
        {
            return known;
        }

        lock (store)
        {
            // Remembered when it is not there, too: whole days of what is disposed of are read past.
            return keys.GetOrAdd((owner, day), Read(owner, day));
        }
    }

    private ContentKey FindOrMake(string owner, int day)
    {
        lock (store)
        {
            if (Read(owner, day) is { } stored)
            {
                return keys.AddOrUpdate((owner, day), stored, (_, known) => known ?? stored)!;
            }

            var made = new ContentKey(RandomNumberGenerator.GetBytes(KeySize), PlaceOf(owner, day));
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO content_key (owner, day, sealed) VALUES ($owner, $day, $sealed)";
            insert.Parameters.AddWithValue("$owner", owner);
            insert.Parameters.AddWithValue("$day", day);
            insert.Parameters.AddWithValue("$sealed", sealer.Seal([.. made.Bytes, .. made.Place]));
            insert.ExecuteNonQuery();
            keys[(owner, day)] = made;
            return made;
        }
    }

    private ContentKey? Read(string owner, int day)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT sealed FROM content_key WHERE owner = $owner AND day = $day";
        find.Parameters.AddWithValue("$owner", owner);
        find.Parameters.AddWithValue("$day", day);
        if (find.ExecuteScalar() is not byte[] sealedKey)
        {
            return null;
        }

        var place = PlaceOf(owner, day);
        return sealer.Open(sealedKey) is { } opened && opened.AsSpan(KeySize).SequenceEqual(place)
            ? new ContentKey(opened[..KeySize], place)
            : throw new InvalidDataException($"A key in {FileName} was changed. Restore the file from a backup.");
    }

    private AesGcm CipherOf(ContentKey key)
    {
        var mine = ciphers.Value!;
        if (!mine.TryGetValue(key, out var cipher))
        {
            if (mine.Count >= MostCiphersAThread)
            {
                foreach (var old in mine.Values)
                {
                    old.Dispose();
                }

                mine.Clear();
            }

            mine.Add(key, cipher = new AesGcm(key.Bytes, TagSize));
        }

        return cipher;
    }

    private static byte[] PlaceOf(string owner, int day) => Encoding.UTF8.GetBytes($"{day}/{owner}");

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Known by reference: one object for as long as the key is remembered.</summary>
    private sealed class ContentKey(byte[] bytes, byte[] place)
    {
        public byte[] Bytes => bytes;

        public byte[] Id { get; } = SHA256.HashData(bytes)[..IdSize];

        public byte[] Place => place;
    }
}
