using System.Collections.Concurrent;
using System.Text;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The senders' own references. A police case number points at a file on people, so what is stored is a keyed
/// hash per partner, to find a report by, and a sealed copy that comes back to its sender only. Thread-safe.
/// </summary>
internal sealed class SourceRefs(HubKeys keys) : IDisposable
{
    private const int HashSize = 16;

    private readonly ConcurrentDictionary<PartnerId, (KeyedHash Hash, Sealer Sealer)> byPartner = new();

    /// <summary>16 bytes: equal for equal references of one partner, unrelated between partners.</summary>
    public byte[] Hash(PartnerId partner, string sourceRef)
    {
        Span<byte> hash = stackalloc byte[KeyedHash.Size];
        Keys(partner).Hash.Compute(Encoding.UTF8.GetBytes(sourceRef), hash);
        return hash[..HashSize].ToArray();
    }

    public byte[] Seal(PartnerId partner, string sourceRef) =>
        Keys(partner).Sealer.Seal(Encoding.UTF8.GetBytes(sourceRef));

    /// <summary>The reference; empty when it cannot be opened any more.</summary>
    public string Open(PartnerId partner, ReadOnlySpan<byte> sealedRef) =>
        Keys(partner).Sealer.Open(sealedRef) is { } text ? Encoding.UTF8.GetString(text) : "";

    private (KeyedHash Hash, Sealer Sealer) Keys(PartnerId partner) => byPartner.GetOrAdd(
        partner,
        static (partner, keys) => (new KeyedHash(keys.Derive($"source-ref/{partner}/hash")), new Sealer(keys, $"source-ref/{partner}")),
        keys);

    public void Dispose()
    {
        foreach (var (hash, sealer) in byPartner.Values)
        {
            hash.Dispose();
            sealer.Dispose();
        }
    }
}
