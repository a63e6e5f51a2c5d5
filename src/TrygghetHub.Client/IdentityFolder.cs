using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client;

/// <summary>
/// What a partner or an operator proves itself by, and where its hub is: a folder with four files.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>client.crt</c>: the certificate, then the issuing ones up to but without the root; PEM.</item>
/// <item><c>client.key</c>: its private key, PEM, ECDSA or RSA, possibly encrypted, readable by the owner only. It never leaves the folder.</item>
/// <item><c>ca.crt</c>: the roots that sign the hub's certificate, the only ones that are trusted; PEM.</item>
/// <item><c>hub.json</c>: <c>{"url": "https://127.0.0.1:5443", "id": "urn:trygghet:partner:polisen"}</c>, and
/// <c>token_endpoint</c> where the hub has named one.</item>
/// </list>
/// While the certificate is renewed there is also <c>client.key.next</c>. A new identity is made in two steps,
/// <see cref="PrepareKey(string)"/> and <see cref="Complete"/>, so that an enrolment that breaks off between them can be run
/// again with the same key. Immutable and thread-safe once loaded, until disposed.
/// </remarks>
public sealed class IdentityFolder : IDisposable
{
    private IdentityFolder(string path, IdentityFiles.HubAddress hub, X509Certificate2 certificate,
        X509Certificate2Collection issuers, X509Certificate2Collection roots, KeyPassphrase? passphrase)
    {
        Path = path;
        Url = hub.Url;
        Id = hub.Id;
        TokenEndpoint = hub.TokenEndpoint ?? DefaultTokenEndpoint(hub.Url);
        Certificate = certificate;
        Issuers = issuers;
        Roots = roots;
        Passphrase = passphrase;
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>Address of the hub.</summary>
    public Uri Url { get; }

    /// <summary>Who this is, such as <c>urn:trygghet:partner:polisen</c>.</summary>
    public string Id { get; }

    /// <summary>Where access tokens are issued; <c>/connect/token</c> at the hub unless <c>hub.json</c> says otherwise.</summary>
    public Uri TokenEndpoint { get; }

    /// <summary>The certificate with its private key, in the form that TLS takes on every system.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The issuing certificates that are sent along, without the root; may be empty.</summary>
    public X509Certificate2Collection Issuers { get; }

    /// <summary>The roots, one of which the hub's certificate must lead to. Two while the hub moves to a new one.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>What it was read with, for reading it again.</summary>
    internal KeyPassphrase? Passphrase { get; }

    /// <summary>Reads an identity folder, and ends a renewal of its certificate that was cut off.</summary>
    /// <param name="directory">Path of the folder.</param>
    /// <param name="passphrase">Of an encrypted <c>client.key</c>; null for that of <see cref="KeyPassphrase.FromEnvironment"/>.</param>
    /// <exception cref="IdentityFolderException">
    /// The folder or one of its files is missing, unreadable, or not what it should be; says which and what to do.
    /// </exception>
    public static IdentityFolder Load(string directory, KeyPassphrase? passphrase = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var path = System.IO.Path.GetFullPath(directory);
        if (!Directory.Exists(path))
        {
            throw Absent(path);
        }

        var hub = IdentityFiles.ReadHub(path);
        var roots = IdentityFiles.ReadCertificates(path, IdentityFiles.RootFile);
        var (certificate, issuers) = IdentityFiles.ReadCertificate(path, passphrase);
        return new IdentityFolder(path, hub, certificate, issuers, roots, passphrase);
    }

    /// <summary>Starts a new identity: makes <c>client.key</c> (ECDSA P-256), and the folder where there is none.</summary>
    /// <param name="directory">Path of the folder to be.</param>
    /// <returns>The private key, to sign the request with; the caller disposes it.</returns>
    /// <remarks>
    /// A folder that holds a key and no certificate is an enrolment that broke off: its key is used again, and
    /// the hub, which may already have registered it, gives the certificate that it gave then.
    /// </remarks>
    /// <exception cref="IdentityFolderException">The folder holds an identity, or cannot be written.</exception>
    public static ECDsa PrepareKey(string directory) => PrepareKey(directory, out _);

    /// <summary>The same, and tells whether the key was made now.</summary>
    internal static ECDsa PrepareKey(string directory, out bool isNew)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        isNew = false;
        var path = System.IO.Path.GetFullPath(directory);
        var keyPath = System.IO.Path.Combine(path, IdentityFiles.KeyFile);
        // The certificate is written last: beside a key, the other files without it are an enrolment that broke off.
        string[] taken = File.Exists(keyPath)
            ? [IdentityFiles.CertificateFile]
            : [IdentityFiles.CertificateFile, IdentityFiles.RootFile, IdentityFiles.HubFile];
        foreach (var name in taken)
        {
            if (File.Exists(System.IO.Path.Combine(path, name)))
            {
                throw new IdentityFolderException(path, $"{path} holds an identity already ({name}); nothing is overwritten.",
                    "Name another folder, or move this one away first.");
            }
        }

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

            IdentityFiles.WriteForOwner(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
            isNew = true;
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
    /// <param name="directory">The folder given to <see cref="PrepareKey(string)"/>.</param>
    /// <param name="url">Address of the hub.</param>
    /// <param name="id">Who it is, such as <c>urn:trygghet:partner:polisen</c>.</param>
    /// <param name="certificateChainPem">The certificate and the issuing ones, without the root; PEM.</param>
    /// <param name="rootPem">The roots to trust; PEM.</param>
    /// <param name="tokenEndpoint">Where access tokens are issued; null for the usual place at the hub.</param>
    /// <exception cref="IdentityFolderException">The folder cannot be written, or the certificate does not fit the key.</exception>
    public static IdentityFolder Complete(string directory, Uri url, string id, string certificateChainPem, string rootPem,
        Uri? tokenEndpoint = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(url);
        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            // The certificate comes last: a folder without it is an enrolment to run again.
            IdentityFiles.Overwrite(System.IO.Path.Combine(path, IdentityFiles.RootFile), rootPem);
            IdentityFiles.WriteHub(path, new IdentityFiles.HubAddress(url, id, tokenEndpoint));
            IdentityFiles.Overwrite(System.IO.Path.Combine(path, IdentityFiles.CertificateFile), certificateChainPem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, exception);
        }
        return Load(path);
    }

    /// <summary>Takes back <see cref="PrepareKey(string)"/> after the hub has refused the enrolment.</summary>
    /// <param name="directory">The folder given to it; removed when nothing else is in it.</param>
    public static void Abandon(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        if (File.Exists(System.IO.Path.Combine(path, IdentityFiles.CertificateFile)))
        {
            return;
        }

        File.Delete(System.IO.Path.Combine(path, IdentityFiles.KeyFile));
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }

    /// <summary>Writes another address of the hub into <c>hub.json</c>, and loads the folder with it.</summary>
    /// <param name="url">Where the hub is now; its token endpoint moves with it.</param>
    /// <exception cref="IdentityFolderException">The file cannot be written.</exception>
    public IdentityFolder MovedTo(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        try
        {
            var tokens = TokenEndpointFor(url);
            IdentityFiles.WriteHub(Path, new IdentityFiles.HubAddress(
                url, Id, tokens == DefaultTokenEndpoint(url) ? null : tokens));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(Path, exception);
        }
        return Load(Path, Passphrase);
    }

    /// <summary>Releases the certificates.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Issuers.Concat(Roots))
        {
            certificate.Dispose();
        }
    }

    /// <summary>Where tokens are issued when the hub is reached at another address: an endpoint of its own goes along.</summary>
    internal Uri TokenEndpointFor(Uri url) =>
        Uri.Compare(TokenEndpoint, Url, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? new Uri(url, TokenEndpoint.PathAndQuery)
            : TokenEndpoint;

    internal static Uri DefaultTokenEndpoint(Uri url) => new(url, "/connect/token");

    internal static IdentityFolderException Absent(string path) => new(path, $"There is no identity folder {path}.",
        "Check the path. A new identity is made with `thub join --hub URL --code CODE --out DIR`.", fault: IdentityFault.Missing);

    internal static IdentityFolderException NotWritten(string path, Exception exception) =>
        new(path, $"The identity folder {path} cannot be written: {exception.Message}",
            "Name a folder that you may write to.", exception, IdentityFault.Unreadable);
}
