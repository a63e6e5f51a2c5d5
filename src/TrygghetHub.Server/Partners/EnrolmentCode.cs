using System.Buffers.Text;
using System.Security.Cryptography;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// What a partner joins with: the hub's root, by its hash, and a secret. Immutable.
/// </summary>
/// <remarks>
/// <c>thj1_</c> and, base64url: SHA-256 of the root's DER (32) ‖ secret (16) ‖ the first 4 bytes of SHA-256 over
/// "trygghethub-join" and what stands before. The last tells a mistyped code from another hub's.
/// </remarks>
internal sealed record EnrolmentCode(byte[] RootSha256, byte[] Secret)
{
    /// <summary>How a consent request says that it was asked for with a code: after who made the code.</summary>
    public const string InWords = ", with an enrolment code";

    private const string Prefix = "thj1_";
    private const int HashSize = 32;
    private const int SecretSize = 16;
    private const int ChecksumSize = 4;

    /// <summary>A new code with a secret of 128 random bits: nobody guesses one while it holds.</summary>
    public static EnrolmentCode Create(ReadOnlySpan<byte> rootDer) =>
        new(SHA256.HashData(rootDer), RandomNumberGenerator.GetBytes(SecretSize));

    /// <summary>What the hub keeps: the secret has as many bits as make a plain hash enough.</summary>
    public byte[] SecretSha256() => SHA256.HashData(Secret);

    public override string ToString()
    {
        byte[] body = [.. RootSha256, .. Secret];
        return Prefix + Base64Url.EncodeToString([.. body, .. Checksum(body)]);
    }

    /// <summary>Reads a code; null when it is none, or was mistyped.</summary>
    public static EnrolmentCode? Parse(string text)
    {
        const int size = HashSize + SecretSize + ChecksumSize;
        if (text.Length > 200 || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        var body = bytes.AsSpan(0, Math.Min(bytes.Length, HashSize + SecretSize));
        return bytes.Length == size && Checksum(body).AsSpan().SequenceEqual(bytes.AsSpan(HashSize + SecretSize))
            ? new EnrolmentCode(bytes[..HashSize], bytes[HashSize..(HashSize + SecretSize)])
            : null;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> body) =>
        SHA256.HashData([.. "trygghethub-join"u8, .. body])[..ChecksumSize];
}
