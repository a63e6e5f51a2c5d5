using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The hub's own secret and the keys derived from it (HKDF, RFC 5869), one for each use, so that what one of
/// them gives away says nothing of another. Thread-safe.
/// </summary>
/// <remarks>
/// The secret is made at the first start and kept with the data: see <see cref="Secrets"/>. Losing it makes
/// receipts and page tokens worthless and every report that is sent again a new one, so a hub with data does not start
/// without it.
/// </remarks>
internal sealed class HubKeys
{
    private const int KeySize = 32;
    private readonly byte[] secret;
    private readonly ConcurrentDictionary<string, byte[]> derived = new(StringComparer.Ordinal);

    private HubKeys(byte[] secret) => this.secret = secret;

    /// <exception cref="IOException">It is gone while there is data, or is sealed and there is no master key.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or sealed with another master key.</exception>
    public static HubKeys LoadOrCreate(Secrets secrets)
    {
        var path = secrets.Directory.Combine("keys", "hub.key");
        if (!File.Exists(path))
        {
            secrets.Directory.RequireNew(path);
            secrets.Write(path, RandomNumberGenerator.GetBytes(KeySize));
        }

        var secret = secrets.Read(path);
        secrets.Seal(path);
        return secret.Length == KeySize
            ? new HubKeys(secret)
            : throw new InvalidDataException($"{path} must hold {KeySize} bytes. Restore it from a backup.");
    }

    public static HubKeys ForTests(byte[] secret) => new(secret);

    /// <summary>32 bytes for one use, the same at every call.</summary>
    public byte[] Derive(string use) => derived.GetOrAdd(
        use, static (use, secret) => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, secret, KeySize, info: Encoding.UTF8.GetBytes("trygghethub/" + use)),
        secret);
}
