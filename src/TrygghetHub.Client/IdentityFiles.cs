using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrygghetHub.Client;

/// <summary>The files of an identity folder, one by one: how each is read, written and replaced.</summary>
/// <remarks>
/// A file that others may be reading is replaced by a rename, so that they see the old or the new one and no half.
/// </remarks>
internal static class IdentityFiles
{
    public const string CertificateFile = "client.crt";
    public const string KeyFile = "client.key";
    /// <summary>The key of a renewal that has not ended; see <see cref="Replace"/>.</summary>
    public const string NextKeyFile = "client.key.next";
    public const string RootFile = "ca.crt";
    public const string HubFile = "hub.json";
    public const string EnrolAgain = "Ask the hub's operator for an enrolment code and run `thub join` into a new folder.";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // A byte order mark goes before, as everywhere in .NET.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonSerializerOptions HubJson = new() { WriteIndented = true };

    /// <summary>What <c>hub.json</c> holds.</summary>
    public sealed record HubAddress(Uri Url, string Id, Uri? TokenEndpoint);

    /// <summary>Reads <c>hub.json</c>.</summary>
    /// <exception cref="IdentityFolderException">It is missing, or not what it should be.</exception>
    public static HubAddress ReadHub(string path)
    {
        var file = Path.Combine(path, HubFile);
        const string form = """It holds {"url": "https://HOST:PORT", "id": "urn:trygghet:partner:ID"}.""";
        try
        {
            using var document = JsonDocument.Parse(ReadText(path, HubFile));
            var hub = document.RootElement;
            if (hub.ValueKind != JsonValueKind.Object)
            {
                throw Wrong("is no JSON object", form);
            }

            var url = Text(hub, "url") ?? throw Wrong("lacks `url`, a text", $"Add the hub's address. {form}");
            var address = Https(hub, "url") ?? throw Wrong(
                url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                    ? "has an `url` that begins with http://, and the hub speaks https only"
                    : "has an `url` that is no https address",
                $"Write the hub's address with https:// before it. {form}");
            if (address.UserInfo.Length > 0 || address.PathAndQuery != "/")
            {
                throw Wrong("has an `url` with more than host and port", $"Write host and port alone. {form}");
            }

            var id = Text(hub, "id") ?? throw Wrong("lacks `id`, a text", $"It is the one that client.crt names (URI). {form}");
            var tokens = hub.TryGetProperty("token_endpoint", out _)
                ? Https(hub, "token_endpoint") ?? throw Wrong(
                    "holds no https address in `token_endpoint`", "Correct it, or take the line away.")
                : null;
            return new HubAddress(address, id, tokens);
        }
        catch (JsonException exception)
        {
            throw new IdentityFolderException(
                file, $"{file} is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.",
                $"Look for a comma or quotation mark that is missing or too many. {form}", exception);
        }

        IdentityFolderException Wrong(string what, string remedy) => new(file, $"{file} {what}.", remedy);
    }

    /// <summary>Writes <c>hub.json</c>.</summary>
    public static void WriteHub(string path, HubAddress hub)
    {
        var json = new JsonObject { ["url"] = hub.Url.GetLeftPart(UriPartial.Authority), ["id"] = hub.Id };
        if (hub.TokenEndpoint is { } tokens)
        {
            json["token_endpoint"] = tokens.AbsoluteUri;
        }

        Overwrite(Path.Combine(path, HubFile), json.ToJsonString(HubJson) + "\n");
    }

