using System.Security.Cryptography;
using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>An entry of the journal as its row holds it.</summary>
internal sealed record StoredEntry(
    long Seq, EntryKind Kind, long At, byte[] EnvelopeHash, byte[] SaltedHash, byte[]? Nonce, byte[]? Content, byte[] Leaf)
{
    /// <summary>Whether the leaf follows from what is stored, and the salted hash from the content where it is there.</summary>
    public bool Holds =>
        Leaf.AsSpan().SequenceEqual(TrygghetHub.Server.Journal.Leaf.Of(Seq, Kind, At, EnvelopeHash, SaltedHash))
        && (Content is null || SaltedHash.AsSpan().SequenceEqual(SHA256.HashData([.. Nonce!, .. Content])));

    /// <summary>What a disposal leaves as it was.</summary>
    public (long Seq, string EnvelopeHash, string SaltedHash, string Leaf) Lasting =>
        (Seq, Convert.ToHexString(EnvelopeHash), Convert.ToHexString(SaltedHash), Convert.ToHexString(Leaf));
}
