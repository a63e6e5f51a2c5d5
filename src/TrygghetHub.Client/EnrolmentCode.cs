using System.Buffers.Text;
using System.Security.Cryptography;
using Grpc.Core;

namespace TrygghetHub.Client;

/// <summary>The code with which a partner joins: which hub made it, and a secret that the hub knows it by.</summary>
/// <remarks>
/// <c>thj1_</c> and then, in base64url, the SHA-256 of the hub's root certificate (32 bytes), the secret (16 bytes) and a
/// checksum (4 bytes), which tells a mistyped code from one of another hub. Immutable and thread-safe.
/// </remarks>
public sealed class EnrolmentCode
{
    private const string Prefix = "thj1_";
    private const int HashBytes = 32;
    private const int SecretBytes = 16;
    private const int ChecksumBytes = 4;
    private const string Remedy =
        "Copy the whole code from what the operator gave you, or ask for another; it is one word that starts with thj1_.";

    private EnrolmentCode(string text, byte[] rootSha256)
    {
        Text = text;
        RootSha256 = rootSha256;
    }

    /// <summary>The code as it is sent.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the DER of the root certificate of the hub that made the code.</summary>
    public ReadOnlyMemory<byte> RootSha256 { get; }

    /// <summary>Reads a code; spaces and line breaks around it or in it do not matter.</summary>
    /// <exception cref="HubException">It is none, or mistyped; says how.</exception>
    public static EnrolmentCode Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var code = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        if (!code.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw Mistyped("This is no enrolment code: it does not start with thj1_.");
        }

        var body = code.AsSpan(Prefix.Length);
        var expected = Base64Url.GetEncodedLength(HashBytes + SecretBytes + ChecksumBytes);
        if (body.Length != expected)
        {
            throw Mistyped($"The enrolment code has {code.Length} characters in place of {Prefix.Length + expected}: "
                + (body.Length < expected ? "a part is missing." : "there is something more in it."));
        }

        var bytes = new byte[HashBytes + SecretBytes + ChecksumBytes];
        if (!Base64Url.IsValid(body) || !Base64Url.TryDecodeFromChars(body, bytes, out var written) || written != bytes.Length
            || !Checksum(bytes).AsSpan().SequenceEqual(bytes.AsSpan(HashBytes + SecretBytes))
            // The last character has bits to spare: only one way to write the code is the code.
            || Prefix + Base64Url.EncodeToString(bytes) != code)
        {
            throw Mistyped("The enrolment code is mistyped: its checksum does not hold.");
        }

        return new EnrolmentCode(code, bytes[..HashBytes]);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes)
    {
        var name = "trygghethub-join"u8;
        Span<byte> input = stackalloc byte[name.Length + HashBytes + SecretBytes];
        name.CopyTo(input);
        bytes[..(HashBytes + SecretBytes)].CopyTo(input[name.Length..]);
        return SHA256.HashData(input)[..ChecksumBytes];
    }

    private static HubException Mistyped(string message) => new(StatusCode.InvalidArgument, message, remedy: Remedy);
}
