using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// The embedded issuer's keys (ECDSA P-256, ES256), one file each in <c>DIR/keys/signing</c>. See
/// <see cref="SigningPlan"/> for their life. Thread-safe.
/// </summary>
/// <remarks>
/// Losing them ends the tokens they signed, and no more: others are made at the next start.
/// </remarks>
internal sealed class SigningKeys
{
    private readonly Secrets secrets;
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly TimeSpan signsFor;
    private readonly Lock rotating = new();
    private volatile SigningRing ring = SigningRing.Empty;
    private ConfigurationReloadToken changed = new();

    private SigningKeys(Secrets secrets, TimeProvider time, TimeSpan signsFor)
    {
        this.secrets = secrets;
        folder = secrets.Directory.Combine("keys", "signing");
        this.time = time;
        this.signsFor = signsFor;
    }

    /// <summary>Every key that is published, in the order in which they sign.</summary>
    public SigningRing Ring => ring;

    /// <summary>Reads the keys and rotates them; the first start makes one that signs at once.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read; the message says which and what to do.</exception>
    public static SigningKeys LoadOrCreate(Secrets secrets, TimeProvider time, int signingKeyDays)
    {
        var keys = new SigningKeys(
            secrets, time, TimeSpan.FromDays(signingKeyDays));
        DataDirectory.CreateOwnerOnly(keys.folder);
        keys.ring = new SigningRing([
            .. Directory.EnumerateFiles(keys.folder, "*.json").Select(keys.Read).OrderBy(k => k.Dates.SignsFrom)
                .ThenBy(k => k.Dates.Id, StringComparer.Ordinal)]);
        keys.Rotate();
        return keys;
    }

    /// <summary>The credentials that sign now.</summary>
    public SigningCredentials Credentials()
    {
        var held = ring;
        var signing = SigningPlan.Signing(held.Dates, time.GetUtcNow());
        return held.Keys.Single(k => k.Dates.Id == signing.Id).Credentials;
    }

    /// <summary>Makes the key that is due and removes those that are over. True when anything changed.</summary>
    public bool Rotate()
    {
        lock (rotating)
        {
            var now = time.GetUtcNow();
            var held = ring;
            var kept = held.Keys;
            foreach (var over in held.Keys.Where(k => SigningPlan.IsOver(held.Dates, k.Dates, now)))
            {
                kept = kept.Remove(over);
                File.Delete(PathOf(over.Dates.Id));
            }

            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            if (SigningPlan.Due([.. kept.Select(k => k.Dates)], now, signsFor, IdOf(fresh)) is { } due)
            {
                Write(due, fresh);
                kept = kept.Add(Read(PathOf(due.Id)));
            }

            if (kept == held.Keys)
            {
                return false;
            }

            ring = new SigningRing(kept);
        }

        Interlocked.Exchange(ref changed, new ConfigurationReloadToken()).OnReload();
        return true;
    }

    /// <summary>Told at the next change of the ring.</summary>
    public IChangeToken Changed() => Volatile.Read(ref changed);

    private string PathOf(string id) => Path.Combine(folder, id + ".json");

    // RFC 7638: the thumbprint of the public key names it.
    private static string IdOf(ECDsa key) =>
        Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());

    private void Write(KeyDates dates, ECDsa key) => secrets.Write(
        PathOf(dates.Id),
        JsonSerializer.SerializeToUtf8Bytes(new KeyFile(
            dates.PublishedAt.ToString("O", CultureInfo.InvariantCulture),
            dates.SignsFrom.ToString("O", CultureInfo.InvariantCulture), key.ExportPkcs8PrivateKeyPem())));

    private RingKey Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<KeyFile>(secrets.Read(path))!;
            secrets.Seal(path);
            var key = ECDsa.Create();
            key.ImportFromPem(file.Pkcs8Pem);
            return new RingKey(
                new KeyDates(
                    IdOf(key), DateTimeOffset.Parse(file.PublishedAt, CultureInfo.InvariantCulture),
                    DateTimeOffset.Parse(file.SignsFrom, CultureInfo.InvariantCulture)),
                key);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or CryptographicException
            or NullReferenceException)
        {
            throw new InvalidDataException(
                $"{path} holds no signing key. Restore it from a backup or remove it: the tokens that it signed end with it.", e);
        }
    }

    private sealed record KeyFile(string PublishedAt, string SignsFrom, string Pkcs8Pem);
}

/// <summary>The published keys at one time. Immutable.</summary>
internal sealed record SigningRing(ImmutableArray<RingKey> Keys)
{
    public static readonly SigningRing Empty = new(ImmutableArray<RingKey>.Empty);

    public ImmutableArray<KeyDates> Dates { get; } = [.. Keys.Select(k => k.Dates)];
}

/// <summary>A signing key and its public half.</summary>
internal sealed class RingKey
{
    public RingKey(KeyDates dates, ECDsa key)
    {
        Dates = dates;
        Credentials = new SigningCredentials(Named(key), SecurityAlgorithms.EcdsaSha256);
        Public = Named(ECDsa.Create(key.ExportParameters(includePrivateParameters: false)));

        // The library's cache is one for the whole process and outlives a hub that is started anew in it.
        ECDsaSecurityKey Named(ECDsa named) => new(named)
        {
            KeyId = dates.Id,
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    public KeyDates Dates { get; }

    public SigningCredentials Credentials { get; }

    public ECDsaSecurityKey Public { get; }
}
