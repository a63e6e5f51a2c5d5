using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The hub's seal: what is approved or delivered is signed with a key that does nothing else, so that its bytes can be
/// verified for ever without the hub. Thread-safe.
/// </summary>
/// <remarks>
/// Key and certificates are one file, <c>DIR/authority/seal.pem</c>, written whole or not at all: made at the first use, and
/// anew after two thirds of its life or when another certificate issues. An old seal holds on, since the certificates that it
/// was made with stand inside it and are judged at its own time. Losing the file loses nothing but that key.
/// </remarks>
internal sealed class HubSeal(Authority authority, Secrets secrets, TimeProvider time) : IDisposable
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    // Three years: a key that is not used for anything else is well kept, and each change is one more certificate to explain.
    private static readonly TimeSpan Life = TimeSpan.FromDays(1095);

    private readonly Lock gate = new();
    private readonly string path = secrets.Directory.Combine("authority", "seal.pem");
    private SealingKey? held;

    /// <summary>
    /// A detached signature over bytes: CMS SignedData (RFC 5652), DER, SHA-256, one signer; in it the sealing certificate,
    /// the one that issued it, and the hub's time as a signed attribute.
    /// </summary>
    /// <exception cref="IOException">The key cannot be kept, or is sealed and there is no master key.</exception>
    /// <exception cref="InvalidDataException">It was sealed with another master key.</exception>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        var signed = new SignedCms(new ContentInfo(content.ToArray()), detached: true);
        lock (gate)
        {
            var now = time.GetUtcNow();
            var key = Current(now);
            signed.ComputeSignature(
                new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, key.Certificate)
                {
                    DigestAlgorithm = new Oid(Sha256),
                    IncludeOption = X509IncludeOption.EndCertOnly,
                    Certificates = { key.Issuer },
                    SignedAttributes = { new Pkcs9SigningTime(now.UtcDateTime) },
                },
                silent: true);
        }

        return signed.Encode();
    }

    public void Dispose()
    {
        lock (gate)
        {
            held?.Dispose();
            held = null;
        }
    }

    private SealingKey Current(DateTimeOffset now)
    {
        if (held is { } good && IsGood(good, now))
        {
            return good;
        }

        var stored = Load();
        if (stored is null || !IsGood(stored, now))
        {
            stored?.Dispose();
            stored = Make();
        }

        held?.Dispose();
        return held = stored;
    }

    private bool IsGood(SealingKey key, DateTimeOffset now)
    {
        var (from, to) = (key.Certificate.NotBefore.ToUniversalTime(), key.Certificate.NotAfter.ToUniversalTime());
        return now.UtcDateTime >= from && now.UtcDateTime < from + ((to - from) * 2 / 3)
            && key.Issuer.RawDataMemory.Span.SequenceEqual(authority.Issuing.RawDataMemory.Span);
    }

    // Null where there is none that can be used: another is made, and nothing is lost by it.
    private SealingKey? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var pem = Encoding.UTF8.GetString(secrets.Read(path));
        secrets.Seal(path);
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            if (certificates is not [var leaf, var issuer])
            {
                return null;
            }

            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            using (leaf)
            {
                return new SealingKey(leaf.CopyWithPrivateKey(key), issuer);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private SealingKey Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = authority.IssueSeal(new PublicKey(key), Life);
        var chain = authority.ChainPem(issued);
        secrets.Write(path, Encoding.UTF8.GetBytes(chain + key.ExportPkcs8PrivateKeyPem() + "\n"));
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(chain);
        certificates[0].Dispose();
        return new SealingKey(issued.CopyWithPrivateKey(key), certificates[1]);
    }

    /// <summary>A sealing certificate with its key, and the one that issued it.</summary>
    private sealed record SealingKey(X509Certificate2 Certificate, X509Certificate2 Issuer) : IDisposable
    {
        public void Dispose()
        {
            Certificate.Dispose();
            Issuer.Dispose();
        }
    }
}
