using Microsoft.IdentityModel.Tokens;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>The issuer in use: its name and its public keys.</summary>
internal interface IIssuerKeys
{
    /// <summary>
    /// The keys as they are known now; null when they could not be had, and then nothing may be taken. The same object
    /// as long as nothing changes.
    /// </summary>
    ValueTask<IssuerKeySet?> GetAsync(CancellationToken cancellation);

    /// <summary>The keys after a look for news, where it is not too early for one: a token names a key not known.</summary>
    ValueTask<IssuerKeySet?> RefreshAsync(CancellationToken cancellation);
}

/// <summary>An issuer's keys at one time. Immutable.</summary>
/// <param name="Issuer">Its name, as <c>iss</c> has it to the letter.</param>
/// <param name="Keys">Its public keys.</param>
internal sealed record IssuerKeySet(string Issuer, IReadOnlyList<SecurityKey> Keys)
{
    /// <summary>The keys of a name; all of them for a token that names none.</summary>
    public IReadOnlyList<SecurityKey> Named(string? id) =>
        string.IsNullOrEmpty(id) ? Keys : [.. Keys.Where(k => k.KeyId == id)];
}

/// <summary>The embedded issuer, asked directly. Thread-safe.</summary>
internal sealed class EmbeddedKeys(Uri issuer, SigningKeys keys) : IIssuerKeys
{
    private volatile Snapshot? held;

    public ValueTask<IssuerKeySet?> GetAsync(CancellationToken cancellation)
    {
        var ring = keys.Ring;
        var snapshot = held;
        if (snapshot is null || !ReferenceEquals(snapshot.Ring, ring))
        {
            held = snapshot = new Snapshot(ring, new IssuerKeySet(issuer.AbsoluteUri, [.. ring.Keys.Select(k => k.Public)]));
        }

        return ValueTask.FromResult<IssuerKeySet?>(snapshot.Keys);
    }

    public ValueTask<IssuerKeySet?> RefreshAsync(CancellationToken cancellation) => GetAsync(cancellation);

    private sealed record Snapshot(SigningRing Ring, IssuerKeySet Keys);
}
