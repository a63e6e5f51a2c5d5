using System.Buffers;

namespace TrygghetHub.Server.Platform.Messages;

/// <summary>What a scan says of a message before it is read.</summary>
internal enum ScanResult
{
    /// <summary>It may be read.</summary>
    Fits,

    /// <summary>It is no message: it breaks off, or holds what no encoder writes.</summary>
    Malformed,

    /// <summary>It nests deeper than <see cref="MessageScan.Deepest"/>.</summary>
    TooDeep,

    /// <summary>Its parts would take more memory than allowed.</summary>
    TooLarge,
}

/// <summary>
/// Reads over a protobuf message without building it, and adds up what its parts would take in memory. Two bytes on the
/// wire can stand for an object of several hundred; a cap on bytes bounds the wire and not the memory.
/// </summary>
/// <remarks>
/// Pure. Allocates nothing but for a message in several pieces, which is copied into a rented buffer. Errs on the safe
/// side: what it passes, protobuf reads within the bound or refuses; what an encoder wrote, it passes if it is within the bound.
/// The wire format is that of https://protobuf.dev/programming-guides/encoding/.
/// </remarks>
internal static class MessageScan
{
    /// <summary>
    /// How deep messages and groups may nest. The deepest message of the hub's contracts has half of it; protobuf itself
    /// goes to 100.
    /// </summary>
    public const int Deepest = 32;

    // Of a field that the type does not have: its number is kept in a table, its values in lists by wire type.
    private const int UnknownBytes = 256;

    private const int LongestVarint = 10;

    /// <summary>Scans a message.</summary>
    /// <param name="message">The bytes, after decompression.</param>
    /// <param name="shape">Of the type as which it will be read.</param>
    /// <param name="mostBytes">Of memory that its parts may take.</param>
    /// <param name="bytes">Of memory that its parts take, of one that fits; more than allowed of one that is too large.</param>
    public static ScanResult Scan(in ReadOnlySequence<byte> message, MessageShape shape, long mostBytes, out long bytes)
    {
        if (message.IsSingleSegment)
        {
            return Scan(message.FirstSpan, shape, mostBytes, out bytes);
        }

        var length = checked((int)message.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            message.CopyTo(rented);
            return Scan(rented.AsSpan(0, length), shape, mostBytes, out bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <inheritdoc cref="Scan(in ReadOnlySequence{byte}, MessageShape, long, out long)"/>
    public static ScanResult Scan(ReadOnlySpan<byte> message, MessageShape shape, long mostBytes, out long bytes)
    {
        var walk = new Walk(message, mostBytes - shape.OwnBytes);
        var result = walk.Fields(shape, message.Length, depth: 0, group: 0);
        bytes = mostBytes - walk.Left;
        return result;
    }

    private ref struct Walk(ReadOnlySpan<byte> bytes, long left)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private long left = left;
        private int at;

        /// <summary>Bytes of memory that may still be taken; below zero once too many were.</summary>
        public readonly long Left => left;

        /// <summary>Walks over fields up to an end, or to the end of a group.</summary>
        public ScanResult Fields(MessageShape? shape, int end, int depth, int group)
        {
            if (depth > Deepest)
            {
                return ScanResult.TooDeep;
            }

            while (at < end)
            {
                if (!TryReadSmall(end, out var tag) || tag >> 3 == 0)
                {
                    return ScanResult.Malformed;
                }

                var number = (int)(tag >> 3);
                var wire = (int)(tag & 7);
                if (wire == 4)
                {
                    return number == group ? ScanResult.Fits : ScanResult.Malformed;
                }

                var field = shape is null ? default : shape[number];
                var result = wire switch
                {
                    0 => SkipVarint(end) ? Spend(field, MessageShape.Wire.Varint) : ScanResult.Malformed,
                    1 => Skip(8, end) ? Spend(field, MessageShape.Wire.Eight) : ScanResult.Malformed,
                    2 => Value(field, end, depth),
                    3 => Spend(UnknownBytes) is var spent && spent != ScanResult.Fits ? spent
                        : Fields(null, end, depth + 1, number),
                    5 => Skip(4, end) ? Spend(field, MessageShape.Wire.Four) : ScanResult.Malformed,
                    _ => ScanResult.Malformed,
                };
                if (result != ScanResult.Fits)
                {
                    return result;
                }
            }

            // A group has an end of its own.
            return group == 0 ? ScanResult.Fits : ScanResult.Malformed;
        }

        // A value with a length: a message, a text, bytes, or a packed list of numbers.
        private ScanResult Value(in MessageShape.Field field, int end, int depth)
        {
            if (!TryReadSmall(end, out var length) || length > (uint)(end - at))
            {
                return ScanResult.Malformed;
            }

            var to = at + (int)length;
            var bytes = field.Wire == MessageShape.Wire.Length ? field.Bytes + ((long)length * field.BytesAByte)
                : field.IsRepeated ? (long)length * field.BytesAByte
                : UnknownBytes + length;
            if (Spend(bytes) is var spent && spent != ScanResult.Fits)
            {
                return spent;
            }

            if (field.Shape is { } inner)
            {
                return Fields(inner, to, depth + 1, group: 0);
            }

            at = to;
            return ScanResult.Fits;
        }

        private ScanResult Spend(in MessageShape.Field field, MessageShape.Wire wire) =>
            Spend(field.Wire == wire ? field.Bytes : UnknownBytes);

        private ScanResult Spend(long cost) => (left -= cost) < 0 ? ScanResult.TooLarge : ScanResult.Fits;

        private bool Skip(int count, int end)
        {
            at += count;
            return at <= end;
        }

        private bool SkipVarint(int end)
        {
            for (var i = 0; i < LongestVarint && at < end; i++)
            {
                if (bytes[at++] < 0x80)
                {
                    return true;
                }
            }

            return false;
        }

        // A tag or a length: 32 bits in at most five bytes. Readers also take more bytes and drop their bits; no encoder
        // writes them.
        private bool TryReadSmall(int end, out uint value)
        {
            value = 0;
            for (var shift = 0; shift < 35 && at < end; shift += 7)
            {
                var next = bytes[at++];
                if (shift == 28 && next > 0x0F)
                {
                    return false;
                }

                value |= (uint)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
