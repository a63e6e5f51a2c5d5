using Microsoft.Extensions.Logging;

namespace TrygghetHub.Server;

/// <summary>What a hub needs to start.</summary>
public sealed record HubOptions
{
    internal const int MasterKeySize = 32;

    /// <summary>Directory of the hub's data; made when absent, readable by its owner only.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Address of the partners' endpoint, which asks for a certificate; port 0 takes a free one.</summary>
    public Uri Url { get; init; } = new("https://127.0.0.1:5443");

    /// <summary>
    /// Address of the open endpoint: discovery, keys, joining, health. Null takes the port after the partners', or a
    /// free one where that is 0.
    /// </summary>
    public Uri? OpenUrl { get; init; }

    /// <summary>
    /// A sandbox has an authority of its own kind, which production refuses, and the other way round. Which of the two a
    /// data directory is, is settled at its first start.
    /// </summary>
    public bool Sandbox { get; init; }

    /// <summary>
    /// Development turns gRPC reflection on, and lets the operator make a partner's key (<c>EnrolPartner</c>).
    /// </summary>
    public bool Development { get; init; }

    /// <summary>
    /// 32 random bytes that encrypt the keys in the data directory; null leaves them to the file permissions alone.
    /// </summary>
    public ReadOnlyMemory<byte>? MasterKey { get; init; }

    /// <summary>
    /// Makes a new identity for the operator, and ends the one before: for an operator who has lost it. Without, it is made once, and may be
    /// kept elsewhere than in <c>DIR/operator</c>.
    /// </summary>
    public bool NewOperator { get; init; }

    /// <summary>What may be tuned; the defaults suit most.</summary>
    public HubSettings Settings { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes; by default nowhere.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = _ => { };

    /// <summary>
    /// Reads a <see cref="MasterKey"/> from text: base64 of 32 bytes, as <c>openssl rand -base64 32</c> prints it. Spaces
    /// and line ends around it do not matter.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for the error: the name of a variable or a file.</param>
    /// <exception cref="InvalidDataException">It is not such a text; the message names the source, never the text.</exception>
    public static ReadOnlyMemory<byte> ReadMasterKey(string text, string source)
    {
        var key = new byte[MasterKeySize];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == MasterKeySize
            ? key
            : throw new InvalidDataException(
                $"{source} must hold base64 of exactly {MasterKeySize} bytes. Make such a key with: openssl rand -base64 32");
    }
}
