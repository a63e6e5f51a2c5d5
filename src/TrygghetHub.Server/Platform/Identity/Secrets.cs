using System.Security.Cryptography;
using System.Text;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// The files in the data directory that hold keys. Readable by their owner only and, where the hub was given a master
/// key, encrypted with it, so that a copy of the directory alone opens nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Layout of a sealed file: a line that says so ‖ nonce (12) ‖ ciphertext ‖ tag (16); AES-256-GCM under a key derived
/// from the master key (HKDF, RFC 5869). The file's path inside the directory is authenticated with it, so that one
/// sealed file cannot stand in for another. Sealing a file that was clear replaces it; what the disk keeps of the old
/// one is the file system's matter, so a master key is best given at the first start.
/// </remarks>
internal sealed class Secrets : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const string HowToGive = "in the environment variable TRYGGHETHUB_KEY or with --key-file";

    private readonly byte[]? key;

    /// <param name="directory">Where the files are.</param>
    /// <param name="masterKey">32 random bytes, or null: then files are as clear as their permissions leave them.</param>
    /// <exception cref="ArgumentException">The master key is not 32 bytes.</exception>
    public Secrets(DataDirectory directory, ReadOnlyMemory<byte>? masterKey)
    {
        Directory = directory;
        if (masterKey is { } master)
        {
            if (master.Length != HubOptions.MasterKeySize)
            {
                throw new ArgumentException($"A master key is {HubOptions.MasterKeySize} bytes.", nameof(masterKey));
            }

            key = new byte[HubOptions.MasterKeySize];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, master.Span, key, salt: [], info: "trygghethub/sealed-files"u8);
        }
    }

    public DataDirectory Directory { get; }

    private static ReadOnlySpan<byte> Magic => "TRYGGHETHUB-SEALED-1\n"u8;

    /// <summary>
    /// The clear content of a file, which stays as it is: whoever writes it may not have finished. See <see cref="Seal"/>.
    /// </summary>
    /// <param name="path">Full path of a file inside the data directory.</param>
    /// <exception cref="IOException">It cannot be read, or is sealed and there is no master key.</exception>
    /// <exception cref="InvalidDataException">
    /// It was sealed with another master key or for another place, or was changed.
    /// </exception>
    public byte[] Read(string path)
    {
        var content = File.ReadAllBytes(path);
        if (content.AsSpan().StartsWith(Magic))
        {
            return key is null
                ? throw new IOException($"{path} is sealed with a master key. Give it {HowToGive}.")
                : Open(path, content.AsSpan(Magic.Length));
        }

        return content;
    }

    /// <summary>Seals a file that is clear while there is a master key; for one that was read and found whole.</summary>
    public void Seal(string path)
    {
        if (key is not null && File.Exists(path) && File.ReadAllBytes(path) is var content && !content.AsSpan().StartsWith(Magic))
        {
            Write(path, content);
        }
    }

    /// <summary>Writes a file whole or not at all: sealed where there is a master key.</summary>
    /// <param name="path">Full path of a file inside the data directory.</param>
    /// <param name="content">Its clear content.</param>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        if (key is null)
        {
            DataDirectory.WriteSecret(path, content);
            return;
        }

        var file = new byte[Magic.Length + NonceSize + content.Length + TagSize];
        Magic.CopyTo(file);
        var body = file.AsSpan(Magic.Length);

        // Random nonces: a hub writes a few such files a year, far from the 2³² that NIST SP 800-38D sets as a limit.
        RandomNumberGenerator.Fill(body[..NonceSize]);
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(body[..NonceSize], content, body[NonceSize..^TagSize], body[^TagSize..], PlaceOf(path));
        DataDirectory.WriteSecret(path, file);
    }

    public void Dispose()
    {
        if (key is not null)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Open(string path, ReadOnlySpan<byte> body)
    {
        if (body.Length < NonceSize + TagSize)
        {
            throw new InvalidDataException($"{path} is cut off. Restore it from a backup.");
        }

        var content = new byte[body.Length - NonceSize - TagSize];
        try
        {
            using var cipher = new AesGcm(key!, TagSize);
            cipher.Decrypt(body[..NonceSize], body[NonceSize..^TagSize], body[^TagSize..], content, PlaceOf(path));
            return content;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidDataException(
                $"{path} was sealed with another master key, or was changed since. "
                + $"Give the right key {HowToGive}, or restore the file from a backup.", e);
        }
    }

    // With one separator everywhere: a directory may be moved to another system.
    private byte[] PlaceOf(string path) =>
        Encoding.UTF8.GetBytes(Path.GetRelativePath(Directory.Path, path).Replace('\\', '/'));
}