    /// <summary>Reads certificates in PEM; at least one.</summary>
    /// <exception cref="IdentityFolderException">The file is missing, or holds none.</exception>
    public static X509Certificate2Collection ReadCertificates(string path, string name)
    {
        var file = Path.Combine(path, name);
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(ReadText(path, name));
        }
        catch (CryptographicException exception)
        {
            throw new IdentityFolderException(file, $"{file} holds a certificate that cannot be read.", EnrolAgain, exception);
        }
        return certificates.Count > 0
            ? certificates
            : throw new IdentityFolderException(file, $"{file} holds no certificate in PEM.", EnrolAgain);
    }

    /// <summary>Reads the certificate with its key and the issuing ones, and ends a renewal that was cut off.</summary>
    /// <exception cref="IdentityFolderException">A file is missing, or no key in the folder fits.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Issuers) ReadCertificate(
        string path, KeyPassphrase? passphrase)
    {
        // Another process may be renewing: what does not fit now fits when it is read again.
        for (var attempt = 1; ; attempt++)
        {
            var chain = ReadChain(path);
            var leaf = chain[0];
            chain.RemoveAt(0);
            using (leaf)
            {
                if (Join(path, KeyFile, leaf, passphrase) is { } joined)
                {
                    return (joined, chain);
                }

                if (Join(path, NextKeyFile, leaf, passphrase) is { } renewed)
                {
                    FinishSwap(path);
                    return (renewed, chain);
                }
            }

            if (attempt == 3)
            {
                ReadText(path, KeyFile);
                var file = Path.Combine(path, KeyFile);
                throw new IdentityFolderException(file,
                    $"{file} holds no private key that fits {CertificateFile}.", EnrolAgain);
            }
        }
    }

    /// <summary>
    /// Reads the certificate and the issuing ones, in whatever order they are, from the certificate up and without the root: as TLS sends
    /// them.
    /// </summary>
    /// <exception cref="IdentityFolderException">The file is missing, or holds none.</exception>
    public static X509Certificate2Collection ReadChain(string path)
    {
        var found = ReadCertificates(path, CertificateFile);

        // The certificate issued none of the others; where that fits several, the first of them is meant.
        var leaf = found.FirstOrDefault(one => !found.Any(other => other.Thumbprint != one.Thumbprint && IsBy(other, one))) ?? found[0];
        var chain = new X509Certificate2Collection(leaf);
        while (found.FirstOrDefault(one => !chain.Any(c => c.Thumbprint == one.Thumbprint) && IsBy(chain[^1], one) && !IsBy(one, one)) is { } issuer)
        {
            chain.Add(issuer);
        }

        foreach (var other in found.Where(one => !chain.Any(c => ReferenceEquals(c, one))))
        {
            other.Dispose();
        }

        return chain;

        static bool IsBy(X509Certificate2 one, X509Certificate2 issuer) =>
            one.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData);
    }

    /// <summary>Joins a certificate with the key in a file; null when that is absent or does not fit.</summary>
    /// <exception cref="IdentityFolderException">The key cannot be read, decrypted or used; says why.</exception>
    public static X509Certificate2? Join(string path, string keyFile, X509Certificate2 certificate, KeyPassphrase? passphrase)
    {
        using var key = ReadKey(path, keyFile, passphrase);
        if (key is null || !key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            return null;
        }

        using var joined = key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);

        // TLS takes no key that lives in memory alone on some systems; a round through PKCS #12 settles it.
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), password: null);
    }

    // ECDSA or RSA; null where the file is absent.
    private static AsymmetricAlgorithm? ReadKey(string path, string name, KeyPassphrase? passphrase)
    {
        var file = Path.Combine(path, name);
        return File.Exists(file) ? PrivateKey.Read(file, ReadText(path, name), passphrase ?? KeyPassphrase.FromEnvironment()) : null;
    }

    /// <summary>Whether others than its owner may read or write a file.</summary>
    public static bool IsOpenToOthers(string file)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & others) != 0;
    }

    /// <summary>Keeps other programs from renewing in the same folder until it is disposed.</summary>
    /// <exception cref="IOException">Another program is at it.</exception>
    public static FileStream HoldForRenewal(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(path, "renewal.lock"), options);
    }

    /// <summary>
    /// The key for a renewal: the one of a renewal that broke off, or a new one, stored before it is used; encrypted where the one before is.
    /// </summary>
    public static ECDsa NextKey(string path, KeyPassphrase? passphrase)
    {
        var file = Path.Combine(path, NextKeyFile);
        if (File.Exists(file))
        {
            try
            {
                if (ReadKey(path, NextKeyFile, passphrase) is ECDsa begun)
                {
                    return begun;
                }
            }
            catch (IdentityFolderException)
            {
                // Cut off while it was written, and so never sent anywhere.
            }
        }

        var isEncrypted = PrivateKey.IsEncrypted(ReadText(path, KeyFile));
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Overwrite(file, PrivateKey.Write(key, file, isEncrypted ? passphrase ?? KeyPassphrase.FromEnvironment() : null), forOwner: true);
        return key;
    }

    /// <summary>
    /// Replaces the certificate by its successor for <c>client.key.next</c>, and the key after it.
    /// </summary>
    /// <remarks>
    /// A crash before the certificate is there leaves the old pair, and the next key for another try; one after it
    /// leaves a certificate that fits the next key, which <see cref="ReadCertificate"/> takes and puts in place.
    /// </remarks>
    public static void Replace(string path, string certificateChainPem, string rootPem)
    {
        // The roots first: while the hub moves to a new one they hold both, and fit either certificate.
        Overwrite(Path.Combine(path, RootFile), rootPem);
        Overwrite(Path.Combine(path, CertificateFile), certificateChainPem);
        FinishSwap(path);
    }

    /// <summary>Writes a new file that only its owner may read.</summary>
    public static void WriteForOwner(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // The mode is given at creation: a file that is closed to others afterwards was open for a moment.
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        Write(file, text, options);
    }

    /// <summary>Writes a file, or another in its place, so that it is there whole or not at all.</summary>
    public static void Overwrite(string file, string text, bool forOwner = false)
    {
        var temporary = $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.tmp";
        try
        {
            if (forOwner)
            {
                WriteForOwner(temporary, text);
            }
            else
            {
                Write(temporary, text, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads a file of the folder.</summary>
    /// <exception cref="IdentityFolderException">It is missing or unreadable.</exception>
    public static string ReadText(string path, string name)
    {
        var file = Path.Combine(path, name);
        try
        {
            return File.ReadAllText(file, StrictUtf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new IdentityFolderException(file, $"{file} is not UTF-8.", "Save it as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdentityFolderException(file, $"{file} is missing.", EnrolAgain, exception, IdentityFault.Missing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IdentityFolderException(file, $"{file} cannot be read: {exception.Message}",
                "Run as the user who owns the folder; client.key is readable by its owner only.", exception, IdentityFault.Unreadable);
        }
    }

    private static void FinishSwap(string path)
    {
        try
        {
            File.Move(Path.Combine(path, NextKeyFile), Path.Combine(path, KeyFile), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process has finished it, or the folder is not ours to write: both keys are found all the same.
        }
    }

    private static void Write(string file, string text, FileStreamOptions options)
    {
        using var stream = new FileStream(file, options);
        stream.Write(Utf8.GetBytes(text));
        // The rename that follows must not reach the disk before what it names.
        stream.Flush(flushToDisk: true);
    }

    private static string? Text(JsonElement hub, string property) =>
        hub.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : null;

    private static Uri? Https(JsonElement hub, string property) =>
        hub.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
        && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : null;
}
