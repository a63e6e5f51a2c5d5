using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>A delivery as stored; its bytes are in its journal entry.</summary>
internal sealed record DeliveryRow
{
    public const string Columns = """
        seq, id, at, recipient, compiler, municipality, week, revision, kind, registration_number, tlp, content_sha256,
        read_at, acknowledged_at
        """;

    /// <summary>Its entry.</summary>
    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required PartnerId Recipient { get; init; }

    public required PictureName Picture { get; init; }

    public required DeliveryKind Kind { get; init; }

    public required string RegistrationNumber { get; init; }

    public required Tlp Tlp { get; init; }

    public required byte[] ContentSha256 { get; init; }

    /// <summary>Null until the recipient has read it.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Null until it has acknowledged it.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    public static DeliveryRow Read(SqliteDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        Id = new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true),
        At = JournalTime.FromMicros(row.GetInt64(2)),
        Recipient = new PartnerId(row.GetString(3)),
        Picture = new PictureName(
            new PartnerId(row.GetString(4)), row.GetString(5), Platform.Calendar.IsoWeek.FromKey(row.GetInt32(6)), row.GetInt32(7)),
        Kind = (DeliveryKind)row.GetInt32(8),
        RegistrationNumber = row.GetString(9),
        Tlp = (Tlp)row.GetInt32(10),
        ContentSha256 = row.GetFieldValue<byte[]>(11),
        ReadAt = row.IsDBNull(12) ? null : JournalTime.FromMicros(row.GetInt64(12)),
        AcknowledgedAt = row.IsDBNull(13) ? null : JournalTime.FromMicros(row.GetInt64(13)),
    };

    /// <summary>Reads a resource name; false where it is none.</summary>
    public static bool TryParse(string name, out PartnerId recipient, out Guid id)
    {
        if (name.Split('/') is ["partners", var partner, "deliveries", var number] && PartnerId.IsValid(partner)
            && Guid.TryParseExact(number, "D", out id) && id.ToString("D", CultureInfo.InvariantCulture) == number)
        {
            recipient = new PartnerId(partner);
            return true;
        }

        (recipient, id) = (default, default);
        return false;
    }

    /// <summary>The delivery on the wire, without its contents.</summary>
    public Delivery ToWire() => new()
    {
        Name = $"partners/{Recipient}/deliveries/{Id:D}",
        Kind = Kind,
        Picture = Picture.ToString(),
        Sender = Picture.Compiler.Value,
        RegistrationNumber = RegistrationNumber,
        Tlp = Tlp,
        ContentSha256 = Convert.ToHexStringLower(ContentSha256),
        DeliverTime = At.ToTimestamp(),
        ReadTime = ReadAt?.ToTimestamp(),
        AcknowledgeTime = AcknowledgedAt?.ToTimestamp(),
    };
}
