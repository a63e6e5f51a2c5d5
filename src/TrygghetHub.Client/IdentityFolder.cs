using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace TrygghetHub.Client;

/// <summary>
/// What a partner or an operator proves itself by, and where its hub is: a folder with four files.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>client.crt</c>: the certificate, then the issuing ones up to but without the root; PEM.</item>
/// <item><c>client.key</c>: its private key, PKCS #8 PEM, readable by the owner only. It never leaves the folder.</item>
/// <item><c>ca.crt</c>: the root that signs the hub's certificate, the only one that is trusted; PEM.</item>
/// <item><c>hub.json</c>: <c>{"url": "https://127.0.0.1:5443", "id": "urn:trygghet:partner:polisen"}</c>.</item>
/// </list>
/// A new identity is made in two steps, <see cref="PrepareKey"/> and <see cref="Complete"/>, so that an
/// enrolment that breaks off between them can be run again with the same key. Immutable and thread-safe once
/// loaded, until disposed.
/// </remarks>
public sealed class IdentityFolder : IDisposable
{
    private const string CertificateFile = "client.crt";
    private const string KeyFile = "client.key";
    private const string RootFile = "ca.crt";
    private const string HubFile = "hub.json";
    private const string EnrolAgain = "Ask the hub's operator for the folder again, or to enrol you anew.";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly JsonSerializerOptions HubJson = new() { WriteIndented = true };

    private IdentityFolder(string path, Uri url, string id, X509Certificate2 certificate,
        X509Certificate2Collection issuers, X509Certificate2 root)
    {
        Path = path;
        Url = url;
        Id = id;
        Certificate = certificate;
        Issuers = issuers;
        Root = root;
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>Address of the hub.</summary>
    public Uri Url { get; }

    /// <summary>Who this is, such as <c>urn:trygghet:partner:polisen</c>.</summary>
    public string Id { get; }

    /// <summary>The certificate with its private key, in the form that TLS takes on every system.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The issuing certificates that are sent along, without the root; may be empty.</summary>
    public X509Certificate2Collection Issuers { get; }

    /// <summary>The root that the hub's certificate must lead to.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Reads an identity folder.</summary>
    /// <param name="directory">Path of the folder.</param>
    /// <exception cref="IdentityFolderException">
    /// The folder or one of its files is missing, unreadable, or not what it should be; says which and what to do.
    /// </exception>
    public static IdentityFolder Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var path = System.IO.Path.GetFullPath(directory);
        if (!Directory.Exists(path))
        {
            throw new IdentityFolderException(path, $"There is no identity folder {path}.",
                "Check the path. A new identity is made with `thub partner enrol ID … --out DIR`.");
        }

        var (url, id) = ReadHub(path);
        var root = ReadCertificates(path, RootFile)[0];
        var chain = ReadCertificates(path, CertificateFile);
        var certificate = WithKey(path, chain[0]);
        chain.RemoveAt(0);
        return new IdentityFolder(path, url, id, certificate, chain, root);
    }

