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
    private readonly SqliteCommand append;
    private readonly Dictionary<string, SqliteCommand> prepared = [];
    private readonly byte[] nonces = new byte[256 * Leaf.NonceSize];
    private int noncesUsed = 256;
    private long lastSeq;
    private long lastMicros;

    public JournalTransaction(SqliteConnection connection)
    {
        Connection = connection;
        using (var head = connection.CreateCommand())
        {
            head.CommandText = "SELECT seq, at FROM journal_entry ORDER BY seq DESC LIMIT 1";
            using var row = head.ExecuteReader();
            if (row.Read())
            {
                (lastSeq, lastMicros) = (row.GetInt64(0), row.GetInt64(1));
            }
        }

        append = Prepare("""
            INSERT INTO journal_entry (seq, kind, at, envelope_hash, salted_hash, nonce, content, leaf)
            VALUES ($seq, $kind, $at, $envelope_hash, $salted_hash, $nonce, $content, $leaf)
            """, "$seq", "$kind", "$at", "$envelope_hash", "$salted_hash", "$nonce", "$content", "$leaf");
        Now = JournalTime.FromMicros(lastMicros);
    }

    public SqliteConnection Connection { get; }

    /// <summary>Journal time of this transaction; never earlier than any entry before it.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The last entry's number.</summary>
    public long LastSeq => lastSeq;

    /// <summary>A command that is prepared once and used on every transaction after.</summary>
    public SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in parameters)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            command.Prepare();
            prepared.Add(sql, command);
        }

        return command;
    }

    /// <summary>EF Core inside this transaction, for tables off the hot path. The caller disposes it.</summary>
    public HubDbContext OpenContext() => HubDatabase.Over(Connection);

    /// <summary>A fresh random nonce; the generator is asked for many at once.</summary>
    public byte[] NextNonce()
    {
        if (noncesUsed == 256)
        {
            RandomNumberGenerator.Fill(nonces);
            noncesUsed = 0;
        }

        return nonces.AsSpan(noncesUsed++ * Leaf.NonceSize, Leaf.NonceSize).ToArray();
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

        var values = append.Parameters;
        values[0].Value = seq;
        values[1].Value = (long)kind;
        values[2].Value = micros;
        values[3].Value = envelopeHash;
        values[4].Value = salted;
        values[5].Value = nonce;
        values[6].Value = content;
        var leaf = Leaf.Of(seq, kind, micros, envelopeHash, salted);
        values[7].Value = leaf;
        append.ExecuteNonQuery();
        return (new JournalPoint(seq, Now), leaf);
    }

    /// <summary>Appends an entry without an envelope of its own: its content is its envelope.</summary>
    public JournalPoint Append(EntryKind kind, byte[] content) =>
        AppendWithLeaf(kind, SHA256.HashData(content), content).Point;

    internal void Begin(DateTimeOffset clock)
    {
        // A clock that is set back does not take the journal with it.
        var micros = Math.Max(JournalTime.ToMicros(clock), lastMicros);
        Now = JournalTime.FromMicros(micros);
        (savedSeq, savedMicros) = (lastSeq, lastMicros);
        Execute("BEGIN IMMEDIATE");
    }

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
    }

    private long savedSeq;
    private long savedMicros;

    private void Execute(string sql)
    {
        using var command = Prepare(sql);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }
    }
}
