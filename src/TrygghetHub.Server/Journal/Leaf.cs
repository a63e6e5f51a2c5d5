using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrygghetHub.Server.Journal;

/// <summary>
/// The evidence leaf of an entry:
/// <c>SHA-256(0x00 ‖ seq ‖ kind ‖ time ‖ envelope hash ‖ SHA-256(nonce ‖ content))</c>, numbers big-endian.
/// </summary>
/// <remarks>
/// The leading zero is RFC 6962's mark of a leaf. The content goes in behind a random nonce: when content and
/// nonce are disposed of, nobody can try out contents against the leaf, and the leaf still stands.
/// </remarks>
internal static class Leaf
{
    public const int HashSize = SHA256.HashSizeInBytes;
    public const int NonceSize = 16;

    /// <summary>Hashes stored content behind its nonce.</summary>
    public static byte[] Salted(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content)
    {
        Span<byte> small = stackalloc byte[1024];
        var length = nonce.Length + content.Length;
        var joined = length <= small.Length ? small[..length] : new byte[length];
        nonce.CopyTo(joined);
        content.CopyTo(joined[nonce.Length..]);
        return SHA256.HashData(joined);
    }

    public static byte[] Of(
        long seq, EntryKind kind, long atMicros, ReadOnlySpan<byte> envelopeHash, ReadOnlySpan<byte> saltedHash)
    {
        Span<byte> joined = stackalloc byte[1 + 8 + 2 + 8 + HashSize + HashSize];
        joined[0] = 0;
        BinaryPrimitives.WriteInt64BigEndian(joined[1..], seq);
        BinaryPrimitives.WriteInt16BigEndian(joined[9..], (short)kind);
        BinaryPrimitives.WriteInt64BigEndian(joined[11..], atMicros);
        envelopeHash.CopyTo(joined[19..]);
        saltedHash.CopyTo(joined[(19 + HashSize)..]);
        return SHA256.HashData(joined);
    }
}
