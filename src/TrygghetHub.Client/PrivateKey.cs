using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace TrygghetHub.Client;

/// <summary>Reads a private key in PEM, also an encrypted one. Pure but for the passphrase. Thread-safe.</summary>
public static class PrivateKey
{
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private const int LeastRsaBits = 2048;

    // PBES2 with PBKDF2 (RFC 8018): each guess at the passphrase takes a good fraction of a second.
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 200_000);
    private const string Ed25519 = "1.3.101.112";
    private const string Ed448 = "1.3.101.113";

    /// <summary>Reads the first private key of a text.</summary>
    /// <param name="file">Where the text is from, for what is said of it.</param>
    /// <param name="pem">PKCS #8, PKCS #1 (RSA) or SEC 1 (ECDSA) in PEM; certificates beside it are passed over.</param>
    /// <param name="passphrase">Of an encrypted key; null refuses one.</param>
    /// <returns>An <see cref="ECDsa"/>, or an <see cref="RSA"/> of at least 2,048 bits; the caller disposes it.</returns>
    /// <exception cref="IdentityFolderException">
    /// There is no key, it cannot be decrypted, or it is of a kind that is not taken; says which and what to do.
    /// </exception>
    public static AsymmetricAlgorithm Read(string file, string pem, KeyPassphrase? passphrase)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Contains("Proc-Type:", StringComparison.Ordinal))
        {
            // The form of OpenSSL before PKCS #8, whose derivation of the key .NET does not have.
            throw new IdentityFolderException(
                file, $"{file} is encrypted in OpenSSL's old form.", "Convert it with: openssl pkcs8 -topk8 -in OLD -out client.key",
                fault: IdentityFault.Passphrase);
        }

        var der = Der(pem, EncryptedLabel) is { } encrypted
            ? Decrypted(file, encrypted, passphrase)
            : Der(pem, "PRIVATE KEY");
        try
        {
            if (der is not null && EdwardsName(der) is { } name)
            {
                throw new IdentityFolderException(
                    file, $"{file} holds an {name} key, and .NET has no {name}.",
                    "Ask the authority for a certificate to an ECDSA P-256 or RSA key.");
            }

            return Import(pem, der) switch
            {
                RSA { KeySize: < LeastRsaBits } weak => throw Weak(file, weak),
                { } key => key,
                null => throw new IdentityFolderException(
                    file, $"{file} holds no private key that can be used.", "It is an ECDSA or RSA key in PEM. " + IdentityFiles.EnrolAgain),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Writes a key as PKCS #8 PEM.</summary>
    /// <param name="key">The key; it stays the caller's.</param>
    /// <param name="file">The file that the text is for; a question for the passphrase names it.</param>
    /// <param name="passphrase">To encrypt it with; null for none.</param>
    /// <exception cref="IdentityFolderException">The passphrase cannot be read.</exception>
    public static string Write(AsymmetricAlgorithm key, string file, KeyPassphrase? passphrase)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        return (passphrase is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase.For(file), Encryption)) + "\n";
    }

    /// <summary>Whether a text holds an encrypted key.</summary>
    internal static bool IsEncrypted(string pem) => Der(pem, EncryptedLabel) is not null;

    private static AsymmetricAlgorithm? Import(string pem, byte[]? pkcs8)
    {
        foreach (var key in new AsymmetricAlgorithm[] { ECDsa.Create(), RSA.Create() })
        {
            try
            {
                if (pkcs8 is null)
                {
                    key.ImportFromPem(pem);
                }
                else
                {
                    key.ImportPkcs8PrivateKey(pkcs8, out _);
                }

                return key;
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }

        return null;
    }

    private static byte[] Decrypted(string file, byte[] encrypted, KeyPassphrase? passphrase)
    {
        var with = passphrase ?? throw new IdentityFolderException(
            file, $"{file} is encrypted.",
            $"Put its passphrase into a file that only you may read, and name that in {KeyPassphrase.Variable}.", fault: IdentityFault.Passphrase);
        if (!IsTaken(encrypted))
        {
            throw new IdentityFolderException(
                file, $"{file} is encrypted in a way that .NET does not have.",
                "Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out client.key", fault: IdentityFault.Passphrase);
        }

        try
        {
            return Pkcs8PrivateKeyInfo.DecryptAndDecode(with.For(file), encrypted, out _).Encode();
        }
        catch (CryptographicException exception)
        {
            throw new IdentityFolderException(
                file, $"{file} is encrypted, and not with the passphrase {with.Source}.",
                "Correct the passphrase; the key is ECDSA or RSA.", exception, IdentityFault.Passphrase);
        }
    }

    // PBES2 with PBKDF2 and a cipher of .NET's, PBES1 or PKCS #12 (RFC 8018, RFC 7292); scrypt, for one, is none.
    private static bool IsTaken(byte[] encrypted)
    {
        try
        {
            var algorithm = new AsnReader(encrypted, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            var scheme = algorithm.ReadObjectIdentifier();
            if (scheme != "1.2.840.113549.1.5.13")
            {
                return scheme.StartsWith("1.2.840.113549.1.5.", StringComparison.Ordinal)
                    || scheme.StartsWith("1.2.840.113549.1.12.1.", StringComparison.Ordinal);
            }

            var parameters = algorithm.ReadSequence();
            var derivation = parameters.ReadSequence().ReadObjectIdentifier();
            return derivation == "1.2.840.113549.1.5.12"
                && parameters.ReadSequence().ReadObjectIdentifier() is "2.16.840.1.101.3.4.1.2" or "2.16.840.1.101.3.4.1.22"
                    or "2.16.840.1.101.3.4.1.42" or "1.2.840.113549.3.7" or "1.2.840.113549.3.2" or "1.3.14.3.2.7";
        }
        catch (AsnContentException)
        {
            // Then it is damaged, as the decryption says.
            return true;
        }
    }

    // PKCS #8 names the algorithm that a key is of.
    private static string? EdwardsName(byte[] pkcs8)
    {
        try
        {
            return Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true).AlgorithmId.Value switch
            {
                Ed25519 => "Ed25519",
                Ed448 => "Ed448",
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            // Then it is no key, as the import says.
            return null;
        }
    }

    private static IdentityFolderException Weak(string file, RSA weak)
    {
        using (weak)
        {
            return new IdentityFolderException(
                file, $"{file} holds an RSA key of {weak.KeySize} bits.",
                $"Ask the authority for a certificate to one of {LeastRsaBits} bits or more.");
        }
    }

    // The first part of a PEM text with that label; null where there is none.
    private static byte[]? Der(string pem, string label)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(label))
            {
                return Convert.FromBase64String(rest[fields.Base64Data].ToString());
            }
        }

        return null;
    }
}
