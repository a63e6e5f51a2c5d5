using System.Buffers.Binary;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Receipts of accepted reports: the entry's number and leaf, sealed, so that the hub can later tell that it gave
/// this answer for these very bytes, and nobody else can read how many entries there are. Thread-safe.
/// </summary>
internal sealed class Receipts(HubKeys keys) : IDisposable
{
    private const byte Format = 1;
    private readonly Sealer sealer = new(keys, "receipt");

    public byte[] Seal(long seq, ReadOnlySpan<byte> leaf)
    {
        Span<byte> text = stackalloc byte[1 + sizeof(long) + Leaf.HashSize];
        text[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(text[1..], seq);
        leaf.CopyTo(text[9..]);
        return sealer.Seal(text);
    }

    /// <summary>The entry's number and leaf, or null when the hub never gave this receipt.</summary>
    public (long Seq, byte[] Leaf)? Open(ReadOnlySpan<byte> receipt) =>
        sealer.Open(receipt) is [Format, ..] text and { Length: 1 + sizeof(long) + Leaf.HashSize }
            ? (BinaryPrimitives.ReadInt64BigEndian(text.AsSpan(1)), text[9..])
            : null;

    public void Dispose() => sealer.Dispose();
}
