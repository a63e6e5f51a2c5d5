using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;

namespace TrygghetHub.Server.Reports;

/// <summary>One revision of a report as the columns hold it: the envelope, its identity, and when it happened.</summary>
/// <remarks>Immutable. Knows nothing of the content.</remarks>
internal sealed record StoredReport
{
    public required ReportId Id { get; init; }

    public required ReportType Type { get; init; }

    public required int Revision { get; init; }

    public required ReportState State { get; init; }

    public required ReportEnvelope Envelope { get; init; }

    /// <summary>Microseconds since 1970, UTC; likewise <see cref="OccurredTo"/>.</summary>
    public required long OccurredFrom { get; init; }

    public required long OccurredTo { get; init; }

    public required TimeCertainty Certainty { get; init; }

    /// <summary>
    /// Number of the 250 m cell that holds the position (<see cref="Areas.GridCell.Key"/>); null where no position is known.
    /// </summary>
    public long? Cell { get; init; }

    /// <summary>Journal time of the revision's entry, which the entry's leaf covers; not known before it is appended.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>
    /// SHA-256 over all of it in one fixed form, so that an entry's leaf can be recomputed from the columns: a
    /// version byte, then the fields in the order below; numbers big-endian, texts as UTF-8 behind a 16-bit length.
    /// </summary>
    public byte[] EnvelopeHash()
    {
        Span<byte> buffer = stackalloc byte[1024];
        var at = 0;
        buffer[at++] = 1;
        Id.Value.TryWriteBytes(buffer[at..], bigEndian: true, out _);
        at += 16;
        Number(buffer, ref at, (int)Type);
        Number(buffer, ref at, Revision);
        Number(buffer, ref at, (int)State);
        Text(buffer, ref at, Envelope.Sender.Value);
        Text(buffer, ref at, Envelope.Category);
        Text(buffer, ref at, Envelope.Family);
        Number(buffer, ref at, (int)Envelope.Severity);
        Number(buffer, ref at, (int)Envelope.Environment);
        Text(buffer, ref at, Envelope.Area.County);
        Text(buffer, ref at, Envelope.Area.Municipality);
        Text(buffer, ref at, Envelope.Area.District);
        Text(buffer, ref at, Envelope.Area.Place);
        Number(buffer, ref at, (int)Envelope.Precision);
        Number(buffer, ref at, (int)Envelope.Tlp);
        Number(buffer, ref at, Envelope.Week.Key);
        Number(buffer, ref at, Envelope.Published ? 1 : 0);
        Number(buffer, ref at, Envelope.Exercise ? 1 : 0);
        Number(buffer, ref at, Envelope.ContextOnly ? 1 : 0);
        Number(buffer, ref at, OccurredFrom);
        Number(buffer, ref at, OccurredTo);
        Number(buffer, ref at, (int)Certainty);
        Number(buffer, ref at, (int)Envelope.Text);
        Number(buffer, ref at, Cell ?? 0);
        return SHA256.HashData(buffer[..at]);
    }

    private static void Number(Span<byte> buffer, ref int at, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer[at..], number);
        at += sizeof(long);
    }

    private static void Text(Span<byte> buffer, ref int at, string? text)
    {
        var length = Encoding.UTF8.GetBytes(text ?? "", buffer[(at + 2)..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)length);
        at += 2 + length;
    }
}