    /// <summary>Starts a new identity: makes <c>client.key</c> (ECDSA P-256), and the folder where there is none.</summary>
    /// <param name="directory">Path of the folder to be.</param>
    /// <returns>The private key, to sign the request with; the caller disposes it.</returns>
    /// <remarks>
    /// A folder that holds a key and no certificate is an enrolment that broke off: its key is used again, and
    /// the hub, which may already have registered it, gives the certificate that it gave then.
    /// </remarks>
    /// <exception cref="IdentityFolderException">The folder holds an identity, or cannot be written.</exception>
    public static ECDsa PrepareKey(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var path = System.IO.Path.GetFullPath(directory);
        foreach (var name in (ReadOnlySpan<string>)[CertificateFile, RootFile, HubFile])
        {
            if (File.Exists(System.IO.Path.Combine(path, name)))
            {
                throw new IdentityFolderException(path, $"{path} holds an identity already ({name}); nothing is overwritten.",
                    "Name another folder, or move this one away first.");
            }
        }

        var keyPath = System.IO.Path.Combine(path, KeyFile);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (File.Exists(keyPath))
            {
                key.ImportFromPem(File.ReadAllText(keyPath));
                return key;
            }
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            WriteForOwner(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
            return key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw NotWritten(path, exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new IdentityFolderException(keyPath, $"{keyPath} is there but holds no key that can be used.",
                "Remove the file and run the enrolment again.", exception);
        }
    }

    /// <summary>Finishes a new identity with what the hub answered, and loads it.</summary>
    /// <param name="directory">The folder given to <see cref="PrepareKey"/>.</param>
    /// <param name="url">Address of the hub.</param>
    /// <param name="id">Who it is, such as <c>urn:trygghet:partner:polisen</c>.</param>
    /// <param name="certificateChainPem">The certificate and the issuing ones, without the root; PEM.</param>
    /// <param name="rootPem">The root to trust; PEM.</param>
    /// <exception cref="IdentityFolderException">The folder cannot be written, or the certificate does not fit the key.</exception>
    public static IdentityFolder Complete(
        string directory, Uri url, string id, string certificateChainPem, string rootPem)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(url);
        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            // The certificate comes last: a folder without it is an enrolment to run again.
            File.WriteAllText(System.IO.Path.Combine(path, RootFile), rootPem, Utf8);
            WriteHub(path, url, id);
            File.WriteAllText(System.IO.Path.Combine(path, CertificateFile), certificateChainPem, Utf8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, exception);
        }
        return Load(path);
    }

    /// <summary>Takes back <see cref="PrepareKey"/> after the hub has refused the enrolment.</summary>
    /// <param name="directory">The folder given to it; removed when nothing else is in it.</param>
    public static void Abandon(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        if (File.Exists(System.IO.Path.Combine(path, CertificateFile)))
        {
            return;
        }

        File.Delete(System.IO.Path.Combine(path, KeyFile));
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }

    /// <summary>Writes another address of the hub into <c>hub.json</c>, and loads the folder with it.</summary>
    /// <param name="url">Where the hub is now.</param>
    /// <exception cref="IdentityFolderException">The file cannot be written.</exception>
    public IdentityFolder MovedTo(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        try
        {
            WriteHub(Path, url, Id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(Path, exception);
        }
        return Load(Path);
    }

    /// <summary>Releases the certificates.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var issuer in Issuers)
        {
            issuer.Dispose();
        }

        Root.Dispose();
    }

    private static void WriteHub(string path, Uri url, string id) =>
        File.WriteAllText(System.IO.Path.Combine(path, HubFile),
            JsonSerializer.Serialize(new { url = url.GetLeftPart(UriPartial.Authority), id }, HubJson) + "\n", Utf8);

    private static void WriteForOwner(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // The mode is given at creation: a file that is closed to others afterwards was open for a moment.
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, Utf8, options);
        writer.Write(text);
    }

    private static (Uri Url, string Id) ReadHub(string path)
    {
        var file = System.IO.Path.Combine(path, HubFile);
        const string remedy = """It holds {"url": "https://HOST:PORT", "id": "urn:trygghet:partner:ID"}.""";
        try
        {
            using var document = JsonDocument.Parse(ReadText(path, HubFile));
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("url", out var url)
                && url.ValueKind == JsonValueKind.String
                && Uri.TryCreate(url.GetString(), UriKind.Absolute, out var address)
                && address.Scheme == Uri.UriSchemeHttps
                && document.RootElement.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: > 0 } name)
            {
                return (address, name);
            }
        }
        catch (JsonException exception)
        {
            throw new IdentityFolderException(file, $"{file} is not JSON: {exception.Message}", remedy, exception);
        }
        throw new IdentityFolderException(file, $"{file} lacks an https address in `url`, or `id`.", remedy);
    }

    private static X509Certificate2Collection ReadCertificates(string path, string name)
    {
        var file = System.IO.Path.Combine(path, name);
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

    private static X509Certificate2 WithKey(string path, X509Certificate2 certificate)
    {
        var file = System.IO.Path.Combine(path, KeyFile);
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(ReadText(path, KeyFile));
            using var joined = certificate.CopyWithPrivateKey(key);
            // TLS takes no key that lives in memory alone on some systems; a round through PKCS #12 settles it.
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw new IdentityFolderException(file,
                $"{file} holds no private key that fits {CertificateFile}.", EnrolAgain, exception);
        }
        finally
        {
            certificate.Dispose();
        }
    }

    private static string ReadText(string path, string name)
    {
        var file = System.IO.Path.Combine(path, name);
        try
        {
            return File.ReadAllText(file);
        }
        catch (FileNotFoundException exception)
        {
            throw new IdentityFolderException(file, $"{file} is missing.", EnrolAgain, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IdentityFolderException(file, $"{file} cannot be read: {exception.Message}",
                "Run as the user who owns the folder; client.key is readable by its owner only.", exception);
        }
    }

    private static IdentityFolderException NotWritten(string path, Exception exception) =>
        new(path, $"The identity folder {path} cannot be written: {exception.Message}",
            "Name a folder that you may write to.", exception);
}
