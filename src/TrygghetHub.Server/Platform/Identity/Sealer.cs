using System.Security.Cryptography;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// Authenticated encryption for what leaves the hub and comes back: receipts, page tokens, cursors, and the
/// senders' own references in store. Deterministic: the same text under the same key seals to the same bytes,
/// which is what lets a repeat get its first answer byte for byte. Thread-safe.
/// </summary>
/// <remarks>
/// AES-256-GCM whose nonce is the beginning of an HMAC-SHA256 over the text (the synthetic-IV construction of
/// RFC 5297). Two different texts share a nonce only if two 96-bit HMACs collide, which 2³² tokens make as
/// likely as 2⁻³³; equal texts are meant to be equal.
/// Layout: nonce (12) ‖ ciphertext ‖ tag (16).
/// </remarks>
internal sealed class Sealer : IDisposable
{
    public const int NonceSize = 12;
    private const int TagSize = 16;
    public const int Overhead = NonceSize + TagSize;

    private readonly KeyedHash mac;

    // AesGcm may not be used by two threads at once.
    private readonly ThreadLocal<AesGcm> cipher;

    public Sealer(HubKeys keys, string use)
    {
        mac = new KeyedHash(keys.Derive(use + "/mac"));
        var encryptionKey = keys.Derive(use + "/enc");
        cipher = new ThreadLocal<AesGcm>(() => new AesGcm(encryptionKey, TagSize), trackAllValues: true);
    }

    public byte[] Seal(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[KeyedHash.Size];
        mac.Compute(text, hash);
        return Seal(text, hash[..NonceSize]);
    }

    /// <summary>
    /// Seals under a nonce of the caller's, at half the cost; equal texts then seal to different bytes. A use seals in one
    /// of the two ways, not in both.
    /// </summary>
    /// <param name="text">What to seal.</param>
    /// <param name="nonce"><see cref="NonceSize"/> random bytes: two among 2³² are equal as likely as 2⁻³³.</param>
    public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> nonce)
    {
        var sealedText = new byte[text.Length + Overhead];
        nonce.CopyTo(sealedText);
        cipher.Value!.Encrypt(
            nonce, text, sealedText.AsSpan(NonceSize, text.Length), sealedText.AsSpan(NonceSize + text.Length));
        return sealedText;
    }

    /// <summary>The text, or null when it was not sealed by this key or was changed.</summary>
    public byte[]? Open(ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < Overhead)
        {
            return null;
        }

        var text = new byte[sealedText.Length - Overhead];
        try
        {
            cipher.Value!.Decrypt(
                sealedText[..NonceSize], sealedText[NonceSize..^TagSize], sealedText[^TagSize..], text);
            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var each in cipher.Values)
        {
            each.Dispose();
        }

        cipher.Dispose();
        mac.Dispose();
    }
}
