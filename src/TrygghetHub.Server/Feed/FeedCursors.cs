using System.Buffers.Binary;
using System.Security.Cryptography;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// Cursors as they leave the hub: sealed, all of one length, and different each time, so that they tell neither where the
/// journal is nor whether it has moved. They grant nothing: all that follows is decided anew. Thread-safe.
/// </summary>
internal sealed class FeedCursors : IDisposable
{
    private const byte Format = 1;
    private const int EpochSize = 16;
    private const int ScopeSize = 16;
    private const int Size = 1 + EpochSize + ScopeSize + (2 * sizeof(long));
    private const int NoncesAtOnce = 256;

    [ThreadStatic]
    private static byte[]? nonces;

    [ThreadStatic]
    private static int noncesLeft;

    private readonly Sealer sealer;
    private readonly byte[] epoch;

    public FeedCursors(HubKeys keys, HubDatabase database)
    {
        sealer = new Sealer(keys, "feed-cursor");
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT epoch FROM feed_epoch";
        epoch = (byte[])find.ExecuteScalar()!;
    }

    public byte[] Seal(FeedScope scope, FeedPosition position)
    {
        Span<byte> text = stackalloc byte[Size];
        text[0] = Format;
        epoch.CopyTo(text[1..]);
        scope.Hash.CopyTo(text[(1 + EpochSize)..]);
        BinaryPrimitives.WriteInt64BigEndian(text[(1 + EpochSize + ScopeSize)..], position.Seq);
        BinaryPrimitives.WriteInt64BigEndian(text[(1 + EpochSize + ScopeSize + sizeof(long))..], position.Within);
        // By chance, not by counting: a nonce is read by its holder, and a number would tell how much others are sent.
        return sealer.Seal(text, NextNonce());
    }

    // The generator is asked for many at once: that costs as much as for one.
    private static ReadOnlySpan<byte> NextNonce()
    {
        nonces ??= new byte[NoncesAtOnce * Sealer.NonceSize];
        if (noncesLeft == 0)
        {
            RandomNumberGenerator.Fill(nonces);
            noncesLeft = NoncesAtOnce;
        }

        return nonces.AsSpan(--noncesLeft * Sealer.NonceSize, Sealer.NonceSize);
    }

    /// <exception cref="HubException">CURSOR_INVALID: not ours, of another scope, or from before a restore.</exception>
    public FeedPosition Open(FeedScope scope, ReadOnlySpan<byte> cursor, string field) =>
        Read(cursor) is { } read && read.Scope.AsSpan().SequenceEqual(scope.Hash) ? read.Position : throw Invalid(field);

    /// <summary>The hash of the scope that a cursor was given for, and the position.</summary>
    /// <exception cref="HubException">CURSOR_INVALID: not ours, or from before a restore.</exception>
    public (byte[] Scope, FeedPosition Position) Open(ReadOnlySpan<byte> cursor, string field) =>
        Read(cursor) ?? throw Invalid(field);

    public static HubException Invalid(string field) => new(
        ErrorReason.CursorInvalid, field, "The cursor was not given by this hub for this partner, purpose and filter.",
        "Send the last cursor of the same feed unchanged, or start without one: what comes twice is known by its name and revision.");

    private (byte[] Scope, FeedPosition Position)? Read(ReadOnlySpan<byte> cursor)
    {
        if (cursor.Length != Size + Sealer.Overhead
            || sealer.Open(cursor) is not [Format, ..] text || !text.AsSpan(1, EpochSize).SequenceEqual(epoch))
        {
            return null;
        }

        var numbers = text.AsSpan(1 + EpochSize + ScopeSize);
        return (text[(1 + EpochSize)..(1 + EpochSize + ScopeSize)], new FeedPosition(
            BinaryPrimitives.ReadInt64BigEndian(numbers), BinaryPrimitives.ReadInt64BigEndian(numbers[sizeof(long)..])));
    }

    public void Dispose() => sealer.Dispose();
}
