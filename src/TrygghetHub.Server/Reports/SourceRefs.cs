using System.Collections.Concurrent;
using System.Text;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The senders' own references. A police case number points at a file on people, so what a report is found by is a keyed
/// hash per partner; the reference itself lies in the sealed content and comes back to its sender only. Thread-safe.
/// </summary>
internal sealed class SourceRefs(HubKeys keys) : IDisposable
{
    private const int HashSize = 16;

    private readonly ConcurrentDictionary<PartnerId, KeyedHash> byPartner = new();

    /// <summary>16 bytes: equal for equal references of one partner, unrelated between partners.</summary>
    public byte[] Hash(PartnerId partner, string sourceRef)
    {
        var keyed = byPartner.GetOrAdd(
            partner, static (partner, keys) => new KeyedHash(keys.Derive($"source-ref/{partner}/hash")), keys);
        Span<byte> hash = stackalloc byte[KeyedHash.Size];
        keyed.Compute(Encoding.UTF8.GetBytes(sourceRef), hash);
        return hash[..HashSize].ToArray();
    }

    public void Dispose()
    {
        foreach (var hash in byPartner.Values)
        {
            hash.Dispose();
        }
    }
}
