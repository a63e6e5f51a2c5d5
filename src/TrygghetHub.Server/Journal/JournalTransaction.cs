using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Journal;

/// <summary>
/// One transaction on the writer lane: what is appended and written through it is durable together or not at
/// all. Used on the lane's thread only, and only while the work that got it runs.
/// </summary>
internal sealed class JournalTransaction : IDisposable
{
    private const int NoncesAtOnce = 256;

    private static readonly byte[] NoEnvelope = SHA256.HashData([]);

    private const string DropContent = """
        UPDATE journal_entry SET nonce = NULL, content = NULL WHERE seq = ? AND content IS NOT NULL RETURNING leaf
        """;

    private const string AppendEntry = """
        INSERT INTO journal_entry (seq, kind, at, envelope_hash, salted_hash, nonce, content, leaf)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    // By reference: the texts are constants, and hashing one costs as much as binding several values.
    private readonly Dictionary<string, Statement> prepared = new(ReferenceEqualityComparer.Instance);
    private readonly byte[] nonces = new byte[NoncesAtOnce * Leaf.NonceSize];
    private int noncesUsed = NoncesAtOnce;
    private long lastSeq;
    private long lastMicros;

    public JournalTransaction(SqliteConnection connection)
    {
        Connection = connection;
        var last = JournalReader.Last(connection);
        (lastSeq, lastMicros) = (last.Seq, JournalTime.ToMicros(last.At));
        Now = JournalTime.FromMicros(lastMicros);
    }

    public SqliteConnection Connection { get; }

    /// <summary>Journal time of this transaction; never earlier than any entry before it.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The last entry's number.</summary>
    public long LastSeq => lastSeq;

    /// <summary>A statement that is prepared once and used by every transaction after.</summary>
    /// <param name="sql">A constant: it is known again by its reference.</param>
    public Statement Prepare(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            prepared.Add(sql, statement = new Statement(Connection, sql));
        }

        // What a fault has left half bound must not shift the values of the next use.
        statement.Reset();
        return statement;
    }

    /// <summary>EF Core inside this transaction, for tables off the hot path. The caller disposes it.</summary>
    public HubDbContext OpenContext() => HubDatabase.Over(Connection);

    /// <summary>A fresh random nonce; the generator is asked for many at once.</summary>
    private ReadOnlySpan<byte> NextNonce()
    {
        if (noncesUsed == NoncesAtOnce)
        {
            RandomNumberGenerator.Fill(nonces);
            noncesUsed = 0;
        }

        return nonces.AsSpan(noncesUsed++ * Leaf.NonceSize, Leaf.NonceSize);
    }

    /// <summary>Appends an entry and its leaf.</summary>
    /// <param name="kind">What it states.</param>
    /// <param name="envelopeHash">SHA-256 over what stays when the content is disposed of.</param>
    /// <param name="content">What may be disposed of.</param>
    public (JournalPoint Point, byte[] Leaf) AppendWithLeaf(EntryKind kind, byte[] envelopeHash, byte[] content)
    {
        var nonce = NextNonce();
        var salted = Leaf.Salted(nonce, content);
        var micros = JournalTime.ToMicros(Now);
        var seq = ++lastSeq;
        lastMicros = micros;

        var leaf = Leaf.Of(seq, kind, micros, envelopeHash, salted);
        Prepare(AppendEntry)
            .Bind(seq).Bind((long)kind).Bind(micros).Bind(envelopeHash).Bind(salted).Bind(nonce).Bind(content).Bind(leaf)
            .Execute();
        return (new JournalPoint(seq, Now), leaf);
    }

    /// <summary>Appends an entry that has no envelope: all of it is content.</summary>
    public JournalPoint Append(EntryKind kind, byte[] content) => AppendWithLeaf(kind, NoEnvelope, content).Point;

    /// <summary>
    /// Disposes of an entry's content and nonce. What stays proves that it was there: its leaf can still be recomputed.
    /// </summary>
    /// <returns>The leaf; null when the content is gone already, or there is no such entry.</returns>
    public byte[]? DisposeOf(long seq)
    {
        var drop = Prepare(DropContent).Bind(seq);
        if (!drop.ReadFirst())
        {
            return null;
        }

        var leaf = drop.Blob(0);
        drop.Reset();
        return leaf;
    }

    internal void Begin(DateTimeOffset clock)
    {
        // A clock that is set back does not take the journal with it.
        var micros = Math.Max(JournalTime.ToMicros(clock), lastMicros);
        Now = JournalTime.FromMicros(micros);
        (savedSeq, savedMicros) = (lastSeq, lastMicros);
        Execute("BEGIN IMMEDIATE");
    }

    /// <summary>A transaction could not be ended either way: nothing more can be begun on this connection.</summary>
    internal bool IsLost { get; private set; }

    internal void Commit() => Execute("COMMIT");

    internal void Rollback()
    {
        (lastSeq, lastMicros) = (savedSeq, savedMicros);
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 1)
        {
            // SQLite has rolled back by itself (disk full, I/O error): there is no transaction left to end.
        }
        catch (SqliteException)
        {
            IsLost = true;
            throw;
        }
    }

    private long savedSeq;
    private long savedMicros;

    private void Execute(string sql) => Prepare(sql).Execute();

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }
    }
}
