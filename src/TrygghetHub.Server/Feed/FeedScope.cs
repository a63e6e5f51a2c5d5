using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// What a feed is of: whose, what for, and what it is narrowed to. Immutable; cursors fit the scope that they were given
/// for.
/// </summary>
internal sealed class FeedScope(PartnerId partner, Purpose purpose, FeedFilter? filter, bool includeOwn)
{
    private const int HalfHash = 8;

    private readonly HashSet<string> categories = [.. filter?.Categories ?? []];
    private readonly string[] areas = [.. filter?.Areas ?? []];
    private readonly bool exercise = filter?.Exercise ?? false;
    private readonly Severity leastSeverity = filter?.LeastSeverity ?? Severity.Unspecified;

    public PartnerId Partner => partner;

    public Purpose Purpose => purpose;

    public bool IncludeOwn => includeOwn;

    /// <summary>The filter as it is kept with the receipt.</summary>
    public byte[] FilterBytes { get; } = (filter ?? new FeedFilter()).ToByteArray();

    /// <summary>16 bytes, the first half by the partner alone: equal for equal partner, purpose and filter.</summary>
    public byte[] Hash { get; } =
    [
        .. PartnerHash(partner),
        .. SHA256.HashData(
        [
            .. Encoding.UTF8.GetBytes($"{partner}\n{purpose}\n{includeOwn}\n"),
            .. Encoding.UTF8.GetBytes(string.Join(',', (filter?.Categories ?? []).Distinct().Order(StringComparer.Ordinal))), 0,
            .. Encoding.UTF8.GetBytes(string.Join(',', (filter?.Areas ?? []).Distinct().Order(StringComparer.Ordinal))), 0,
            (byte)(filter?.LeastSeverity ?? Severity.Unspecified), (byte)(filter?.Exercise == true ? 1 : 0),
        ]).AsSpan(0, HalfHash),
    ];

    /// <summary>Whether a scope's hash is of one of a partner's.</summary>
    public static bool IsOf(ReadOnlySpan<byte> hash, PartnerId partner) => hash[..HalfHash].SequenceEqual(PartnerHash(partner));

    /// <summary>
    /// Whether a report passes the filter, by what may be seen of it: what is not shown matches nothing, so that no filter
    /// can be used to ask for it.
    /// </summary>
    public bool Takes(StoredReport report, Projection seen)
    {
        if (report.Envelope.Exercise != exercise)
        {
            return false;
        }

        if (categories.Count > 0 && (seen.Category is null || !categories.Contains(seen.Category)))
        {
            return false;
        }

        if (areas.Length > 0 && !Array.Exists(areas, seen.Area.IsWithin))
        {
            return false;
        }

        return leastSeverity == Severity.Unspecified
            || (seen.Fields.Has(ReportField.Severity) && report.Envelope.Severity >= leastSeverity);
    }

    private static ReadOnlySpan<byte> PartnerHash(PartnerId partner) =>
        SHA256.HashData(Encoding.UTF8.GetBytes("partner\n" + partner)).AsSpan(0, HalfHash);
}
