using System.IO.Compression;

namespace TrygghetHub.Testing;

/// <summary>Messages that are short on the wire and large in memory, or made to be hard to read.</summary>
public static class HostileMessages
{
    /// <summary>As many of a few bytes as asked for.</summary>
    public static byte[] Repeat(ReadOnlySpan<byte> unit, int count)
    {
        var bytes = new byte[unit.Length * count];
        for (var i = 0; i < count; i++)
        {
            unit.CopyTo(bytes.AsSpan(i * unit.Length));
        }

        return bytes;
    }

    /// <summary>A field with a length: tag, length, content.</summary>
    public static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        var bytes = new List<byte>();
        Varint(bytes, (uint)((number << 3) | 2));
        Varint(bytes, (uint)content.Length);
        bytes.AddRange(content);
        return [.. bytes];
    }

    /// <summary>A <c>DraftAgreementRequest</c> whose agreement has this many empty flows.</summary>
    public static byte[] EmptyFlows(int count) => Field(1, Field(10, Repeat([0x1A, 0x00], count)));

    /// <summary>Messages of one field each, one in the other.</summary>
    public static byte[] Nested(int depth, int field = 1)
    {
        byte[] content = [];
        for (var i = 0; i < depth; i++)
        {
            content = Field(field, content);
        }

        return content;
    }

    /// <summary>Groups, which protobuf keeps as unknown fields, one in the other.</summary>
    public static byte[] NestedGroups(int depth) => [.. Repeat([0xA3, 0x06], depth), .. Repeat([0xA4, 0x06], depth)];

    /// <summary>Unknown groups, one after the other.</summary>
    public static byte[] Groups(int count) => Repeat([0xA3, 0x06, 0xA4, 0x06], count);

    /// <summary>Packed by gzip, as gRPC's clients do.</summary>
    public static byte[] Gzip(byte[] message) => Packed(message, s => new GZipStream(s, CompressionLevel.SmallestSize, leaveOpen: true));

    /// <summary>Packed by zlib, which gRPC calls deflate.</summary>
    public static byte[] Deflate(byte[] message) => Packed(message, s => new ZLibStream(s, CompressionLevel.SmallestSize, leaveOpen: true));

    private static byte[] Packed(byte[] message, Func<Stream, Stream> pack)
    {
        using var packed = new MemoryStream();
        using (var packing = pack(packed))
        {
            packing.Write(message);
        }

        return packed.ToArray();
    }

    private static void Varint(List<byte> bytes, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
